import { reasonOf } from '#engine/core/reason-of.ts';
import { log } from '../log.server.ts';
import { remember } from '../remember.server.ts';
import { isDatabaseBusy } from './database-error.server.ts';

const OUTAGE_LINE_EVERY_MS = 60_000;

export interface Failure {
  readonly error: unknown;
  /** What failed. */
  readonly message: string;
  readonly level?: 'warn' | 'error';
  readonly [field: string]: unknown;
}

/**
 * Logs what failed, with the error. Not while the database does not answer, when every request fails in the
 * same way: then one line a minute, without a stack, states it, the reason, what failed first and how many did since
 * the line before.
 */
export function logFailure(
  { error, message, level = 'error', ...fields }: Failure,
  nowMs = Date.now(),
): void {
  if (!isDatabaseBusy(error)) {
    log()[level]({ ...fields, err: error }, message);
    return;
  }
  const outage = remember('outage log', () => ({ nextMs: 0, failed: 0 }));
  outage.failed += 1;
  if (nowMs < outage.nextMs) return;
  const reason = reasonOf(error);
  const counted = { code: 'DATABASE_BUSY', reason, failed: outage.failed, first: message };
  log().warn({ ...fields, ...counted }, DATABASE_AWAY);
  outage.nextMs = nowMs + OUTAGE_LINE_EVERY_MS;
  outage.failed = 0;
}

const DATABASE_AWAY =
  'the database (DATABASE_URL) does not answer or cannot be written: requests get a 503 until it does; `failed` counts failures since the last such line, `first` is this one';
