import { statSync } from 'node:fs';

/** Which file is at a path. */
export interface FileIdentity {
  device: number;
  inode: number;
}

/** @returns null when no file is there */
export function identityOf(file: string): FileIdentity | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? { device: found.dev, inode: found.ino } : null;
}

/**
 * One sentence when the path no longer holds the file that was opened: what is written from then on goes
 * into a deleted file and is lost. Null when all is well. Costs some microseconds.
 */
export function findReplacement(file: string, opened: FileIdentity): string | null {
  const now = identityOf(file);
  if (now?.device === opened.device && now.inode === opened.inode) return null;
  const what = now ? 'was replaced by another file' : 'was moved or deleted';
  return `The database ${file} ${what} beneath this process, which writes nothing more: stop servers and workers before you touch it. After a restore, see docs/backups.md.`;
}
