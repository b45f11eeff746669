/** An operator has time to see the first failures, and a contract that was paused for a moment costs little. */
const firstBreakMs = 10_000;
const longestBreakMs = 10 * 60_000;

/**
 * What a process knows of wallets that the chain has refused since one was made. A paused token contract
 * refuses them all, and each try burns gas: after two different ones those refused are tried again one at a
 * time, with breaks from 10 seconds to 10 minutes between, until a wallet is made. New ones are tried at once:
 * nobody waits for the faults of two others.
 */
export interface Refusals {
  /** Two at most: one wallet may have a fault of its own. */
  readonly userIds: readonly string[];
  readonly breakMs: number;
  /** When one may be tried again. */
  readonly notBeforeMs: number;
}

export const noRefusals: Refusals = {
  userIds: [],
  breakMs: firstBreakMs,
  notBeforeMs: Number.NEGATIVE_INFINITY,
};

/** Whether the chain refuses one wallet after another. */
export function areRefused({ userIds }: Refusals): boolean {
  return userIds.length > 1;
}

export function afterRefused(refusals: Refusals, userId: string, nowMs: number): Refusals {
  if (areRefused(refusals) || refusals.userIds.includes(userId)) return refusals;
  const known = { ...refusals, userIds: [...refusals.userIds, userId] };
  return areRefused(known) ? { ...known, notBeforeMs: nowMs + known.breakMs } : known;
}

/** What may be begun: all that is due; one wallet, which shows whether it is over; or only new ones. */
export type Begins = 'all' | 'one' | 'untried';

export function beginsAt(refusals: Refusals, nowMs: number): Begins {
  if (!areRefused(refusals)) return 'all';
  return nowMs < refusals.notBeforeMs ? 'untried' : 'one';
}

/** After a wallet was begun: where it was the one that shows whether it is over, the next one waits longer. */
export function afterBegun(refusals: Refusals, nowMs: number): Refusals {
  if (beginsAt(refusals, nowMs) !== 'one') return refusals;
  const breakMs = Math.min(refusals.breakMs * 2, longestBreakMs);
  return { ...refusals, breakMs, notBeforeMs: nowMs + breakMs };
}
