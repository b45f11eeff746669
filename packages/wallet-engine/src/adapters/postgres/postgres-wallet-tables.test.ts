import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { memoryPostgres } from '../../testing/memory-postgres.ts';
import { migratedDatabase } from '../../testing/simulator/world/sqlite-world-database.ts';
import { testedTables } from '../../testing/suites/table-fixtures.ts';
import { migratePostgresWalletTables, toPostgresTables } from './postgres-wallet-tables.ts';

const tables = [...testedTables, 'DeploymentIdentity', 'MasterKeyCheck', 'SealingKey'];

describe('the tables of the engine in PostgreSQL', () => {
  it('have the columns, NOT NULL rules and unique indexes of those in SQLite', async () => {
    const postgres = await memoryPostgres();
    // Safe to repeat.
    await migratePostgresWalletTables(postgres, 2);
    const sqlite = new Database(migratedDatabase());
    const read = (sql: string) => postgres.read({ sql, params: {} });
    const kept = (sql: string) => sqlite.prepare<[], Record<string, unknown>>(sql).all();
    for (const table of tables) {
      const there = await read(`SELECT "column_name" AS "name",
          CASE "data_type" WHEN 'bigint' THEN 'integer' ELSE "data_type" END AS "type",
          CASE "is_nullable" WHEN 'NO' THEN 1 ELSE 0 END AS "notnull"
        FROM "information_schema"."columns"
        WHERE "table_name" = '${table}' AND "column_name" <> 'rowid' ORDER BY "column_name" COLLATE "C"`);
      const here = kept(`SELECT "name", lower("type") AS "type", "notnull"
        FROM pragma_table_info('${table}') ORDER BY "name"`);
      expect(there, table).toEqual(here);
      const indexed = await read(`SELECT "indexname" AS "name",
          "indexdef" LIKE 'CREATE UNIQUE%' AS "unique", "indexdef" LIKE '%WHERE%' AS "partial"
        FROM "pg_indexes" WHERE "tablename" = '${table}' AND "indexname" NOT LIKE '%_pkey'
          AND "indexname" NOT LIKE '%_rowid_key' ORDER BY "indexname" COLLATE "C"`);
      const indexes = kept(`SELECT "name", "unique", "partial" FROM pragma_index_list('${table}')
        WHERE "origin" = 'c' ORDER BY "name"`);
      expect(indexed, table).toEqual(indexes);
    }
  });

  it('reject a trigger without a PostgreSQL version', () => {
    expect(() => toPostgresTables('CREATE TRIGGER IF NOT EXISTS "Wallet_other" AFTER')).toThrow(
      'no trigger Wallet_other for PostgreSQL',
    );
  });
});
