import type { Client, InArgs, InStatement, TransactionMode } from '@libsql/client';
import { type Clock, systemClock } from '#provisioning/clock.ts';

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
 * A client that asks again while the server is busy. `sqld` queues writers, and refuses one all the
 * same now and then when several processes write: two of 1,658 statements of 17 clients. Nothing was
 * done then, so the same statement may be sent again; a sign-up that gave up would leave a user
 * without a password.
 */
export function patientClient(client: Client, clock: Clock = systemClock): Client {
  const { execute, batch } = client;
  return Object.assign(client, {
    // Two forms, the second with its arguments apart.
    execute: (statement: InStatement, args?: InArgs) =>
      whileBusy(() => Reflect.apply(execute, client, [statement, args]), clock),
    batch: (statements: (InStatement | [string, InArgs?])[], mode?: TransactionMode) =>
      whileBusy(() => Reflect.apply(batch, client, [statements, mode]), clock),
  });
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
