import type { Database } from 'better-sqlite3';

const table = 'choonsim_moved';

/** What a SQLite file knows of its move into PostgreSQL. */
export interface MovedMark {
  /** Address of the PostgreSQL database, without credentials. */
  to: string;
  atMs: number;
  /** False: a move was begun, and whether it was committed is not known. */
  isDone: boolean;
}

/** @returns null when the file was not moved */
export function readMovedMark(sqlite: Database): MovedMark | null {
  const exists = sqlite
    .prepare(`SELECT 1 FROM "sqlite_master" WHERE "type" = 'table' AND "name" = ?`)
    .get(table);
  if (!exists) return null;
  const row = sqlite.prepare(`SELECT "to", "atMs", "isDone" FROM "${table}"`).get() as
    | { to: string; atMs: number; isDone: number }
    | undefined;
  return row ? { ...row, isDone: row.isDone === 1 } : null;
}

/**
 * From now on no row of the file can be added or changed, by this or an older version: it would be a second
 * deployment with the same keys. On disk when it returns: a power cut after the commit in PostgreSQL must not
 * undo it.
 */
export function writeMovedMark(sqlite: Database, { to, atMs, isDone }: MovedMark): void {
  sqlite.pragma('synchronous = FULL');
  const tables = sqlite
    .prepare(`SELECT "name" FROM "sqlite_master" WHERE "type" = 'table' AND "name" NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      AND "name" <> ?`)
    .pluck()
    .all(table) as string[];
  const write = sqlite.transaction(() => {
    sqlite.exec(
      `CREATE TABLE IF NOT EXISTS "${table}" ("to" text NOT NULL, "atMs" integer NOT NULL, "isDone" integer NOT NULL)`,
    );
    sqlite.exec(`DELETE FROM "${table}"`);
    sqlite.prepare(`INSERT INTO "${table}" VALUES (?, ?, ?)`).run(to, atMs, isDone ? 1 : 0);
    for (const name of tables) {
      for (const change of ['INSERT', 'UPDATE']) {
        sqlite.exec(`CREATE TRIGGER IF NOT EXISTS "choonsim_moved_${name}_${change}"
          BEFORE ${change} ON "${name}" BEGIN
            SELECT RAISE(ABORT, 'this database was moved into PostgreSQL');
          END`);
      }
    }
  });
  write.immediate();
}
