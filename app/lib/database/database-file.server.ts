import { openedFile } from '#engine/core/database-file.ts';
import { databaseFile, databaseHandle } from '../db.server.ts';
import { remember } from '../remember.server.ts';

const lookEveryMs = 1_000;

/** The file this process has opened; null: a database server. */
function ourFile() {
  return remember('database file', () => {
    const file = databaseFile();
    const handle = databaseHandle();
    return file === null || handle.kind !== 'sqlite' ? null : openedFile(file, handle.sqlite);
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
  console.error(loss);
  process.exit(1);
}

/** Checks it every second, and when it is stopped. Call it once the database is open. */
export function watchDatabaseFile(): { stop(): void } {
  endIfDatabaseFileWasReplaced();
  const timer = setInterval(endIfDatabaseFileWasReplaced, lookEveryMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      endIfDatabaseFileWasReplaced();
    },
  };
}
