import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { walletTableVersions } from '#engine/adapters/sql/wallet-tables.ts';

const made = walletTableVersions
  .flat()
  .flatMap((sql) => /^CREATE TABLE IF NOT EXISTS "(\w+)"/.exec(sql)?.[1] ?? []);
const inSchema = made.map((table) => table.charAt(0).toLowerCase() + table.slice(1));

test.each(globSync('app/**/*.{ts,tsx}').filter((file) => !/\.test\.tsx?$/.test(file)))(
  '%s reads wallets through the engine, not in its tables',
  (file) => {
    const text = readFileSync(file, 'utf8');
    const imported =
      /import (?:type )?\{([^}]*)\} from '#drizzle\/schema\.ts'/.exec(text)?.[1] ?? '';
    const names = imported.split(',').map((name) => name.trim());
    expect(names.filter((name) => inSchema.includes(name))).toEqual([]);
    const statement = new RegExp(`(FROM|JOIN|INTO|UPDATE) "(${made.join('|')})"`);
    expect(statement.exec(text)).toBeNull();
  },
);

test('these are tables that the schema has', () => {
  expect(made.length).toBeGreaterThan(5);
  expect(Object.keys(schema)).toEqual(expect.arrayContaining(inSchema));
});
