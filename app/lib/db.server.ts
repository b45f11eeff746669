import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Client, createClient, type InArgs } from '@libsql/client/http';
import Database from 'better-sqlite3';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import { drizzle as drizzleLibsql } from 'drizzle-orm/libsql/http';
import type { ExtractTablesWithRelations } from 'drizzle-orm/relations';
import { sql } from 'drizzle-orm/sql';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import {
  countPendingLibsql,
  countPendingSqlite,
  migrateLibsql,
  migrateSqlite,
} from '#drizzle/migrate.ts';
import * as schema from '#drizzle/schema.ts';
import { hostOf } from '#provisioning/host-of.ts';
import { reasonOf } from '#provisioning/reason-of.ts';
import { DatabaseUnusableError } from './database-fault.server.ts';
import { env } from './env.server.ts';
import { log } from './log.server.ts';
import { fetchWithin, patientClient } from './patient-client.server.ts';
import { remember } from './remember.server.ts';

type Schema = typeof schema;
type Orm = BaseSQLiteDatabase<
  'sync' | 'async',
  unknown,
  Schema,
  ExtractTablesWithRelations<Schema>
>;

/** The connection under the tables: plain SQL goes through it. */
export type DatabaseHandle =
  | { readonly kind: 'sqlite'; readonly sqlite: Database.Database }
  | { readonly kind: 'libsql'; readonly client: Client };

/** A statement made with Drizzle and not run. */
interface BuiltQuery {
  toSQL(): { sql: string; params: unknown[] };
}

interface OpenDatabase {
  readonly orm: Orm;
  readonly handle: DatabaseHandle;
  /** @throws when a migration fails; then nothing of it is applied. */
  migrate(migrationsFolder: string): Promise<void>;
  /** How many migrations of the folder have not been applied. */
  countPendingMigrations(migrationsFolder: string): Promise<number>;
  /** In one commit, in order; all or nothing. */
  write(queries: readonly BuiltQuery[]): Promise<void>;
  close(): void;
}

const BUSY_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 5000;

/** The tables, through Drizzle. Await every query: one adapter answers at once, the other later. */
export function db(): Orm {
  return openOnce().orm;
}

/** The one connection of this process. */
export function databaseHandle(): DatabaseHandle {
  return openOnce().handle;
}

/** Where the embedded database is or will be; null when a server has it. */
export function databaseFile(): string | null {
  const { databaseUrl } = env();
  return databaseUrl.startsWith('file:') ? databaseUrl.slice('file:'.length) : null;
}

/** What of the database's place may be shown. */
export function databasePlace(): string {
  return databaseFile() ?? hostOf(env().databaseUrl);
}

/** Opens it and asks it something: a file is made when there is none. @throws DatabaseUnusableError */
export async function reachDatabase(): Promise<void> {
  try {
    await db().get(sql`SELECT 1`);
  } catch (cause) {
    const [place, reason] = [databasePlace(), reasonOf(cause)];
    throw new DatabaseUnusableError('DATABASE_UNREACHABLE', {
      cause,
      ...(databaseFile() === null
        ? {
            fault: `The libSQL server at ${place} does not answer: ${reason}.`,
            remedy: 'Start it, or check the address, DATABASE_AUTH_TOKEN and the way there.',
          }
        : {
            fault: `${place} cannot be opened: ${reason}.`,
            remedy: 'Name a SQLite file that this process may write to (DATABASE_URL, DATA_DIR).',
          }),
    });
  }
}

/**
 * Brings the tables up to date; safe to repeat and with several processes starting at once.
 * @throws DatabaseUnusableError when it cannot be opened or a migration fails; nothing is applied then
 */
export async function migrateDatabase(migrationsFolder = 'drizzle/migrations'): Promise<void> {
  await reachDatabase();
  try {
    await openOnce().migrate(migrationsFolder);
  } catch (cause) {
    throw new DatabaseUnusableError('DATABASE_NOT_MIGRATED', {
      cause,
      fault: `The tables in ${databasePlace()} could not be brought up to date: ${reasonOf(cause)}. Nothing was changed.`,
      remedy: migrationRemedy(cause),
    });
  }
}

