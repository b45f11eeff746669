import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { databaseFile, db } from '../app/lib/db.server.ts';
import { env } from '../app/lib/settings/env.server.ts';

/** Keeps everybody from writing, as another program would; reading goes on. */
export async function holdDatabase(): Promise<{ release(): Promise<void> }> {
  const file = databaseFile();
  if (file === null) return holdServer(env().databaseUrl);
  const other = new Database(file, { timeout: 0 });
  other.exec('BEGIN IMMEDIATE');
  return {
    async release() {
      other.exec('ROLLBACK');
      other.close();
    },
  };
}

async function holdServer(url: string) {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('BEGIN');
  await other.query('LOCK TABLE "User", "Account", "Session" IN EXCLUSIVE MODE');
  return { release: () => other.end() };
}

/**
 * From now on such a write fails, until it is allowed again.
 * @param write as a trigger names it: `DELETE ON "Session"`
 */
export async function refuseWrites(write: string): Promise<{ allow(): Promise<void> }> {
  const run = (text: string) => db().run(sql.raw(text));
  if (databaseFile() !== null) {
    await run(`CREATE TRIGGER "refuse" BEFORE ${write} BEGIN SELECT RAISE(ABORT, 'no'); END`);
    return { allow: async () => void (await run('DROP TRIGGER "refuse"')) };
  }
  await run(`CREATE FUNCTION "refuse"() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`);
  await run(`CREATE TRIGGER "refuse" BEFORE ${write} FOR EACH ROW EXECUTE FUNCTION "refuse"()`);
  return { allow: async () => void (await run('DROP FUNCTION "refuse" CASCADE')) };
}
