import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm/sql';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import {
  countPendingPostgres,
  countPendingSqlite,
  MIGRATIONS_TABLE,
  migratePostgres,
  migrateSqlite,
} from '#drizzle/migrate.ts';
import { readMovedMark } from '#drizzle/moved-mark.ts';
import type * as schema from '#drizzle/schema.ts';
import { createPgSessions } from '#engine/adapters/postgres/pg-sessions.ts';
import {
  commitAlone,
  type PostgresSession,
  type PostgresSessions,
} from '#engine/adapters/postgres/postgres-database.ts';
import { hasOtherName } from '#engine/core/database-file.ts';
import { hostOf } from '#engine/core/host-of.ts';
import { reasonOf } from '#engine/core/reason-of.ts';
import { createWriteLine, type WriteLine } from '#engine/core/write-line.ts';
import { causesOf, DatabaseUnusableError } from './database/database-error.server.ts';
import { embeddedStatements } from './database/embedded-statements.server.ts';
import { findPoolerFault, type PoolerFault, poolerFaultOf } from './database/pooler.server.ts';
import { postgresStatements } from './database/postgres-statements.server.ts';
import { log } from './log.server.ts';
import { remember } from './remember.server.ts';
import { env } from './settings/env.server.ts';
import { makeFolder } from './settings/make-folder.ts';

/** Statements return promises: a waiting one does not block the process. */
export type Orm = BaseSQLiteDatabase<'async', unknown, typeof schema>;

/** The connection below Drizzle, for plain SQL. */
export type DatabaseHandle =
  | {
      readonly kind: 'sqlite';
      readonly sqlite: Database.Database;
      /** The queue of all writes to the connection. */
      readonly line: WriteLine;
    }
  | { readonly kind: 'postgres'; readonly sessions: PostgresSessions };

/** A statement built with Drizzle but not run. */
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

/** Blocking is acceptable before the server listens. */
const MIGRATION_BUSY_TIMEOUT_MS = 5000;

/**
 * The tables, through Drizzle.
 * @throws DatabaseBusyError (as a cause) when the database did not answer in time; nothing was written then
 */
export function db(): Orm {
  return openOnce().orm;
}

/**
 * The tables, for a statement whose condition depends on other rows than the one it writes: it takes the write
 * lock. In SQLite every statement does; in PostgreSQL a statement of {@link db} does not, and two concurrent ones
 * could each rely on the row that the other removes.
 */
export function lockedDb(): Orm {
  return openOnce().lockedOrm;
}

/** The one connection of this process. */
export function databaseHandle(): DatabaseHandle {
  return openOnce().handle;
}

/** Path of the embedded database file; null with a database server. */
export function databaseFile(): string | null {
  const { databaseUrl } = env();
  return databaseUrl.startsWith('file:') ? databaseUrl.slice('file:'.length) : null;
}

/** The database's location without credentials; two databases never have the same one. */
export function databasePlace(): string {
  const { databaseUrl } = env();
  const file = databaseFile();
  if (file !== null) return file;
  const { pathname, searchParams } = new URL(databaseUrl);
  const socket = searchParams.get('host');
  return `${hostOf(databaseUrl)}${pathname}${socket === null ? '' : ` (socket in ${socket})`}`;
}

/**
 * For a start or a command: opens it, runs a query, and checks with a connection of its own whether a pooler in
 * between is suitable. A missing file is created.
 * @throws DatabaseUnusableError also when the file has a second hard link or was moved into PostgreSQL, or a
 * pooler is unsuitable
 */
export async function reachDatabase(): Promise<void> {
  let fault: PoolerFault | null;
  try {
    requireOneName();
    await db().get(sql`SELECT 1`);
    requireNotMoved();
    fault = await findFaultBetween();
  } catch (cause) {
    if (cause instanceof DatabaseUnusableError) throw cause;
    fault = poolerFaultOf(cause);
    if (fault === null) throw unreachable(cause);
  }
  if (fault === null) return;
  throw new DatabaseUnusableError('DATABASE_POOLER_UNSUITABLE', {
    error: `A connection pooler at ${databasePlace()} ${fault.error}`,
    remedy: fault.remedy,
  });
}

function unreachable(cause: unknown): DatabaseUnusableError {
  const [place, reason, remedy] = [databasePlace(), reasonOf(cause), remedyOf(cause)];
  return new DatabaseUnusableError('DATABASE_UNREACHABLE', {
    cause,
    ...(databaseFile() === null
      ? {
          error: `The PostgreSQL server at ${place} does not answer: ${reason}.`,
          remedy: remedy ?? 'Start it, or check address, user, password, sslmode and network.',
        }
      : {
          error: `${place} cannot be opened: ${reason}.`,
          remedy:
            remedy ?? 'Name a SQLite file that this process may write to (DATABASE_URL, DATA_DIR).',
        }),
  });
}

async function findFaultBetween(): Promise<PoolerFault | null> {
  const handle = databaseHandle();
  if (handle.kind !== 'postgres') return null;
  const other = createPgSessions({ ...postgresOptions(env().databaseUrl), mostConnections: 1 });
  try {
    return await findPoolerFault(handle.sessions, other);
  } finally {
    await other.close();
  }
}

function requireOneName(): void {
  const file = databaseFile();
  if (file === null || !hasOtherName(file)) return;
  throw new DatabaseUnusableError('DATABASE_LINKED', {
    error: `${file} has another name, by a hard link: two processes that open it by different names destroy it.`,
    remedy: `Remove the other one (find / -xdev -samefile ${file}), or copy the file instead.`,
  });
}

