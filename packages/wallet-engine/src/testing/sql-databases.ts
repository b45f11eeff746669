import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { migrateLibsql } from '../../../../drizzle/migrate.ts';
import {
  type LibsqlServer,
  libsqlServerMissing,
  startLibsqlServer,
} from '../../../../drizzle/testing/libsql-server.ts';
import { libsqlDatabase } from '../adapters/sqlite/libsql-database.ts';
import { betterSqlite3Database, type SqlDatabase } from '../adapters/sqlite/sql-database.ts';
import { emptyPostgresTables, memoryPostgres } from './memory-postgres.ts';
import { migratedDatabase } from './simulator/world.ts';
import { emptyTables } from './suites/table-fixtures.ts';

export interface TestedDatabase {
  name: string;
  /** A migrated, empty database. */
  create: () => Promise<SqlDatabase>;
}

/** Every database the engine's statements must work over; to be called while a test file is collected. */
export function testedDatabases(): TestedDatabase[] {
  const missing = libsqlServerMissing();
  if (missing) {
    describe(`NOT RUN over a libSQL server: ${missing}`, () => {
      it('is left out on this machine', () => console.warn(missing));
    });
    return [inMemory, inMemoryPostgres()];
  }
  let server: Promise<LibsqlServer> | undefined;
  afterAll(async () => (await server)?.stop());
  return [
    inMemory,
    inMemoryPostgres(),
    {
      name: 'a libSQL server',
      async create() {
        server ??= startMigrated();
        const database = libsqlDatabase((await server).client);
        await emptyTables(database);
        return database;
      },
    },
  ];
}

/** A migrated, empty database in this process. */
export function memoryDatabase(): SqlDatabase {
  const sqlite = new Database(migratedDatabase());
  sqlite.pragma('foreign_keys = ON');
  return betterSqlite3Database(sqlite);
}

const inMemory: TestedDatabase = {
  name: 'better-sqlite3 in memory',
  create: async () => memoryDatabase(),
};

const postgresStartLimitMs = 60_000;

/** One PostgreSQL for a test file: it takes a second to start, many on a busy machine. */
function inMemoryPostgres(): TestedDatabase {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = await memoryPostgres();
  }, postgresStartLimitMs);
  return {
    name: 'PostgreSQL in memory',
    async create() {
      await emptyPostgresTables(database);
      return database;
    },
  };
}

async function startMigrated(): Promise<LibsqlServer> {
  const server = await startLibsqlServer();
  await migrateLibsql(server.client, 'drizzle/migrations');
  return server;
}
