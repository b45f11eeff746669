import { realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { reasonOf } from './reason-of.ts';

/** A SQLite database that this process has open. */
export interface OpenedFile {
  /**
   * Null when all is well; costs some microseconds. Otherwise, and from then on, one line that says which file was
   * deleted or replaced: what is written afterwards is lost. The first time, what a lost log holds is saved, which
   * takes as long as a copy.
   */
  findLoss(): string | null;
  /** After a loss the connection stays open: SQLite's last close writes the log into the file at the path. */
  close(): void;
}

/** The part of better-sqlite3's connection that is used here. */
interface Connection {
  pragma(source: string): unknown;
  prepare(sql: string): { run(file: string): unknown };
  close(): unknown;
}

/** Nothing collects what is in here, which would close it. */
const keptOpen = new Set<Connection>();

/**
 * To be called once the database is open in WAL mode.
 * @returns null when no file is there, as for a database in memory
 */
export function openedFile(file: string, sqlite: Connection): OpenedFile | null {
  if (identityOf(file) === null) return null;
  // SQLite puts log and index beside the target of a symbolic link, which may come to have another target.
  const target = realpathSync(file);
  const paths = { database: file, log: `${target}-wal`, index: `${target}-shm` };
  const isWrittenByCheckpointsOnly = followWrites(target, sqlite);
  // SQLite makes log and index at the first access, and keeps them while a connection is open: each is known from
  // when it was first seen.
  const known = new Map<string, string>();
  const hasChanged = (path: string) => {
    const now = identityOf(path);
    const before = known.get(path) ?? now;
    if (before !== null) known.set(path, before);
    return now !== before;
  };
  const findLoss = () => {
    const mayWrite = isWrittenByCheckpointsOnly();
    const path = Object.values(paths).find(hasChanged);
    if (path === undefined) return null;
    keepOpen(sqlite);
    const isMissing = identityOf(path) === null;
    const what = isMissing ? 'was moved or deleted' : 'was replaced by another file';
    const saved =
      path === paths.log ? save({ file: target, sqlite, mayWrite: mayWrite && isMissing }) : '';
    return `The database ${path} ${what} beneath this process, which writes nothing more: stop servers and workers before you touch it. ${saved}After a restore, see docs/backups.md.`;
  };
  let loss = findLoss();
  return {
    findLoss() {
      loss ??= findLoss();
      return loss;
    },
    close() {
      loss ??= findLoss();
      if (loss === null) sqlite.close();
    },
  };
}

/**
 * A log without a name is gone with the last process that has it open. Into the file at the path it may go only while
 * that is the file it belongs to: it would destroy a copy that was restored by `cp`.
 * @returns the sentence that says where it is now
 */
function save({
  file,
  sqlite,
  mayWrite,
}: {
  file: string;
  sqlite: Connection;
  mayWrite: boolean;
}): string {
  const done = mayWrite ? checkpoint(sqlite, 'FULL') : null;
  if (done?.busy === 0 && done.log === done.checkpointed) return `What it held is in ${file}. `;
  // Processes of several containers may have the same number.
  const now = new Date().toISOString().replace(/\D/g, '');
  const rescued = `${file}.rescued-${now}-${process.pid}`;
  try {
    writeFileSync(rescued, '', { flag: 'wx', mode: 0o600 });
    sqlite.prepare('VACUUM INTO ?').run(rescued);
  } catch (error) {
    rmSync(rescued, { force: true });
    return `What it held could not be saved: ${reasonOf(error)}. `;
  }
  return `What this process saw is in ${rescued}: it may mix two states, so compare it with the database instead of restoring it. `;
}

/**
 * Only a checkpoint may write to a database file. Its time alone does not tell a checkpoint from `cp`: the number of
 * checkpointed pages grows with a checkpoint only, and a new beginning of the log sets it to 0.
 * @returns whether nothing else has written to it; to be asked often, as it compares with the last time
 */
function followWrites(file: string, sqlite: Connection): () => boolean {
  const countCheckpointed = () => checkpoint(sqlite, 'NOOP')?.checkpointed;
  let checkpointed = countCheckpointed() ?? 0;
  let written = contentOf(file);
  return () => {
    const now = countCheckpointed() ?? checkpointed;
    if (now > 0 && now !== checkpointed) written = contentOf(file);
    checkpointed = now;
    return written === contentOf(file);
  };
}

interface Checkpoint {
  busy: number;
  log: number;
  checkpointed: number;
}

/** @returns null when SQLite refused it */
function checkpoint(sqlite: Connection, mode: 'FULL' | 'NOOP'): Checkpoint | null {
  try {
    const [row] = sqlite.pragma(`wal_checkpoint(${mode})`) as Checkpoint[];
    return row ?? null;
  } catch {
    return null;
  }
}

/** Node closes all connections when a process ends by itself; `process.exit` closes none. */
function keepOpen(sqlite: Connection): void {
  if (keptOpen.size === 0) process.once('exit', (code) => process.exit(code));
  keptOpen.add(sqlite);
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

/** Time and size; they change with each write. */
function contentOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.mtimeNs} ${found.size}` : null;
}
