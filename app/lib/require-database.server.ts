import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm/sql';
import { DatabaseUnusableError } from './database-fault.server.ts';
import { databaseFile, db, reachDatabase } from './db.server.ts';

/**
 * For whoever works beside the servers: opens the database they have made and makes none, since a
 * misspelt name would else become an empty database in which all seems well.
 * @throws DatabaseUnusableError
 */
export async function requireDatabase({
  migrationsFolder,
}: {
  migrationsFolder: string;
}): Promise<void> {
  const file = databaseFile();
  if (file !== null && !existsSync(file)) {
    throw new DatabaseUnusableError('DATABASE_MISSING', {
      fault: `There is no ${file}.`,
      remedy:
        'The first start of a server makes it; else name the right file (DATABASE_URL, DATA_DIR).',
    });
  }
  await reachDatabase();
  const pending = await countPendingMigrations(migrationsFolder);
  if (pending === 0) return;
  throw new DatabaseUnusableError('DATABASE_NOT_MIGRATED', {
    fault: `${pending} migrations are missing in ${file ?? 'the database'}.`,
    remedy:
      'A server or worker of this version makes them when it starts; else name the right database (DATABASE_URL, DATA_DIR).',
  });
}

async function countPendingMigrations(folder: string): Promise<number> {
  const { entries } = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[];
  };
  const applied = await lastMigrationAt();
  return entries.filter(({ when }) => when > applied).length;
}

async function lastMigrationAt(): Promise<number> {
  try {
    const row = await db().get<{ at: number | null } | (number | null)[]>(
      sql`SELECT MAX(created_at) AS "at" FROM __drizzle_migrations`,
    );
    return Number((Array.isArray(row) ? row[0] : row?.at) ?? 0);
  } catch {
    return 0;
  }
}
