import { reasonOf } from '../../core/reason-of.ts';
import type { SqlDatabase, SqlRow, SqlValue } from '../sql/sql-database.ts';
import { isConnectionLost, isUndoneByServer, translatePostgresError } from './postgres-errors.ts';
import { type PostgresStatement, toPostgres } from './postgres-statement.ts';

/** One session of PostgreSQL, for one piece of work alone. */
export interface PostgresSession {
  /** A statement with parameters, prepared once. Values as {@link readPostgresValue} reads them. */
  query(statement: PostgresStatement): Promise<SqlRow[]>;
  /** The same; rows as lists in the order of their columns, of which several may have one name. */
  execute(statement: PostgresStatement): Promise<PostgresAnswer>;
  /** Statements without parameters, in one round trip. @returns the last one's command tag */
  command(sql: string): Promise<string>;
}

export interface PostgresAnswer {
  rows: SqlValue[][];
  /** How many rows were found or written. */
  count: number;
}

/** Where sessions come from. */
export interface PostgresSessions {
  /** A session whose work threw is used again only where the error is an answer of the server. */
  use<T>(work: (session: PostgresSession) => Promise<T>): Promise<T>;
}

/** 'WALLETS!' as a number: the engine's one lock, in each database its own. */
export const WRITE_LOCK = '6287390445250302753';

/**
 * READ COMMITTED: each statement sees what was committed before it began. The lock comes first, so all that
 * follow see every commit of before, and no guard can be passed by two at once: one writer at a time, as in
 * SQLite. A commit is answered once it is on the disk, whatever the server's usual setting.
 */
const begin = `BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL synchronous_commit = on;
SELECT pg_advisory_xact_lock(${WRITE_LOCK})`;

/** How often something is tried of which the server has certainly kept nothing. */
const mostTries = 5;

/**
 * PostgreSQL 15 or newer. When the connection breaks during COMMIT nobody knows whether it happened: this
 * is `DATABASE_BUSY`, too, and whoever wrote has to read what stands before going on.
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

/** Reads; again over another connection where one broke: a pool holds those that a restart has ended. */
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
 * One durable commit, and no other of ours beside it. Tried again where the server has undone it, or the
 * connection broke before COMMIT was sent.
 * @throws what the work or the driver throws; after a COMMIT without an answer nobody knows whether it happened
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

/** @param isUnchanged whether the error says that nothing was kept */
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
  // To a COMMIT that it cannot keep the server answers ROLLBACK, without an error.
  if (tag !== 'COMMIT') throw new Error(`the server answered COMMIT with ${tag}`);
  return result;
}

/**
 * A wait for the lock that ended has begun a transaction, too: a session that went back in the middle of one
 * would answer nobody any more.
 * @throws what the session says when it cannot undo, so that it is closed; then the server undoes
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
 * A value as SQLite would have given it: numbers, booleans as 1 and 0, all else as text.
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
