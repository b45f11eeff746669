import {
  type Client,
  type InArgs,
  type InStatement,
  LibsqlError,
  type TransactionMode,
} from '@libsql/client';
import { type Clock, systemClock } from '#engine/core/clock.ts';
import { asDatabaseBusy } from './database-fault.server.ts';

/** As long as a file waits for its lock. */
const patienceMs = 5_000;
const firstWaitMs = 10;
const longestWaitMs = 200;

/**
 * For the client's requests: a server that takes a connection may never answer, and a heartbeat that
 * waits for it keeps no lease. What was asked may be done all the same.
 */
export function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
}

/**
 * A client that writes one thing at a time and asks again while the server is busy.
 *
 * `sqld` has one writer at a time anyway. Where many stand in its line and one of them takes more than
 * five seconds, be it that the machine stood still, it has been seen to keep its write lock for ever:
 * with 40 writers, not with four. And it refuses a writer now and then when several processes
 * write: two of 1,658 statements of 17 clients. Nothing was done then, so the same statement may be
 * sent again; a sign-up that gave up would leave a user without a password.
 */
export function patientClient(client: Client, clock: Clock = systemClock): Client {
  const { execute, batch } = client;
  const inTurn = createLine(clock);
  const patiently = <Answer>(ask: () => Promise<Answer>, isRead: boolean): Promise<Answer> => {
    const asking = () => whileBusy(ask, clock);
    return (isRead ? asking() : inTurn(asking)).catch(asDatabaseBusy);
  };
  return Object.assign(client, {
    // Two forms, the second with its arguments apart.
    execute: (statement: InStatement, args?: InArgs) =>
      patiently(() => Reflect.apply(execute, client, [statement, args]), isReadOnly(statement)),
    batch: (statements: (InStatement | [string, InArgs?])[], mode?: TransactionMode) =>
      patiently(() => Reflect.apply(batch, client, [statements, mode]), mode === 'read'),
  });
}

/** What begins otherwise may be a read all the same: then it waits where it need not. */
function isReadOnly(statement: InStatement): boolean {
  const sql = typeof statement === 'string' ? statement : statement.sql;
  return /^\s*(SELECT|PRAGMA|EXPLAIN)\b/i.test(sql);
}

/** Lets one in after the other. Who has waited too long is told so, and was never let in. */
function createLine(clock: Clock) {
  let last: Promise<void> = Promise.resolve();
  return async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const untilMs = clock.now() + patienceMs;
    const before = last;
    const { promise, resolve: leave } = Promise.withResolvers<void>();
    last = promise;
    try {
      await before;
      if (clock.now() > untilMs) {
        throw new LibsqlError('other writes of this process are not answered', 'SQLITE_BUSY');
      }
      return await work();
    } finally {
      leave();
    }
  };
}

async function whileBusy<Answer>(ask: () => Promise<Answer>, clock: Clock): Promise<Answer> {
  const untilMs = clock.now() + patienceMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await ask();
    } catch (error) {
      if (!isBusy(error) || clock.now() + waitMs > untilMs) throw error;
      await clock.sleep(waitMs);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
