import { ServiceError } from '../../core/errors.ts';
import { reasonOf } from '../../core/reason-of.ts';
import { ConstraintError } from '../sql/sql-database.ts';

/** Fields of a PostgreSQL error: https://www.postgresql.org/docs/15/protocol-error-fields.html */
interface ServerError extends Error {
  code: string;
  table?: string;
  column?: string;
  constraint?: string;
  routine?: string;
}

/** Appendix A of PostgreSQL's documentation, class 23. */
const constraints: Record<string, string> = {
  '23502': 'NOT NULL',
  '23503': 'FOREIGN KEY',
  '23505': 'UNIQUE',
  '23514': 'CHECK',
};

/**
 * No connection or none free (08, 53), stopping or starting (57P0x), one of our timeouts (55P03, 57014),
 * a read-only server (25006), a session idle in a transaction (25P03), a database that is put back (3D000, 55000)
 * or refuses our user (28), a disk that fails (58).
 */
const unavailable = /^(08|28|53|58|57P0|55P03|57014|25006|25P03|3D000|55000)/;
const lostConnection =
  /^(ECONN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/;
const lostConnectionText =
  /Connection terminated|timeout|Client has encountered a connection error/i;

/** An established connection that broke, or that the server terminated. */
const brokenConnection = /^(57P01|57P02|ECONNRESET|EPIPE)/;
const brokenConnectionText =
  /^Connection terminated(:| unexpectedly)|^Client has encountered a connection error/;

/** A read can be repeated; a transaction was rolled back unless COMMIT was sent. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return brokenConnection.test(codeOf(error)) || brokenConnectionText.test(error.message);
}

/** Serialization failure, deadlock or an outdated plan: the server rolled everything back. */
export function isUndoneByServer(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error)) || isPlanOutdated(error);
}

/**
 * A migration changed the result columns of a prepared statement. The message may be in any language, and the
 * code is the generic one for unsupported features.
 */
export function isPlanOutdated(error: unknown): boolean {
  return codeOf(error) === '0A000' && (error as ServerError).routine === 'RevalidateCachedQuery';
}

/**
 * Translates errors of PostgreSQL and its driver into those of the ports.
 * @returns ConstraintError; ServiceError `DATABASE_BUSY` when the database does not answer or cannot
 * write at the moment; else the error itself
 */
export function translatePostgresError(error: unknown): unknown {
  const code = codeOf(error);
  const constraint = constraints[code];
  if (constraint !== undefined) {
    return new ConstraintError({
      constraint,
      subject: subjectOf(error as ServerError),
      cause: error,
    });
  }
  const isLost =
    lostConnection.test(code) ||
    (code === '' && error instanceof Error && lostConnectionText.test(error.message));
  if (!isLost && !unavailable.test(code) && !isUndoneByServer(error)) return error;
  const message = `the database does not answer: ${reasonOf(error)}`;
  return new ServiceError('DATABASE_BUSY', message, { cause: error });
}

/** `Table.column`, as SQLite reports it. Unique indexes are named `Table_column_unique`, `_key` or `_idx`. */
function subjectOf({ table = '', column, constraint = '' }: ServerError): string {
  if (column !== undefined) return `${table}.${column}`;
  const name = constraint.startsWith(`${table}_`) ? constraint.slice(table.length + 1) : null;
  const unique = name?.match(/^(.*)_(unique|key|idx)$/);
  return unique ? `${table}.${unique[1]}` : constraint;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
