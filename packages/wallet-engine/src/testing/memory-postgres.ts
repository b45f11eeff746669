import { PGlite } from '@electric-sql/pglite';
import {
  type PostgresSessions,
  postgresDatabase,
  readPostgresValue,
} from '../adapters/postgres/postgres-database.ts';
import type { PostgresStatement } from '../adapters/postgres/postgres-statement.ts';
import { migratePostgresWalletTables } from '../adapters/postgres/postgres-wallet-tables.ts';
import type { SqlDatabase, SqlRow, SqlValue } from '../adapters/sql/sql-database.ts';
import { postgresHostTables } from './postgres-host-tables.ts';
import { testedTables } from './suites/table-fixtures.ts';

const parsers = Object.fromEntries(
  [16, 20, 21, 23, 26, 114, 700, 701, 1700].map((type) => [
    type,
    (value: string) => readPostgresValue(type, value),
  ]),
);

/** A PostgreSQL in this process with a single session, used by one caller at a time. */
function memorySessions(pglite: PGlite): PostgresSessions {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    use(work) {
      const session = {
        query: async ({ text, values }: PostgresStatement) =>
          (await pglite.query<SqlRow>(text, values, { parsers })).rows,
        execute: async ({ text, values }: PostgresStatement) => {
          const options = { parsers, rowMode: 'array' as const };
          const { rows, affectedRows } = await pglite.query<SqlValue[]>(text, values, options);
          return { rows, count: affectedRows ?? rows.length };
        },
        command: async (sql: string) => {
          await pglite.exec(sql);
          return sql;
        },
      };
      const result = turn.then(() => work(session));
      turn = result.catch(() => undefined);
      return result;
    },
  };
}

/** A database with the engine's tables and the app's users; empty it with {@link emptyPostgresTables}. */
export async function memoryPostgres(): Promise<SqlDatabase> {
  return postgresDatabase(memorySessions(await startMemoryPostgres()));
}

/** A migrated PostgreSQL in this process. */
export async function startMemoryPostgres(): Promise<PGlite> {
  const pglite = await PGlite.create();
  await migratePostgresTables(postgresDatabase(memorySessions(pglite)));
  return pglite;
}

export async function migratePostgresTables(database: SqlDatabase): Promise<void> {
  await migratePostgresWalletTables(database, 1);
  await database.write(postgresHostTables().map((sql) => ({ sql, params: {} })));
}

export async function emptyPostgresTables(database: SqlDatabase): Promise<void> {
  const names = testedTables.map((table) => `"${table}"`).join(', ');
  await database.write([{ sql: `TRUNCATE ${names} RESTART IDENTITY CASCADE`, params: {} }]);
}
