import { statSync } from 'node:fs';

/** Which file stands at a path. */
export interface FileIdentity {
  device: number;
  inode: number;
}

/** @returns null when no file stands there */
export function identityOf(file: string): FileIdentity | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? { device: found.dev, inode: found.ino } : null;
}

/**
 * One sentence when another file stands at the path than the one that was opened, or none: what is
 * written then goes into a file that is deleted already, and is lost. Null when all is well. Costs some
 * microseconds.
 */
export function findReplacement(file: string, opened: FileIdentity): string | null {
  const now = identityOf(file);
  if (now?.device === opened.device && now.inode === opened.inode) return null;
  const what = now ? 'was replaced by another file' : 'was moved or deleted';
  return `The database ${file} ${what} beneath this process, which writes nothing more: stop servers and workers before you touch it. After a restore, see docs/backups.md.`;
}
