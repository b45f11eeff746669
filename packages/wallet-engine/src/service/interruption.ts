import type { ServiceError } from '../core/errors.ts';

/** A break after an error of this process: until it is over, no call to the chain is made. */
export interface Interruption {
  readonly error: ServiceError;
  readonly breakMs: number;
  readonly untilMs: number;
  /** How many breaks in a row. */
  readonly times: number;
}

const firstBreakMs = 1_000;
const longestBreakMs = 15_000;
/** No node can tell when it ends; meanwhile another process, which has the key, takes the wallet. */
const missingKeyBreakMs = 5_000;

/** Each break in a row is twice as long as the previous one. */
export function interruptedBy(
  error: ServiceError,
  { before, nowMs }: { before: Interruption | null; nowMs: number },
): Interruption {
  const times = (before?.times ?? 0) + 1;
  const breakMs =
    error.code === 'MASTER_KEY_MISSING'
      ? missingKeyBreakMs
      : Math.min(firstBreakMs * 2 ** (times - 1), longestBreakMs);
  return { error, breakMs, untilMs: nowMs + breakMs, times };
}

export function isInterrupted(interruption: Interruption | null, nowMs: number): boolean {
  return interruption !== null && interruption.untilMs > nowMs;
}
