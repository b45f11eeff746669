import { data } from 'react-router';
import {
  type LimitNotice,
  type LimitScope,
  limitHeaders,
  readLimitNotice,
} from '../forms/limit-notice.ts';
import { type Limit, takeTurn } from './limit-counters.server.ts';

/** A limit was reached. Nothing was done, and nothing of the limit used up. */
export class LimitReachedError extends Error {
  readonly notice: LimitNotice;

  constructor({ scope, waitMs }: { scope: LimitScope; waitMs: number }) {
    super(`too many requests: ${scope}`);
    this.name = 'LimitReachedError';
    const retryAfterSeconds = Math.max(Math.ceil(waitMs / 1000), 1);
    this.notice = { error: 'TOO_MANY_REQUESTS', scope, retryAfterSeconds };
  }
}

export interface ScopedLimit extends Limit {
  readonly scope: LimitScope;
}

/**
 * Counts one more on each of the limits.
 * @returns undoes the count on all of them
 * @throws LimitReachedError
 */
export async function requireTurn(
  limits: readonly ScopedLimit[],
  nowMs = Date.now(),
): Promise<() => Promise<void>> {
  const turn = await takeTurn(limits, nowMs);
  if (turn.isWithin) return turn.giveBack;
  throw limitReached(limits, turn);
}

/** The error of a rejected attempt. */
export function limitReached(
  limits: readonly ScopedLimit[],
  { limit, waitMs }: { readonly limit: Limit; readonly waitMs: number },
): LimitReachedError {
  const { scope } = limits.find(({ key }) => key === limit.key) ?? { scope: 'you' as const };
  return new LimitReachedError({ scope, waitMs });
}

/** For programs. */
export function limitResponse(notice: LimitNotice): Response {
  return Response.json(notice, { status: 429, headers: limitHeaders(notice) });
}

/** For pages without a better place for it: the error page shows it. */
export function limitData(notice: LimitNotice) {
  return data(notice, { status: 429, headers: limitHeaders(notice) });
}

/** @returns the result, or the limit that was reached */
export async function orLimit<Done>(act: () => Promise<Done>): Promise<Done | LimitNotice> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof LimitReachedError) return error.notice;
    throw error;
  }
}

export function isLimit(answer: unknown): answer is LimitNotice {
  return readLimitNotice(answer) !== null;
}
