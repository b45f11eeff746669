import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';

const files = globSync('{app,drizzle,packages,scripts,tests}/**/*.{test,spec}.{ts,tsx}')
  .concat(globSync('packages/*/src/testing/suites/*-suite.ts'))
  .filter((file) => !file.includes('node_modules'));

/** The texts between quotes in the test files of this name: among them the titles of its tests. */
function textsOf(name: string): Set<string> {
  const sources = files
    .filter((file) => basename(file) === name)
    .map((file) => readFileSync(file, 'utf8'));
  const quoted = sources.flatMap((source) => [
    ...source.matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g),
  ]);
  return new Set(quoted.map(([, , text = '']) => text.replace(/\\(['"])/g, '$1')));
}

test('docs/lessons.md names tests that exist', () => {
  const named = [
    ...readFileSync('docs/lessons.md', 'utf8').matchAll(
      /`([\w.-]+(?:\.(?:test|spec)\.tsx?|-suite\.ts))`: (.+?)(?=<br>|\s*\|)/g,
    ),
  ].map(([, file = '', title = '']) => ({ file, title }));
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter(({ file, title }) => !textsOf(file).has(title))).toEqual([]);
});
