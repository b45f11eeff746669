import { resolve } from 'node:path';

/**
 * The absolute path of the database file; null: a database server.
 * @param url unset: the file in the data folder
 */
export function databasePath(url: string | undefined, dataDir: string): string | null {
  if (url === undefined) return resolve(dataDir, 'choonsim.db');
  if (!url.startsWith('file:')) return null;
  // `file:a.db`, `file:/a.db` and `file:///a.db` are all in use.
  return resolve(url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''));
}
