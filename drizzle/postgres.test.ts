import { readdirSync, readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countPendingPostgres,
  MIGRATIONS_TABLE,
  migratePostgres,
  type PostgresMigrationSession,
  postgresMigrations,
} from './migrate.ts';
import * as schema from './schema.ts';
import {
  type MigrationDriver,
  migrateSome,
  openMemoryDatabase,
  readJournal,
} from './testing/migration-drivers.ts';

const folder = 'drizzle/postgres';
const tables = Object.values(schema)
  .filter((item) => is(item, SQLiteTable))
  .map((table) => getTableConfig(table));

/** Tables with a "rowid" column, which SQLite has implicitly. */
const ordered = ['ChainTransaction', 'Session', 'User', 'Wallet'];

describe('the tables in PostgreSQL', () => {
  let sqlite: MigrationDriver;
  let pglite: PGlite;
  let session: PostgresMigrationSession;
  const rows = async (text: string) => (await pglite.query<Record<string, unknown>>(text)).rows;
  const migrate = () => migratePostgres({ session, folder, nowMs: 1 });

  beforeAll(async () => {
    sqlite = await openMemoryDatabase();
    await migrateSome(sqlite);
    pglite = await PGlite.create();
    session = {
      command: (text) => pglite.exec(text),
      query: async ({ text, values }) =>
        (await pglite.query<Record<string, unknown>>(text, values)).rows,
    };
    expect(await countPendingPostgres(session, folder)).toBe(postgresMigrations(folder).length);
    await migrate();
    // Safe to repeat.
    await migrate();
    expect(await countPendingPostgres(session, folder)).toBe(0);
  }, 60_000);
  afterAll(async () => {
    sqlite.close();
    await pglite.close();
  });

  it('have one migration for each later SQLite migration', () => {
    const names = postgresMigrations(folder);
    const first = Number(names[0]?.slice(0, 4));
    const ofSqlite = readJournal().entries.filter(({ idx }) => idx >= first);
    expect(names).toEqual(ofSqlite.map(({ tag }) => tag));
    expect(readdirSync(folder)).toEqual(names.map((name) => `${name}.sql`));
  });

  it('match the schema', async () => {
    const found = await rows(`SELECT "tablename" AS "name" FROM "pg_tables"
      WHERE "schemaname" = 'public' AND "tablename" <> '${MIGRATIONS_TABLE}'
      ORDER BY "tablename" COLLATE "C"`);
    expect(found.map(({ name }) => name)).toEqual(tables.map(({ name }) => name).sort());
  });

  it.each(tables)('$name has the same columns and defaults', async ({ name }) => {
    const there = await rows(`SELECT "column_name" AS "name", "data_type" AS "type",
        "is_nullable" = 'NO' AS "notnull", "column_default" AS "default", "collation_name" AS "order"
      FROM "information_schema"."columns" WHERE "table_name" = '${name}'
        AND "column_name" <> 'rowid' ORDER BY "column_name" COLLATE "C"`);
    const here = await sqlite.all(`SELECT "name", "type", "notnull", "dflt_value" AS "default"
      FROM pragma_table_info('${name}') ORDER BY "name"`);
    const bare = (value: unknown) =>
      value === null
        ? null
        : String(value)
            .replace(/::\w+$/, '')
            .replace(/^false$/, '0');
    expect(there.map((column) => ({ ...column, default: bare(column.default) }))).toEqual(
      here.map(({ name: column, type, notnull, default: value }) => ({
        name: column,
        type: String(type).toLowerCase() === 'integer' ? 'bigint' : 'text',
        notnull: notnull === 1,
        default: bare(value),
        order: String(type).toLowerCase() === 'integer' ? null : 'C',
      })),
    );
    const [order] = await rows(`SELECT 1 FROM "information_schema"."columns"
      WHERE "table_name" = '${name}' AND "column_name" = 'rowid'`);
    expect(order !== undefined, 'rowid').toBe(ordered.includes(name));
  });

  it.each(tables)('$name has the same indexes, keys and checks', async ({ name, checks }) => {
    const there = await rows(`SELECT "indexname" AS "name", "indexdef" AS "text" FROM "pg_indexes"
      WHERE "tablename" = '${name}' AND "indexname" NOT LIKE '%_pkey'
        AND "indexname" <> '${name}_rowid_key' ORDER BY "indexname" COLLATE "C"`);
    const here = await sqlite.all(`SELECT "name", "sql" AS "text" FROM "sqlite_master"
      WHERE "type" = 'index' AND "tbl_name" = '${name}' AND "sql" IS NOT NULL ORDER BY "name"`);
    expect(there.map(toIndex)).toEqual(here.map(toIndex));

    const keys = await rows(`SELECT "contype" AS "kind", pg_get_constraintdef("oid") AS "text"
      FROM "pg_constraint" WHERE "conrelid" = '"${name}"'::regclass AND "contype" IN ('p', 'f')
      ORDER BY 1, 2`);
    const foreign = await sqlite.all(`SELECT * FROM pragma_foreign_key_list('${name}')`);
    const primary = await sqlite.all(
      `SELECT "name" FROM pragma_table_info('${name}') WHERE "pk" > 0 ORDER BY "pk"`,
    );
    const quoted = (column: unknown) => (/[A-Z]/.test(`${column}`) ? `"${column}"` : `${column}`);
    expect(keys).toEqual([
      ...foreign.map(({ from, table, to, on_delete: onDelete }) => ({
        kind: 'f',
        text: `FOREIGN KEY (${quoted(from)}) REFERENCES ${quoted(table)}(${quoted(to)})${onDelete === 'CASCADE' ? ' ON DELETE CASCADE' : ''}`,
      })),
      { kind: 'p', text: `PRIMARY KEY (${primary.map((row) => quoted(row.name)).join(', ')})` },
    ]);

    const [{ text = '' } = {}] = await rows(`SELECT string_agg("conname", ' ') AS "text"
      FROM "pg_constraint" WHERE "conrelid" = '"${name}"'::regclass AND "contype" = 'c'`);
    expect(
      String(text ?? '')
        .split(' ')
        .filter(Boolean)
        .sort(),
    ).toEqual(checks.map((check) => check.name).sort());
  });

  it('have the same triggers, fired by the same events', async () => {
    const there = await rows(`SELECT "tgname" AS "name", pg_get_triggerdef("oid") AS "text"
      FROM "pg_trigger" WHERE NOT "tgisinternal" ORDER BY "tgname" COLLATE "C"`);
    const here = await sqlite.all(
      `SELECT "name", "sql" AS "text" FROM "sqlite_master" WHERE "type" = 'trigger' ORDER BY "name"`,
    );
    expect(there.map(toOccasion)).toEqual(here.map(toOccasion));
  });

  it('write events under the lock of the engine', () => {
    const engine = 'packages/wallet-engine/src/adapters/postgres/postgres-database.ts';
    const [, lock] = /WRITE_LOCK = '(\d+)'/.exec(readFileSync(engine, 'utf8')) ?? [];
    const [name = ''] = postgresMigrations(folder);
    expect(readFileSync(`${folder}/${name}.sql`, 'utf8')).toContain(
      `pg_advisory_xact_lock(${lock})`,
    );
  });
});

/** An index's name, columns, uniqueness, and whether it is partial. */
function toIndex({ name, text }: Record<string, unknown>) {
  const plain = String(text).replaceAll(/[`"]/g, '');
  return {
    name,
    columns: /\(([^()]*)\)/.exec(plain)?.[1]?.replaceAll(' ', '').split(','),
    unique: plain.startsWith('CREATE UNIQUE'),
    partial: plain.includes(' WHERE '),
  };
}

/** A trigger's name, time, event with its columns, and table. */
function toOccasion({ name, text }: Record<string, unknown>) {
  const plain = String(text).replaceAll(/[`"]/g, '').replaceAll('public.', '');
  return { name, occasion: /(BEFORE|AFTER) [^;]*? ON \w+/.exec(plain)?.[0] };
}
