import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { protocolDefects } from './protocol-defects.ts';

const engine = join(import.meta.dirname, '../packages/wallet-engine/src');

// A defect whose text is missing cannot be applied, and its guarantee would go untested.
it.each(protocolDefects)('"$name" still applies to the engine', (defect) => {
  for (const { file, find } of [defect, ...(defect.also ?? [])]) {
    const occurrences = readFileSync(join(engine, file), 'utf8').split(find).length - 1;
    expect({ file, find, occurrences }).toEqual({ file, find, occurrences: 1 });
  }
});

it('the defects match the table of docs/exactly-once.md', () => {
  const root = join(import.meta.dirname, '..');
  const seeds = JSON.parse(
    readFileSync(join(root, 'scripts/protocol-defect-seeds.json'), 'utf8'),
  ) as Record<string, number>;
  const table = readFileSync(join(root, 'docs/exactly-once.md'), 'utf8');
  const rows = [...table.matchAll(/^\| (.+?) +\| (yes|unit tests) +\|/gm)];
  expect(rows.map(([, name, found]) => [name, found])).toEqual(
    protocolDefects.map(({ name, unseen }) => [name, unseen === undefined ? 'yes' : 'unit tests']),
  );
  const found = protocolDefects.filter(({ unseen }) => unseen === undefined);
  expect(Object.keys(seeds)).toEqual(found.map(({ name }) => name));
});