/** A file that was moved is a copy: with it there would be two deployments with the same keys. */
function requireNotMoved(): void {
  const handle = databaseHandle();
  const mark = handle.kind === 'sqlite' ? readMovedMark(handle.sqlite) : null;
  if (mark === null) return;
  throw new DatabaseUnusableError('DATABASE_MOVED', {
    error: `${databasePlace()} was moved into the PostgreSQL database ${mark.to} at ${new Date(mark.atMs).toISOString()}${mark.isDone ? '' : ', perhaps not to the end'}.`,
    remedy: mark.isDone
      ? 'Set DATABASE_URL to that database.'
      : 'Set DATABASE_URL to that database and run npm run wallet -- move-database with this file again.',
  });
}

/**
 * Brings the tables up to date; safe to repeat and to run from several processes at once.
 * @throws DatabaseUnusableError when it cannot be opened or a migration fails; nothing is applied then
 */
export async function migrateDatabase(migrationsFolder = 'drizzle/migrations'): Promise<void> {
  await reachDatabase();
  try {
    await openOnce().migrate(migrationsFolder);
  } catch (cause) {
    if (cause instanceof DatabaseUnusableError) throw cause;
    throw new DatabaseUnusableError('DATABASE_NOT_MIGRATED', {
      cause,
      error: `The tables in ${databasePlace()} could not be brought up to date: ${reasonOf(cause)}. Nothing was changed.`,
      remedy:
        remedyOf(cause) ??
        'Does this database belong to another program, or to a newer version? Name the right one (DATABASE_URL, DATA_DIR).',
    });
  }
}

function remedyOf(error: unknown): string | null {
  for (const { code } of causesOf(error)) {
    const remedy = remedyOfCode(code);
    if (remedy !== null) return remedy;
  }
  return null;
}

function remedyOfCode(code: string): string | null {
  if (code === '25006') return 'It is read-only: name the primary server, or promote this one.';
  if (code === '42501') return 'Let this user make tables in its schema: GRANT CREATE ON SCHEMA.';
  if (code === '53300') {
    return 'Raise max_connections or the limit of user and database, or lower DATABASE_CONNECTIONS.';
  }
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

/** Embedded: a file, one writer at a time, every commit on disk before it is acknowledged. */
export function openFile(file: string): OpenDatabase {
  makeFolder(dirname(file));
  const sqlite = new Database(file, { timeout: MIGRATION_BUSY_TIMEOUT_MS });
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  // Pages per checkpoint: with SQLite's default of 1,000 one claim in forty waits for one. The WAL index still
  // finds a page among 4,000 in one step.
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

/** PostgreSQL 15 or newer, for several machines; app and engine share its connections. */
export function openPostgres(
  url: string,
  { mostConnections }: { mostConnections: number },
): OpenDatabase {
  const options = postgresOptions(url);
  const sessions = createPgSessions({ ...options, mostConnections });
  const statements = postgresStatements(sessions);
  // Its migrations are in a folder next to those of SQLite.
  const folderOf = (migrationsFolder: string) => join(migrationsFolder, '../postgres');
  return {
    orm: statements.orm as Orm,
    lockedOrm: statements.lockedOrm as Orm,
    handle: { kind: 'postgres', sessions },
    async migrate(migrationsFolder) {
      const unhurried = createPgSessions({ ...options, mostConnections: 1, isUnhurried: true });
      try {
        await commitAlone(unhurried, async (session) => {
          // Of the user or the database, as set for a pooler.
          await session.command('SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0');
          await requireSuitableServer(session);
          await requireOneSchema(session);
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

function postgresOptions(url: string) {
  return {
    url,
    applicationName: 'choonsim',
    // Without a stack: when the server stops, there is one for each connection.
    onError: (error: Error) => log().warn({ reason: reasonOf(error) }, IDLE_CONNECTION_BROKE),
  };
}

const IDLE_CONNECTION_BROKE =
  'an idle connection to the PostgreSQL server broke; the next statement opens another one';

const NOT_DURABLE =
  'The PostgreSQL server runs with fsync or full_page_writes off: after a power cut it may lack what is on ' +
  'the chain, and signing stops. Turn both on.';

/** @throws Error naming what the server or the database lacks */
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
 * Tables are made in the first schema of search_path. If one is put before the schema they are in, they would be
 * made again, empty, and every user would be gone.
 */
async function requireOneSchema(session: PostgresSession): Promise<void> {
  const found = await session.query({
    text: `SELECT "schemaname"::text AS "schema", current_schema()::text AS "first" FROM "pg_tables"
      WHERE "tablename" = $1 AND "schemaname" = ANY (current_schemas(false))
      ORDER BY "schemaname" = current_schema() DESC`,
    values: [MIGRATIONS_TABLE],
  });
  const [table] = found;
  if (!table || table.schema === table.first) return;
  throw new DatabaseUnusableError('DATABASE_NOT_MIGRATED', {
    error: `The tables in ${databasePlace()} are in the schema "${table.schema}", but search_path begins with "${table.first}".`,
    remedy: `Put "${table.schema}" first: ALTER ROLE … SET search_path = "${table.schema}".`,
  });
}

/**
 * Whether acknowledged commits survive a power cut, as far as the server's settings show. Our commits of several
 * statements set synchronous_commit themselves; these two settings would defeat it.
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
