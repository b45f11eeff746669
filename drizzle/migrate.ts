import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';

/**
 * A journal of our own. In Drizzle's default table a newer entry of a host application would make our migrations
 * look applied, and ours would hide the host's.
 */
export const MIGRATIONS_TABLE = 'choonsim_migrations';
/** Where earlier versions kept the journal; left untouched, since a host may use it too. */
const DEFAULT_TABLE = '__drizzle_migrations';

/**
 * Brings the tables of a SQLite database up to date, in one commit or not at all. Safe to repeat and to run
 * from several processes at once: the second waits for the write lock.
 * @throws SqliteError of the statement that failed
 */
export function migrateSqlite(sqlite: Database, migrationsFolder: string): void {
  // Inside a transaction the pragma has no effect, and a rebuilt table would cascade the deletion of
  // its old rows through the others.
  const hadForeignKeys = sqlite.pragma('foreign_keys', { simple: true }) === 1;
  sqlite.pragma('foreign_keys = OFF');
  try {
    sqlite
      .transaction(() => {
        const statements = plan(migrationsFolder, readAppliedSqlite(sqlite));
        for (const statement of statements) sqlite.exec(statement);
      })
      .immediate();
  } finally {
    if (hadForeignKeys) sqlite.pragma('foreign_keys = ON');
  }
}

/** How many migrations of the folder a file's tables lack. */
export function countPendingSqlite(sqlite: Database, migrationsFolder: string): number {
  return pendingOf(readMigrationFiles({ migrationsFolder }), readAppliedSqlite(sqlite)).length;
}

/** A journal table and its entries. */
interface Applied {
  readonly table: string;
  /** `when` of each entry, in milliseconds. */
  readonly times: ReadonlySet<number>;
}

const FIND_TABLES = `SELECT "name" FROM "sqlite_master" WHERE "type" = 'table'
  AND "name" IN ('${MIGRATIONS_TABLE}', '${DEFAULT_TABLE}')`;

const readTimes = (table: string) => `SELECT "created_at" FROM "${table}"`;

const tablesOf = (rows: unknown[][]) => rows.map(([name]) => String(name));

const timesOf = (rows: unknown[][]) => new Set(rows.map(([time]) => Number(time)));

function readAppliedSqlite(sqlite: Database): Applied[] {
  const read = (query: string) => sqlite.prepare(query).raw().all() as unknown[][];
  const tables = tablesOf(read(FIND_TABLES));
  return tables.map((table) => ({ table, times: timesOf(read(readTimes(table))) }));
}

/** Statements of one commit; none when all is up to date. */
function plan(migrationsFolder: string, applied: readonly Applied[]): string[] {
  const migrations = readMigrationFiles({ migrationsFolder });
  const pending = pendingOf(migrations, applied);
  const hasJournal = applied.some(({ table }) => table === MIGRATIONS_TABLE);
  if (hasJournal && pending.length === 0) return [];
  const takenOver = hasJournal
    ? []
    : migrations.filter((migration) => !pending.includes(migration));
  return [
    ...(hasJournal ? [] : [CREATE_JOURNAL]),
    ...takenOver.map(record),
    ...pending.flatMap((migration) => [...migration.sql, record(migration)]),
  ];
}

/**
 * Each entry is checked. Drizzle compares with the newest entry only, which silently skips a migration that was
 * written earlier and merged later. Entries found only in the default journal were applied before our journal
 * existed.
 */
function pendingOf(
  migrations: readonly MigrationMeta[],
  applied: readonly Applied[],
): MigrationMeta[] {
  const own = applied.find(({ table }) => table === MIGRATIONS_TABLE);
  const known = own ?? applied.find(({ table }) => table === DEFAULT_TABLE);
  return migrations.filter(({ folderMillis }) => !known?.times.has(folderMillis));
}

/** Fails if another process has just created it, which rolls back the whole commit. */
const CREATE_JOURNAL = `CREATE TABLE "${MIGRATIONS_TABLE}" (
  "created_at" integer PRIMARY KEY NOT NULL, "hash" text NOT NULL)`;

function record({ folderMillis, hash }: MigrationMeta): string {
  return `INSERT INTO "${MIGRATIONS_TABLE}" ("created_at", "hash") VALUES (${folderMillis}, '${hash}')`;
}

/** The part of a PostgreSQL session, inside a transaction, that migrations need. */
export interface PostgresMigrationSession {
  command(sql: string): Promise<unknown>;
  query(statement: { text: string; values: string[] }): Promise<Record<string, unknown>[]>;
}

/**
 * Brings the tables in PostgreSQL up to date, in the session's transaction. Its migrations have their own folder
 * and the file names of their counterparts in `drizzle/migrations`.
 * @param session holds a lock that keeps other processes from migrating
 */
export async function migratePostgres({
  session,
  folder,
  nowMs,
}: {
  session: PostgresMigrationSession;
  folder: string;
  nowMs: number;
}): Promise<void> {
  await session.command(CREATE_POSTGRES_JOURNAL);
  for (const name of await pendingPostgres(session, folder)) {
    await session.command(readFileSync(join(folder, `${name}.sql`), 'utf8'));
    await session.command(
      `INSERT INTO "${MIGRATIONS_TABLE}" ("name", "appliedAt") VALUES ('${name}', ${nowMs})`,
    );
  }
}

/** How many migrations of the folder the tables in PostgreSQL lack. */
export async function countPendingPostgres(
  session: Pick<PostgresMigrationSession, 'query'>,
  folder: string,
): Promise<number> {
  return (await pendingPostgres(session, folder)).length;
}

async function pendingPostgres(
  session: Pick<PostgresMigrationSession, 'query'>,
  folder: string,
): Promise<string[]> {
  const names = postgresMigrations(folder);
  const [found] = await session.query({ text: HAS_POSTGRES_JOURNAL, values: [MIGRATIONS_TABLE] });
  if (!found?.exists) return names;
  const text = `SELECT "name" FROM "${MIGRATIONS_TABLE}"`;
  const applied = new Set((await session.query({ text, values: [] })).map(({ name }) => name));
  return names.filter((name) => !applied.has(name));
}

/** The names of PostgreSQL's migrations, in order. */
export function postgresMigrations(folder: string): string[] {
  const named = readdirSync(folder).map((file) => /^(\d{4}_\w+)[.]sql$/.exec(file)?.[1]);
  return named.filter((name) => name !== undefined).sort();
}

const CREATE_POSTGRES_JOURNAL = `CREATE TABLE IF NOT EXISTS "${MIGRATIONS_TABLE}" (
  "name" text PRIMARY KEY, "appliedAt" bigint NOT NULL)`;

const HAS_POSTGRES_JOURNAL = `SELECT EXISTS (SELECT 1 FROM "pg_tables"
  WHERE "schemaname" = current_schema() AND "tablename" = $1) AS "exists"`;
