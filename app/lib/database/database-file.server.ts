import { type FileIdentity, findReplacement, identityOf } from '#engine/core/database-file.ts';
import { databaseFile } from '../db.server.ts';
import { remember } from '../remember.server.ts';

const lookEveryMs = 1_000;

/** The file this process has opened; null: a database server. */
function openedFile(): { file: string; opened: FileIdentity } | null {
  return remember('database file', () => {
    const file = databaseFile();
    const opened = file === null ? null : identityOf(file);
    return file === null || opened === null ? null : { file, opened };
  });
}

/**
 * Ends this process, without another write, if its database file has been replaced at its path.
 * Takes some microseconds.
 */
export function endIfDatabaseFileWasReplaced(): void {
  const known = openedFile();
  const sentence = known && findReplacement(known.file, known.opened);
  if (sentence === null) return;
  console.error(sentence);
  process.exit(1);
}

/** Checks it every second. Call it once the database is open. */
export function watchDatabaseFile(): { stop(): void } {
  endIfDatabaseFileWasReplaced();
  const timer = setInterval(endIfDatabaseFileWasReplaced, lookEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
