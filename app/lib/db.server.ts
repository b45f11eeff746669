import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm/sql';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import {
  countPendingPostgres,
  countPendingSqlite,
  migratePostgres,
  migrateSqlite,
} from '#drizzle/migrate.ts';
import type * as schema from '#drizzle/schema.ts';
import { createPgSessions } from '#engine/adapters/postgres/pg-sessions.ts';
import {
  commitAlone,
  type PostgresSession,
  type PostgresSessions,
} from '#engine/adapters/postgres/postgres-database.ts';
import { hostOf } from '#engine/core/host-of.ts';
import { reasonOf } from '#engine/core/reason-of.ts';
import { createWriteLine, type WriteLine } from '#engine/core/write-line.ts';
import { DatabaseUnusableError } from './database-error.server.ts';
import { embeddedStatements } from './embedded-statements.server.ts';
import { env } from './env.server.ts';
import { log } from './log.server.ts';
import { makeFolder } from './make-folder.ts';
import { postgresStatements } from './postgres-statements.server.ts';
import { remember } from './remember.server.ts';

/** Its statements are promises: one that must wait does not hold up the process. */
export type Orm = BaseSQLiteDatabase<'async', unknown, typeof schema>;

/** The connection under the tables: plain SQL goes through it. */
export type DatabaseHandle =
  | {
      readonly kind: 'sqlite';
      readonly sqlite: Database.Database;
      /** Every write to the connection goes through it. */
      readonly line: WriteLine;
    }
  | { readonly kind: 'postgres'; readonly sessions: PostgresSessions };

/** A statement made with Drizzle and not run. */
interface BuiltQuery {
  toSQL(): { sql: string; params: unknown[] };
}

interface OpenDatabase {
  readonly orm: Orm;
  readonly lockedOrm: Orm;
  readonly handle: DatabaseHandle;
  /** @throws when a migration fails; then nothing of it is applied. */
  migrate(migrationsFolder: string): Promise<void>;
  /** How many migrations of the folder have not been applied. */
  countPendingMigrations(migrationsFolder: string): Promise<number>;
  /** In one commit, in order; all or nothing. */
  write(queries: readonly BuiltQuery[]): Promise<void>;
  close(): void;
}

/** Before anybody is served, waiting inside a call harms nobody. */
const MIGRATION_BUSY_TIMEOUT_MS = 5000;

/**
 * The tables, through Drizzle.
 * @throws DatabaseBusyError (as a cause) when the database did not answer in time; nothing was written then
 */
export function db(): Orm {
  return openOnce().orm;
}

/**
 * The tables, for a statement whose condition is on other rows than the one it writes: it waits for those who
 * write, and they for it. In SQLite every statement does; in PostgreSQL one of {@link db} does not, and two at
 * once could each find the row that the other takes away.
 */
export function lockedDb(): Orm {
  return openOnce().lockedOrm;
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
  const { databaseUrl } = env();
  return databaseFile() ?? `${hostOf(databaseUrl)}${new URL(databaseUrl).pathname}`;
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
            error: `The PostgreSQL server at ${place} does not answer: ${reason}.`,
            remedy: 'Start it, or check address, user, password, sslmode and the way there.',
          }
        : {
            error: `${place} cannot be opened: ${reason}.`,
            remedy:
              remedyOf(cause) ??
              'Name a SQLite file that this process may write to (DATABASE_URL, DATA_DIR).',
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
      error: `The tables in ${databasePlace()} could not be brought up to date: ${reasonOf(cause)}. Nothing was changed.`,
      remedy:
        remedyOf(cause) ??
        'Does this database belong to another program, or to a newer version? Name the right one (DATABASE_URL, DATA_DIR).',
    });
  }
}

function remedyOf(cause: unknown): string | null {
  const code = String(Object(cause).code);
  if (code === '42501') return 'Let this user make tables in its schema: GRANT CREATE ON SCHEMA.';
  if (code.startsWith('SQLITE_FULL')) return 'Free space on that disk and start again.';
  if (code.startsWith('SQLITE_READONLY'))
    return 'Let this process write to the file and its folder.';
  if (code.startsWith('SQLITE_BUSY'))
    return 'Another program holds its lock: end it and start again.';
  return null;
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
    const { databaseUrl, databaseConnections } = env();
    const file = databaseFile();
    if (file !== null) return openFile(file);
    return openPostgres(databaseUrl, { mostConnections: databaseConnections });
  });
}

