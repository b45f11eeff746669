import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';

/**
 * Our own journal. In Drizzle's default one a host's newer entry would make ours look applied, and an
 * entry of ours would do the same to the host's.
 */
export const MIGRATIONS_TABLE = 'choonsim_migrations';
/** Where earlier versions of ours kept the journal; left as it is, since a host may use it too. */
const DEFAULT_TABLE = '__drizzle_migrations';

/**
 * Brings the tables of a file or of memory up to date, in one commit or not at all. Safe to repeat and
 * with several processes starting at once: the second waits for the write lock.
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

/** A journal and the times in it. */
interface Applied {
  readonly table: string;
  /** `when` of each entry, milliseconds. */
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
 * Looked up one by one: by the newest alone, as Drizzle does it, a migration that was written earlier and
 * merged later is skipped without a word. What only the default journal knows was applied before this
 * journal was made.
 */
function pendingOf(
  migrations: readonly MigrationMeta[],
  applied: readonly Applied[],
): MigrationMeta[] {
  const own = applied.find(({ table }) => table === MIGRATIONS_TABLE);
  const known = own ?? applied.find(({ table }) => table === DEFAULT_TABLE);
  return migrations.filter(({ folderMillis }) => !known?.times.has(folderMillis));
}

/** Fails where another process has just made it, which undoes the whole commit. */
const CREATE_JOURNAL = `CREATE TABLE "${MIGRATIONS_TABLE}" (
  "created_at" integer PRIMARY KEY NOT NULL, "hash" text NOT NULL)`;

function record({ folderMillis, hash }: MigrationMeta): string {
  return `INSERT INTO "${MIGRATIONS_TABLE}" ("created_at", "hash") VALUES (${folderMillis}, '${hash}')`;
}

/** What migrations need of a session of PostgreSQL, which is inside a transaction. */
export interface PostgresMigrationSession {
  command(sql: string): Promise<unknown>;
  query(statement: { text: string; values: string[] }): Promise<Record<string, unknown>[]>;
}

/**
 * Brings the tables in PostgreSQL up to date, in the commit of the session. Its migrations stand in a folder
 * of their own: each has the name of the one in `drizzle/migrations` that it follows.
 * @param session behind a lock that keeps other processes from doing the same
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

/** The names of PostgreSQL's migrations, in their order. */
export function postgresMigrations(folder: string): string[] {
  const named = readdirSync(folder).map((file) => /^(\d{4}_\w+)[.]sql$/.exec(file)?.[1]);
  return named.filter((name) => name !== undefined).sort();
}

const CREATE_POSTGRES_JOURNAL = `CREATE TABLE IF NOT EXISTS "${MIGRATIONS_TABLE}" (
  "name" text PRIMARY KEY, "appliedAt" bigint NOT NULL)`;

const HAS_POSTGRES_JOURNAL = `SELECT EXISTS (SELECT 1 FROM "pg_tables"
  WHERE "schemaname" = current_schema() AND "tablename" = $1) AS "exists"`;
