import type { ServiceError } from '../core/errors.ts';

/** An error of this process alone: until it is over, nothing at all is done with the chain. */
export interface Interruption {
  readonly fault: ServiceError;
  readonly breakMs: number;
  readonly untilMs: number;
  /** How many in a row. */
  readonly times: number;
}

const firstBreakMs = 1_000;
const longestBreakMs = 15_000;
/** No node can tell when it ends; another process, which has the key, takes the wallet meanwhile. */
const missingKeyBreakMs = 5_000;

/** Each break in a row is twice as long as the one before it. */
export function interruptedBy(
  fault: ServiceError,
  { before, nowMs }: { before: Interruption | null; nowMs: number },
): Interruption {
  const times = (before?.times ?? 0) + 1;
  const breakMs =
    fault.code === 'MASTER_KEY_MISSING'
      ? missingKeyBreakMs
      : Math.min(firstBreakMs * 2 ** (times - 1), longestBreakMs);
  return { fault, breakMs, untilMs: nowMs + breakMs, times };
}

export function isInterrupted(interruption: Interruption | null, nowMs: number): boolean {
  return interruption !== null && interruption.untilMs > nowMs;
}
