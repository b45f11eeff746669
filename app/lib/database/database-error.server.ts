import { isSqliteUnavailable } from '#engine/core/sqlite-errors.ts';
import { noteDatabaseBusy } from '../http/busy.server.ts';

type DatabaseErrorCode =
  | 'DATABASE_LINKED'
  | 'DATABASE_MISSING'
  | 'DATABASE_MOVED'
  | 'DATABASE_POOLER_UNSUITABLE'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_NOT_MIGRATED';

/** The database cannot be used as it is: the problem and the remedy, a sentence each. */
export class DatabaseUnusableError extends Error {
  readonly code: DatabaseErrorCode;
  readonly error: string;
  readonly remedy: string;

  constructor(
    code: DatabaseErrorCode,
    { error, remedy, cause }: { error: string; remedy: string; cause?: unknown },
  ) {
    super(`DATABASE_URL: ${error} ${remedy}`, { cause });
    this.name = 'DatabaseUnusableError';
    this.code = code;
    this.error = error;
    this.remedy = remedy;
  }
}

/** The database did not answer in time, or cannot be written at the moment: nothing was written, try again. */
export class DatabaseBusyError extends Error {
  readonly code = 'DATABASE_BUSY';

  constructor(options?: ErrorOptions) {
    super('the database (DATABASE_URL) does not answer', options);
    this.name = 'DatabaseBusyError';
  }
}

/** @throws DatabaseBusyError in place of a driver's timeout; else the error itself */
export function asDatabaseBusy(error: unknown): never {
  if (!isDriverBusy(error)) throw error;
  noteDatabaseBusy();
  throw new DatabaseBusyError({ cause: error });
}

/** The error and what it wraps (Drizzle, the auth library and the engine wrap): a code, '' if none, and a message each. */
export function* causesOf(error: unknown): Generator<{ code: string; message: string }> {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    yield { code: 'code' in at ? String(at.code) : '', message: at.message };
  }
}

export function isDatabaseBusy(error: unknown): boolean {
  for (const { code } of causesOf(error)) if (code === 'DATABASE_BUSY') return true;
  return false;
}

/** A file that cannot be written; a server that is unreachable, slow, or read-only at the moment. */
function isDriverBusy(error: unknown): boolean {
  if (isSqliteUnavailable(error)) return true;
  return error instanceof Error && 'code' in error && error.code === 'DATABASE_BUSY';
}
