import { openedFile } from '#engine/core/database-file.ts';
import { databaseFile, databaseHandle } from '../db.server.ts';
import { remember } from '../remember.server.ts';

const lookEveryMs = 1_000;

/** The file this process has opened; null: a database server. */
function ourFile() {
  return remember('database file', () => {
    const file = databaseFile();
    return file === null ? null : openedFile(file);
  });
}

/**
 * Ends this process, without another write, if its database file has been replaced at its path, or the log of
 * it. Takes some microseconds.
 */
export function endIfDatabaseFileWasReplaced(): void {
  const handle = databaseHandle();
  // The last process that closes the database deletes its log itself.
  if (handle.kind !== 'sqlite' || !handle.sqlite.open) return;
  const loss = ourFile()?.findLoss();
  if (!loss) return;
  console.error(loss.sentence);
  try {
    // What is in a deleted log is gone with the last process that has it open, unless it is in the database by then.
    if (loss.isLogMissing) handle.sqlite.pragma('wal_checkpoint(FULL)');
  } finally {
    process.exit(1);
  }
}

/** Checks it every second. Call it once the database is open. */
export function watchDatabaseFile(): { stop(): void } {
  endIfDatabaseFileWasReplaced();
  const timer = setInterval(endIfDatabaseFileWasReplaced, lookEveryMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
