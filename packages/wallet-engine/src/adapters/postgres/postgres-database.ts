import { reasonOf } from '../../core/reason-of.ts';
import type { SqlDatabase, SqlRow, SqlValue } from '../sql/sql-database.ts';
import { isConnectionLost, isUndoneByServer, translatePostgresError } from './postgres-errors.ts';
import { type PostgresStatement, toPostgres } from './postgres-statement.ts';

/** One PostgreSQL session, used by one piece of work at a time. */
export interface PostgresSession {
  /** A statement with parameters, prepared once. Values as {@link readPostgresValue} reads them. */
  query(statement: PostgresStatement): Promise<SqlRow[]>;
  /** The same, but rows are arrays in column order, since several columns may share a name. */
  execute(statement: PostgresStatement): Promise<PostgresAnswer>;
  /** Statements without parameters, in one round trip. @returns the last command tag */
  command(sql: string): Promise<string>;
}

export interface PostgresAnswer {
  rows: SqlValue[][];
  /** Number of rows found or written. */
  count: number;
}

/** A source of sessions. */
export interface PostgresSessions {
  /** After an error a session is reused only if the server reported the error. */
  use<T>(work: (session: PostgresSession) => Promise<T>): Promise<T>;
}

/** 'WALLETS!' as a number: the engine's one advisory lock; locks are per database. */
export const WRITE_LOCK = '6287390445250302753';

/**
 * READ COMMITTED: each statement sees what was committed before it began. The lock is taken first, so the
 * statements after it see every earlier commit, and no two transactions can pass a guard at once: one writer
 * at a time, as in SQLite. A commit is acknowledged once it is on disk, whatever the server's default.
 */
const begin = `BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL synchronous_commit = on;
SELECT pg_advisory_xact_lock(${WRITE_LOCK})`;

/** Attempts of a transaction that the server has certainly rolled back. */
const mostTries = 5;

/**
 * PostgreSQL 15 or newer. When the connection breaks during COMMIT its result is unknown: this is
 * `DATABASE_BUSY`, too, and the caller must read the current state before going on.
 */
export function postgresDatabase(sessions: PostgresSessions): SqlDatabase {
  return {
    read: (statement) =>
      translated(() => readOver(sessions, (session) => session.query(toPostgres(statement)))),
    write: (statements) =>
      translated(() =>
        commitAlone(sessions, async (session) => {
          const results: SqlRow[][] = [];
          for (const statement of statements) {
            results.push(await session.query(toPostgres(statement)));
          }
          return results;
        }),
      ),
  };
}

/** Reads, and retries on another connection if one broke: after a restart of the server a pool holds dead ones. */
export function readOver<T>(
  sessions: PostgresSessions,
  read: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  return again(
    () => sessions.use(read),
    (error) => isConnectionLost(error) || isUndoneByServer(error),
  );
}

/**
 * One durable commit, exclusive among ours. Retried if the server rolled it back, or the connection broke before
 * COMMIT was sent.
 * @throws what the work or the driver throws; after a COMMIT without an answer its result is unknown
 */
export function commitAlone<T>(
  sessions: PostgresSessions,
  work: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  let isSent = false;
  return again(
    () => {
      isSent = false;
      return sessions.use((session) =>
        commit(session, work, () => {
          isSent = true;
        }),
      );
    },
    (error) => isUndoneByServer(error) || (!isSent && isConnectionLost(error)),
  );
}

/** @param isUnchanged whether the error guarantees that nothing was written */
export async function again<T>(
  attempt: () => Promise<T>,
  isUnchanged: (error: unknown) => boolean,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= mostTries || !isUnchanged(error)) throw error;
    }
  }
}

async function commit<T>(
  session: PostgresSession,
  work: (session: PostgresSession) => Promise<T>,
  onSend: () => void,
): Promise<T> {
  let result: T;
  try {
    await session.command(begin);
    result = await work(session);
  } catch (error) {
    await undo(session, error);
    throw error;
  }
  onSend();
  const tag = await session.command('COMMIT');
  // The server answers a COMMIT of a failed transaction with ROLLBACK, without an error.
  if (tag !== 'COMMIT') throw new Error(`the server answered COMMIT with ${tag}`);
  return result;
}

/**
 * A timed-out wait for the lock has begun a transaction, too: a session returned to the pool inside one would fail
 * every later statement.
 * @throws when the session cannot roll back, so that it is closed and the server rolls back
 */
async function undo(session: PostgresSession, cause: unknown): Promise<void> {
  try {
    await session.command('ROLLBACK');
  } catch (error) {
    throw new Error(`Connection terminated: a transaction cannot be undone: ${reasonOf(error)}`, {
      cause,
    });
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translatePostgresError(error);
  }
}

const numberTypes = new Set([20, 21, 23, 26, 700, 701, 1700]);
const booleanType = 16;

/**
 * A value as SQLite would return it: numbers, booleans as 1 and 0, everything else as text.
 * @param type the OID of its type
 * @throws Error for a whole number that is not exact in JavaScript
 */
export function readPostgresValue(type: number, value: string): string | number {
  if (type === booleanType) return value === 't' ? 1 : 0;
  if (!numberTypes.has(type)) return value;
  const number = Number(value);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    throw new Error(`a number of the database is too large to be exact: ${value}`);
  }
  return number;
}