/** Embedded: a file, one writer at a time, every commit on the disk before it is answered. */
export function openFile(file: string): OpenDatabase {
  makeFolder(dirname(file));
  const sqlite = new Database(file, { timeout: MIGRATION_BUSY_TIMEOUT_MS });
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  // Pages of the log that are copied at once: of SQLite's thousand, one claim in forty would wait for it.
  // Its index finds a page among four thousand at the first look.
  sqlite.pragma('wal_autocheckpoint = 4000');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('busy_timeout = 0');
  const line = createWriteLine(sqlite);
  const statements = embeddedStatements(sqlite, line);
  return {
    orm: statements.orm as Orm,
    lockedOrm: statements.orm as Orm,
    handle: { kind: 'sqlite', sqlite, line },
    async migrate(migrationsFolder) {
      sqlite.pragma(`busy_timeout = ${MIGRATION_BUSY_TIMEOUT_MS}`);
      try {
        migrateSqlite(sqlite, migrationsFolder);
      } finally {
        sqlite.pragma('busy_timeout = 0');
      }
    },
    countPendingMigrations: async (folder) => countPendingSqlite(sqlite, folder),
    write: (queries) => statements.writeTogether(queries.map((query) => query.toSQL())),
    close: () => sqlite.close(),
  };
}

/** PostgreSQL 15 or newer, for more than one machine; app and engine share its connections. */
export function openPostgres(
  url: string,
  { mostConnections }: { mostConnections: number },
): OpenDatabase {
  const options = {
    url,
    applicationName: 'choonsim',
    onError: (error: Error) => log().warn({ err: error }, 'an idle database connection broke'),
  };
  const sessions = createPgSessions({ ...options, mostConnections });
  const statements = postgresStatements(sessions);
  // Its migrations stand beside those of SQLite.
  const folderOf = (migrationsFolder: string) => join(migrationsFolder, '../postgres');
  return {
    orm: statements.orm as Orm,
    lockedOrm: statements.lockedOrm as Orm,
    handle: { kind: 'postgres', sessions },
    async migrate(migrationsFolder) {
      const unhurried = createPgSessions({ ...options, mostConnections: 1, isUnhurried: true });
      try {
        await commitAlone(unhurried, async (session) => {
          await requireSuitableServer(session);
          const folder = folderOf(migrationsFolder);
          await migratePostgres({ session, folder, nowMs: Date.now() });
        });
      } finally {
        await unhurried.close();
      }
      if (!(await isDurable(sessions))) log().warn(NOT_DURABLE);
    },
    countPendingMigrations: (folder) =>
      sessions.use((session) => countPendingPostgres(session, folderOf(folder))),
    write: (queries) => statements.writeTogether(queries.map((query) => query.toSQL())),
    close: () => void sessions.close(),
  };
}

const NOT_DURABLE =
  'The PostgreSQL server runs with fsync or full_page_writes off: after a power cut it may lack what is on ' +
  'the chain, and signing stops. Switch both on.';

/** @throws Error that says what the server or the database lacks */
async function requireSuitableServer(session: PostgresSession): Promise<void> {
  const [server] = await session.query({
    text: `SELECT current_setting('server_version_num') AS "version",
      current_setting('server_encoding') AS "encoding"`,
    values: [],
  });
  if (Number(server?.version) < 150_000) throw new Error('PostgreSQL 15 or newer is needed');
  if (server?.encoding !== 'UTF8') throw new Error('a database with the encoding UTF8 is needed');
}

/**
 * Whether a commit that was answered is there after a power cut, as far as the server can tell. Our own commits of
 * several statements ask for that by themselves; these two settings would make it void.
 */
export async function isDurable(sessions: PostgresSessions): Promise<boolean> {
  const [settings] = await sessions.use((session) =>
    session.query({
      text: `SELECT current_setting('fsync') AS "fsync",
        current_setting('full_page_writes') AS "pages"`,
      values: [],
    }),
  );
  return settings?.fsync === 'on' && settings.pages === 'on';
}
