import Database from 'better-sqlite3';
import { beforeAll } from 'vitest';
import type { SqlDatabase } from '../adapters/sql/sql-database.ts';
import { betterSqlite3Database } from '../adapters/sqlite/better-sqlite3-database.ts';
import { emptyPostgresTables, memoryPostgres } from './memory-postgres.ts';
import { migratedDatabase } from './simulator/world/sqlite-world-database.ts';

export interface TestedDatabase {
  name: string;
  /** A migrated, empty database. */
  create: () => Promise<SqlDatabase>;
}

/** Every database that the engine supports; call it while a test file is collected. */
export function testedDatabases(): TestedDatabase[] {
  return [inMemory, inMemoryPostgres()];
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

/** One per process, however many test files it runs: it takes a second to start, many on a busy machine. */
let postgres: Promise<SqlDatabase> | null = null;

function inMemoryPostgres(): TestedDatabase {
  let database: SqlDatabase;
  beforeAll(async () => {
    postgres ??= memoryPostgres();
    database = await postgres;
  }, postgresStartLimitMs);
  return {
    name: 'PostgreSQL in memory',
    async create() {
      await emptyPostgresTables(database);
      return database;
    },
  };
}