function migrationRemedy(cause: unknown): string {
  const code = String(Object(cause).code);
  if (code.startsWith('SQLITE_FULL')) return 'Free space on that disk and start again.';
  if (code.startsWith('SQLITE_READONLY'))
    return 'Let this process write to the file and its folder.';
  if (code.startsWith('SQLITE_BUSY'))
    return 'Another program holds its lock: end it and start again.';
  return 'Does this database belong to another program, or to a newer version? Name the right one (DATABASE_URL, DATA_DIR).';
}

/** How many migrations of the folder the database lacks. */
export function countPendingMigrations(migrationsFolder: string): Promise<number> {
  return openOnce().countPendingMigrations(migrationsFolder);
}

export function closeDatabase(): void {
  openOnce().close();
}

/** Writes in one commit, in order; all or nothing. */
export function writeAtomically(queries: readonly BuiltQuery[]): Promise<void> {
  return openOnce().write(queries);
}

function openOnce(): OpenDatabase {
  return remember('database', () => {
    const { databaseUrl, databaseAuthToken } = env();
    const file = databaseFile();
    return file === null ? openServer(databaseUrl, databaseAuthToken) : openFile(file);
  });
}

/** Embedded: a file, one writer at a time, every commit on the disk before it is answered. */
export function openFile(file: string): OpenDatabase {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const sqlite = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  // Pages of the log that are copied at once: of SQLite's thousand, one claim in forty would wait for it.
  // Its index finds a page among four thousand at the first look.
  sqlite.pragma('wal_autocheckpoint = 4000');
  sqlite.pragma('foreign_keys = ON');
  const orm = drizzleSqlite(sqlite, { schema });
  return {
    orm,
    handle: { kind: 'sqlite', sqlite },
    migrate: async (migrationsFolder) => migrateSqlite(sqlite, migrationsFolder),
    countPendingMigrations: async (folder) => countPendingSqlite(sqlite, folder),
    async write(queries) {
      sqlite
        .transaction(() => {
          for (const query of queries) {
            const { sql: text, params } = query.toSQL();
            sqlite.prepare(text).run(...params);
          }
        })
        .immediate();
    },
    close: () => sqlite.close(),
  };
}

/** A libSQL server over HTTP, for more than one machine. */
export function openServer(url: string, authToken: string | null): OpenDatabase {
  const address = { url, ...(authToken && { authToken }) };
  const client = patientClient(createClient({ ...address, fetch: fetchWithin(ANSWER_TIMEOUT_MS) }));
  const orm = drizzleLibsql(client, { schema });
  return {
    orm,
    handle: { kind: 'libsql', client },
    async migrate(migrationsFolder) {
      // A table that is rebuilt takes its time.
      const unhurried = createClient(address);
      try {
        await migrateLibsql(unhurried, migrationsFolder);
      } finally {
        unhurried.close();
      }
      if ((await isDurable(client)) === false) log().warn(relaxedServerRemedy);
    },
    countPendingMigrations: (folder) => countPendingLibsql(client, folder),
    async write(queries) {
      const statements = queries.map((query) => {
        const { sql: text, params } = query.toSQL();
        return { sql: text, args: params as InArgs };
      });
      await client.batch(statements, 'write');
    },
    close: () => client.close(),
  };
}

const relaxedServerRemedy =
  'The database server answers commits before they are on its disk: after a power cut it may lack ' +
  'what is on the chain, and signing stops. Set its durability_mode to strong (see the README).';

/**
 * Whether a commit is on the server's disk when it is answered, as SQLite's `synchronous` tells.
 * @returns null when the server does not tell, as hosted ones may.
 */
export async function isDurable(client: Client): Promise<boolean | null> {
  const full = 2;
  try {
    const [row] = (await client.execute('PRAGMA synchronous')).rows;
    return row?.synchronous == null ? null : Number(row.synchronous) >= full;
  } catch {
    return null;
  }
}
