/**
 * The file cannot be written or read at the moment, and nothing was done: another program holds it (BUSY, LOCKED), the
 * disk is full or fails (FULL, IOERR), or the file or its folder has become read-only or cannot be opened (READONLY,
 * CANTOPEN). https://www.sqlite.org/rescode.html
 */
const unavailable = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)/;

export function isSqliteUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && unavailable.test(String(error.code));
}
