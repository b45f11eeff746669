import { readFileSync } from 'node:fs';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIGRATIONS_TABLE } from './migrate.ts';
import * as schema from './schema.ts';
import {
  type MigrationDriver,
  migrateSome,
  openMemoryDatabase,
} from './testing/migration-drivers.ts';

const tables = Object.values(schema)
  .filter((item) => is(item, SQLiteTable))
  .map((table) => getTableConfig(table));

describe('the tables as migrated', () => {
  let driver: MigrationDriver;
  beforeAll(async () => {
    driver = await openMemoryDatabase();
    await migrateSome(driver);
  });
  afterAll(() => driver.close());

  it('match the schema', async () => {
    const found = await driver.all(
      `SELECT "name" FROM "sqlite_master" WHERE "type" = 'table'
        AND "name" NOT LIKE 'sqlite_%' AND "name" <> '${MIGRATIONS_TABLE}' ORDER BY "name"`,
    );
    expect(found.map(({ name }) => name)).toEqual(tables.map(({ name }) => name).sort());
  });

  it.each(tables)('$name has the columns of the schema', async ({ name, columns, primaryKeys }) => {
    const inCompoundKey = primaryKeys.flatMap((key) => key.columns.map((column) => column.name));
    const expected = columns.map((column) => ({
      name: column.name,
      type: column.getSQLType(),
      notnull: Number(column.notNull),
      pk: Number(column.primary || inCompoundKey.includes(column.name)),
      default: column.default === undefined ? null : String(column.default),
    }));
    const found = await driver.all(`PRAGMA table_info("${name}")`);
    const actual = found.map((row) => ({
      name: String(row.name),
      type: String(row.type).toLowerCase(),
      notnull: row.notnull,
      pk: Math.min(Number(row.pk), 1),
      default: row.dflt_value === null ? null : String(row.dflt_value).replaceAll("'", ''),
    }));
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    expect(actual.sort(byName)).toEqual(expected.sort(byName));
  });

  it.each(tables)('$name has the indexes and checks of the schema', async (table) => {
    const found = await driver.all(`PRAGMA index_list("${table.name}")`);
    const named = found
      .filter(({ origin }) => origin === 'c')
      .map(({ name, unique, partial }) => ({ name, unique, partial }));
    const expected = [
      ...table.indexes.map(({ config }) => ({
        name: config.name,
        unique: Number(config.unique),
        partial: Number(config.where !== undefined),
      })),
      ...table.columns
        .filter(({ isUnique }) => isUnique)
        .map(({ uniqueName }) => ({ name: uniqueName, unique: 1, partial: 0 })),
    ];
    expect(new Set(named)).toEqual(new Set(expected));

    const [created] = await driver.all('SELECT "sql" FROM "sqlite_master" WHERE "name" = ?', [
      table.name,
    ]);
    for (const { name } of table.checks) expect(String(created?.sql)).toContain(`"${name}"`);
  });

  it('leave nothing for drizzle-kit to generate', async () => {
    const journal: { entries: { idx: number }[] } = JSON.parse(
      readFileSync('drizzle/migrations/meta/_journal.json', 'utf8'),
    );
    const newest = String(journal.entries.at(-1)?.idx).padStart(4, '0');
    const snapshot = JSON.parse(
      readFileSync(`drizzle/migrations/meta/${newest}_snapshot.json`, 'utf8'),
    );
    const current = await generateSQLiteDrizzleJson(schema, snapshot.id);
    expect(await generateSQLiteMigration(snapshot, current)).toEqual([]);
  });
});
