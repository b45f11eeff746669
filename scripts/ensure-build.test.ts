import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment } from './clean-environment.ts';
import { ensureBuild } from './ensure-build.ts';

let root: string;
const path = (name: string) => join(root, name);
/** Seconds: the later, the newer. */
const write = (name: string, atS: number, text = '') => {
  mkdirSync(join(path(name), '..'), { recursive: true });
  writeFileSync(path(name), text);
  utimesSync(path(name), atS, atS);
  utimesSync(join(path(name), '..'), atS, atS);
};

/** In the place of the bundler: notes its environment in the bundle. */
const BUILDER = `
  const { mkdirSync, writeFileSync } = require('node:fs');
  mkdirSync('build/server', { recursive: true });
  writeFileSync('build/server/index.js', JSON.stringify(process.env));`;
const builtWith = () => JSON.parse(readFileSync(path('build/server/index.js'), 'utf8'));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'choonsim-build-'));
  write('node_modules/@react-router/dev/bin.cjs', 1, BUILDER);
  write('app/root.tsx', 100);
});
afterEach(() => {
  rmSync(root, { recursive: true });
  delete process.env.NEAR_SERVICE_PRIVATE_KEY;
});

describe('where something is at stake', () => {
  it('a missing build is asked for', () => {
    expect(() => ensureBuild(root, { mayBuild: false })).toThrow(/no build.+\nRun: npm run build/);
  });

  it('an older build is asked for anew, and a newer one taken', () => {
    write('build/server/index.js', 50, '{}');
    expect(() => ensureBuild(root, { mayBuild: false })).toThrow(/older than its sources/);
    write('build/server/index.js', 150, '{}');
    ensureBuild(root, { mayBuild: false });
    expect(builtWith()).toEqual({});
  });
});

describe('for development', () => {
  it('is built without anything of our configuration', () => {
    process.env.NEAR_SERVICE_PRIVATE_KEY = 'a secret';
    ensureBuild(root, { mayBuild: true });
    expect(builtWith()).toMatchObject({ NODE_ENV: 'production', PATH: process.env.PATH });
    expect(JSON.stringify(builtWith())).not.toContain('a secret');
  });

  it('tells what the builder has said when it fails', () => {
    write(
      'node_modules/@react-router/dev/bin.cjs',
      1,
      'console.error("a bad import"); process.exit(1)',
    );
    expect(() => ensureBuild(root, { mayBuild: true })).toThrow(/build failed.+a bad import/s);
  });
});

it('a child has what it needs to run, and nothing else', () => {
  const given = cleanEnvironment({ EXTRA: '1' });
  expect(given).toMatchObject({ PATH: process.env.PATH, EXTRA: '1' });
  const others = Object.keys(given).filter((name) => /NEAR|AUTH|SECRET|TOKEN|KEY|NODE_/.test(name));
  expect(others).toEqual([]);
});
