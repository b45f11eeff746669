import { statSync } from 'node:fs';
import { databaseFile } from './db.server.ts';
import { remember } from './remember.server.ts';

const lookEveryMs = 1_000;

/** Which file stands at a path; null when none does. */
export interface FileIdentity {
  device: number;
  inode: number;
}

export function identityOf(file: string): FileIdentity | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? { device: found.dev, inode: found.ino } : null;
}

/**
 * One sentence when another file stands at the path than the one that was opened, or none: what is
 * written then goes into a file that is deleted already, and is lost. Null when all is well.
 */
export function findReplacement(file: string, opened: FileIdentity): string | null {
  const now = identityOf(file);
  if (now?.device === opened.device && now.inode === opened.inode) return null;
  const what = now ? 'was replaced by another file' : 'was moved or deleted';
  return `The database ${file} ${what} beneath this process, which ends now: stop servers and workers before you touch it. After a restore, see docs/backups.md.`;
}

/** Of the file that this process has opened; null: a database server, which has none. */
function openedFile(): { file: string; opened: FileIdentity } | null {
  return remember('database file', () => {
    const file = databaseFile();
    const opened = file === null ? null : identityOf(file);
    return file === null || opened === null ? null : { file, opened };
  });
}

/**
 * Ends this process, without another write, when its database file is not the one at its path any more.
 * Costs some microseconds.
 */
export function endIfDatabaseFileWasReplaced(): void {
  const known = openedFile();
  const sentence = known && findReplacement(known.file, known.opened);
  if (sentence === null) return;
  console.error(sentence);
  process.exit(1);
}

/** Looks for it every second. To be called when the database has been opened. */
export function watchDatabaseFile(): { stop(): void } {
  endIfDatabaseFileWasReplaced();
  const timer = setInterval(endIfDatabaseFileWasReplaced, lookEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
