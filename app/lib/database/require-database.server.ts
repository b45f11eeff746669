import { existsSync } from 'node:fs';
import { countPendingMigrations, databaseFile, reachDatabase } from '../db.server.ts';
import { DatabaseUnusableError } from './database-error.server.ts';

/**
 * For commands beside the servers: opens the existing database and creates none, because a
 * misspelt name would otherwise become an empty database in which all seems well.
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
      error: `There is no ${file}.`,
      remedy:
        'The first start of a server makes it; else name the right file (DATABASE_URL, DATA_DIR).',
    });
  }
  await reachDatabase();
  const pending = await countPendingMigrations(migrationsFolder);
  if (pending === 0) return;
  throw new DatabaseUnusableError('DATABASE_NOT_MIGRATED', {
    error: `${pending} migrations are missing in ${file ?? 'the database'}.`,
    remedy:
      'A server or worker of this version makes them when it starts; else name the right database (DATABASE_URL, DATA_DIR).',
  });
}
