import { statSync } from 'node:fs';

/**
 * What has taken the place of a file that was opened, in one sentence: what is written from then on goes into a
 * deleted file and is lost.
 */
export interface FileLoss {
  sentence: string;
  /**
   * Only the log beside the database was deleted. It has all commits since the last checkpoint, and is gone with
   * the last process that has it open: a checkpoint must bring them into the database first.
   */
  isLogMissing: boolean;
}

/** A SQLite database that this process has open. */
export interface OpenedFile {
  /** Null when all is well. Costs some microseconds. */
  findLoss(): FileLoss | null;
}

/** While a connection is open, SQLite neither deletes nor replaces its log and the index of it. */
const endings = ['', '-wal', '-shm'] as const;

/**
 * To be called once the database is open.
 * @returns null when no file is there, as for a database in memory
 */
export function openedFile(file: string): OpenedFile | null {
  // SQLite makes log and index at the first access: each is known from when it was first seen.
  const known = new Map<string, string>();
  const findChange = (ending: string) => {
    const path = file + ending;
    const before = known.get(path);
    const now = identityOf(path);
    if (before === undefined && now !== null) known.set(path, now);
    if (before === undefined || before === now) return null;
    return { ending, path, isMissing: now === null };
  };
  const findFirstChange = () => endings.map(findChange).find((change) => change !== null) ?? null;
  findFirstChange();
  if (!known.has(file)) return null;
  return {
    findLoss() {
      const change = findFirstChange();
      if (!change) return null;
      const { ending, path, isMissing } = change;
      const what = isMissing ? 'was moved or deleted' : 'was replaced by another file';
      const sentence = `The database ${path} ${what} beneath this process, which writes nothing more: stop servers and workers before you touch it. After a restore, see docs/backups.md.`;
      return { sentence, isLogMissing: ending === '-wal' && isMissing };
    },
  };
}

/**
 * By a hard link a database has a second log beside its other name: of two processes that open it by different names
 * each overwrites what the other has committed.
 * @returns whether the file has another name; to be asked before it is opened
 */
export function hasOtherName(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.nlink ?? 1) > 1;
}

/** Device and inode; null when no file is there. */
function identityOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.dev} ${found.ino}` : null;
}
