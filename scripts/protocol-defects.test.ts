import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applies, patchedFiles } from './defects/patched-files.ts';
import type { ProtocolDefect } from './defects/protocol-defect.ts';
import { protocolDefects } from './protocol-defects.ts';

const root = join(import.meta.dirname, '..');
const engine = join(root, 'packages/wallet-engine/src');
const readSource = (file: string) => readFileSync(join(engine, file), 'utf8');

// A defect whose text is missing cannot be applied, and its guarantee would go untested.
it.each(protocolDefects)('"$name" still applies to the engine', (defect) => {
  expect(patchedFiles(defect, readSource).size).toBeGreaterThan(0);
});

let copies: string;
beforeAll(() => {
  mkdirSync(join(root, '.defects'), { recursive: true });
  copies = mkdtempSync(join(root, '.defects/names-'));
});
afterAll(() => rmSync(copies, { recursive: true, force: true }));

// A patch that names what is no longer there breaks every run: the simulator reports that, and the
// guard which the defect removes is not tried.
it.each(builtTogether(protocolDefects).map((files, index) => ({ files, index })))(
  'defects name only what the engine has (copy $index)',
  async ({ files, index }) => {
    const copy = join(copies, String(index));
    cpSync(engine, copy, { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
    for (const [file, text] of files) writeFileSync(join(copy, file), text);
    expect(await unknownNames(copy)).toEqual([
      expect.stringContaining("probe.ts(1,1): error TS2304: Cannot find name 'nobodyDeclaredThis'"),
    ]);
  },
);

/** As few copies as possible: a compiler run for each defect would take minutes. */
function builtTogether(defects: ProtocolDefect[]): Map<string, string>[] {
  const copies: Map<string, string>[] = [];
  for (const defect of defects) {
    const inCopy = (copy: Map<string, string>) => (file: string) =>
      copy.get(file) ?? readSource(file);
    const free = copies.find((copy) => applies(defect, inCopy(copy)));
    const copy = free ?? new Map<string, string>();
    if (!free) copies.push(copy);
    for (const [file, text] of patchedFiles(defect, inCopy(copy))) copy.set(file, text);
  }
  return copies;
}

/**
 * What the compiler says of names and syntax; a defect may break types otherwise, which no run looks at.
 * A name that is unknown for certain shows that the compiler ran.
 */
async function unknownNames(copy: string): Promise<string[]> {
  const settings = { extends: '../../../tsconfig.json', include: ['.'], exclude: [] };
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(settings));
  writeFileSync(join(copy, 'probe.ts'), 'nobodyDeclaredThis();');
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { cwd: copy, maxBuffer: 10_000_000 };
  execFile(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], options, (_, stdout) =>
    resolve(stdout),
  );
  const errors = (await promise).split('\n').filter((line) => !line.includes("on type 'never'"));
  return errors.filter((line) =>
    /error TS(1\d{3}|2304|2305|2339|2551|2552|2724|18004):/.test(line),
  );
}

it('the defects match the table of docs/exactly-once.md', () => {
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
