import { hourMs, stuckAfterMs } from '../core/engine-config.ts';
import type { TransactionAnswer } from '../ports/near-chain.ts';
import type { TransactionPurpose } from '../ports/transaction-ledger.ts';

/** Final blocks in which a transaction could have been, and was not. */
const stuckAfterBlocks = 10;
/** A node that is away for a while is no reason to call anybody. */
const unprovenAfterMs = 600_000;
/** A noop is followed by another only when it seems it will never execute: they pile up. */
const noopPatience = 4;

/**
 * What this process knows of a transaction that has no outcome yet. The functions below are its only
 * transitions; each returns a new state and whether the caller has something to report.
 */
export interface SendingState {
  readonly isIncluded: boolean;
  /** Since when a node says that a block has it, without an outcome. */
  readonly includedSinceMs: number;
  /** No block has had it for long: whoever takes its lane now need not wait as long again. */
  readonly isStuck: boolean;
  /** A node has rejected it: these bytes may never execute. */
  readonly isRejected: boolean;
  readonly absentSinceMs: number;
  /** The final height then: on a chain that stands still everybody waits, and a noop helps nobody. */
  readonly absentSinceHeight: number;
  /** Since when it can execute no more while no node can say whether it has; null: that is not so. */
  readonly unprovenSinceMs: number | null;
  readonly unprovenReportedAtMs: number;
}

export function newSending({
  referenceHeight,
  nowMs,
}: {
  referenceHeight: number;
  nowMs: number;
}): SendingState {
  return {
    isIncluded: false,
    includedSinceMs: nowMs,
    isStuck: false,
    isRejected: false,
    absentSinceMs: nowMs,
    absentSinceHeight: referenceHeight,
    unprovenSinceMs: null,
    unprovenReportedAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** @param finalHeight when it was first sent; null: no node said it */
export function firstSent(state: SendingState, finalHeight: number | null): SendingState {
  return { ...state, absentSinceHeight: finalHeight ?? state.absentSinceHeight };
}

/**
 * A node says that a block has it.
 * @param finalHeight null: no node said it
 * @returns `isNews` when no block was known to have it before
 */
export function seenInBlock(
  state: SendingState,
  { seenAtMs, nowMs, finalHeight }: { seenAtMs: number; nowMs: number; finalHeight: number | null },
): { state: SendingState; isNews: boolean } {
  const isNews = !state.isIncluded;
  const absentSinceHeight = finalHeight ?? state.absentSinceHeight;
  const includedSinceMs = isNews ? nowMs : state.includedSinceMs;
  const seen = { absentSinceMs: seenAtMs, absentSinceHeight, includedSinceMs };
  return { state: { ...state, ...seen, isIncluded: true }, isNews };
}

/** @returns whether it is news: its lane may sign the next */
export function ended(state: SendingState): { state: SendingState; isNews: boolean } {
  return { state: { ...state, isIncluded: true }, isNews: !state.isIncluded };
}

/** A node goes on saying `included`. @returns `isDoubtful` when it must be sent to every node again */
export function stillInBlock(
  state: SendingState,
  nowMs: number,
): { state: SendingState; isDoubtful: boolean } {
  // The node that says so stands still, or has kept the bytes to itself.
  const isDoubtful = nowMs - state.includedSinceMs >= stuckAfterMs;
  return { state: isDoubtful ? { ...state, includedSinceMs: nowMs } : state, isDoubtful };
}

export function rejected(state: SendingState): SendingState {
  return { ...state, isRejected: true };
}

/**
 * @returns the final height at which a transaction that no block has is stuck; null: it is too early
 * to ask for heights
 */
export function stuckFromHeight(
  state: SendingState,
  { purpose, nowMs }: { purpose: TransactionPurpose; nowMs: number },
): number | null {
  const patience = purpose === 'TOMBSTONE' ? noopPatience : 1;
  if (nowMs - state.absentSinceMs < stuckAfterMs * patience) return null;
  return state.absentSinceHeight + stuckAfterBlocks;
}

/** The chain has gone on without it: its lane must be freed, and that is tried again after as long. */
export function stuck(
  state: SendingState,
  { nowMs, agreedHeight }: { nowMs: number; agreedHeight: number },
): SendingState {
  const absent = { absentSinceMs: nowMs, absentSinceHeight: agreedHeight };
  return { ...state, ...absent, isIncluded: false, isStuck: true };
}

/**
 * After an attempt to prove that it can never execute. Its wallets would wait for ever, and nobody
 * would know why.
 * @param proof `pending`: it can execute no more, and no node can say whether it has
 * @returns `isReported` when an operator must be told, once an hour at most
 */
export function proofTried(
  state: SendingState,
  { proof, nowMs }: { proof: TransactionAnswer['kind'] | 'unproven'; nowMs: number },
): { state: SendingState; isReported: boolean } {
  if (proof !== 'pending') return { state: { ...state, unprovenSinceMs: null }, isReported: false };
  const unprovenSinceMs = state.unprovenSinceMs ?? nowMs;
  const isLong = nowMs - unprovenSinceMs >= unprovenAfterMs;
  const isReported = isLong && nowMs - state.unprovenReportedAtMs >= hourMs;
  const unprovenReportedAtMs = isReported ? nowMs : state.unprovenReportedAtMs;
  return { state: { ...state, unprovenSinceMs, unprovenReportedAtMs }, isReported };
}
