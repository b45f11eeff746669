import Database from 'better-sqlite3';
import { toPostgresTables } from '../adapters/postgres/postgres-wallet-tables.ts';
import { migratedDatabase } from './simulator/world/sqlite-world-database.ts';

/**
 * The app's `User` table for PostgreSQL, with the triggers between it and the engine's tables. Derived from
 * the SQLite migrations, so that every suite runs over the same tables in both databases.
 */
export function postgresHostTables(): string[] {
  const sqlite = new Database(migratedDatabase());
  const all = (type: string, condition: string) =>
    sqlite
      .prepare<[string], { sql: string }>(
        `SELECT "sql" FROM "sqlite_master" WHERE "type" = ? AND "sql" IS NOT NULL AND ${condition}
          ORDER BY "rowid"`,
      )
      .all(type)
      .map(({ sql }) => sql.replaceAll('`', '"'));
  const tables = all('table', `"name" = 'User'`).flatMap((sql) =>
    toPostgresTables(
      sql
        .replace('CREATE TABLE "User" (', 'CREATE TABLE IF NOT EXISTS "User" (')
        .replace('integer DEFAULT false', 'integer DEFAULT 0'),
    ),
  );
  const indexes = all('index', `"tbl_name" = 'User'`);
  const rules = all('trigger', `"tbl_name" IN ('User', 'Wallet') AND "name" NOT LIKE '%_event'`);
  return [...tables, ...indexes, ...rules.flatMap(toPostgresRule)];
}

/** A trigger of PostgreSQL calls a function; SQLite's `IS` is `IS NOT DISTINCT FROM`. */
function toPostgresRule(sql: string): string[] {
  const parts = sql.match(
    /^CREATE TRIGGER "(\w+)" ([^;]+? ON "\w+")\s+WHEN ([^;]+)\s+BEGIN(.+)END$/s,
  );
  if (!parts) throw new Error(`no rule: ${sql}`);
  const [, name = '', occasion = '', condition = '', work = ''] = parts;
  const spelled = (text: string) =>
    text
      .replaceAll(/ IS NOT (?!NULL)/g, ' IS DISTINCT FROM ')
      .replaceAll(/ IS (?!NULL|NOT |DISTINCT )/g, ' IS NOT DISTINCT FROM ')
      .replaceAll('SELECT RAISE(IGNORE)', 'RETURN NULL');
  return [
    `CREATE FUNCTION "${name}"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF ${spelled(condition)} THEN ${spelled(work)} END IF;
        RETURN NEW;
      END $$`,
    `CREATE TRIGGER "${name}" ${occasion} FOR EACH ROW EXECUTE FUNCTION "${name}"()`,
  ];
}
