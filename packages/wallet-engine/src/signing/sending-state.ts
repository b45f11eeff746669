import { hourMs, stuckAfterMs } from '../core/engine-config.ts';
import type { TransactionAnswer } from '../ports/near-chain.ts';
import type { TransactionPurpose } from '../ports/transaction-ledger.ts';

/** Final blocks in which a transaction could have been, and was not. */
const stuckAfterBlocks = 10;
/** A node that is away for a while is no reason to alert an operator. */
const unprovenAfterMs = 600_000;
/** A noop is followed by another only after a longer wait: otherwise noops pile up. */
const noopPatience = 4;

/**
 * What this process knows of a transaction without an outcome. The functions below are its only
 * transitions; each returns a new state and, where needed, whether the caller must report it.
 */
export interface SendingState {
  readonly isIncluded: boolean;
  /** Since when a node shows it in a block, without an outcome. */
  readonly includedSinceMs: number;
  /** No block has had it for long: a new holder of its lane need not wait as long again. */
  readonly isStuck: boolean;
  /** A node has rejected it: these bytes may never execute. */
  readonly isRejected: boolean;
  readonly absentSinceMs: number;
  /** The final height then: on a halted chain a noop would not help. */
  readonly absentSinceHeight: number;
  /** Since when it can no longer execute while no node knows whether it did; null: neither is known. */
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

/** @param finalHeight when it was first sent; null: no node answered */
export function firstSent(state: SendingState, finalHeight: number | null): SendingState {
  return { ...state, absentSinceHeight: finalHeight ?? state.absentSinceHeight };
}

/**
 * A node shows it in a block.
 * @param finalHeight null: no node answered
 * @returns `isFirst` when no block was known to have it
 */
export function seenInBlock(
  state: SendingState,
  { seenAtMs, nowMs, finalHeight }: { seenAtMs: number; nowMs: number; finalHeight: number | null },
): { state: SendingState; isFirst: boolean } {
  const isFirst = !state.isIncluded;
  const absentSinceHeight = finalHeight ?? state.absentSinceHeight;
  const includedSinceMs = isFirst ? nowMs : state.includedSinceMs;
  const seen = { absentSinceMs: seenAtMs, absentSinceHeight, includedSinceMs };
  return { state: { ...state, ...seen, isIncluded: true }, isFirst };
}

/** It was settled. @returns `isFirst` when no block was known to have it: its lane may sign the next one */
export function ended(state: SendingState): { state: SendingState; isFirst: boolean } {
  return { state: { ...state, isIncluded: true }, isFirst: !state.isIncluded };
}

/** A node keeps answering `included`. @returns `isDoubtful` when it must be sent to every node again */
export function stillInBlock(
  state: SendingState,
  nowMs: number,
): { state: SendingState; isDoubtful: boolean } {
  // That node has stopped, or has not forwarded the bytes.
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

/** The chain has advanced without it: its lane must be freed, and is reported again after the same time. */
export function stuck(
  state: SendingState,
  { nowMs, agreedHeight }: { nowMs: number; agreedHeight: number },
): SendingState {
  const absent = { absentSinceMs: nowMs, absentSinceHeight: agreedHeight };
  return { ...state, ...absent, isIncluded: false, isStuck: true };
}

/**
 * After an attempt to prove that it can never execute. Without a report its wallets could wait for ever
 * for no visible reason.
 * @param proof `pending`: it can no longer execute, and no node knows whether it did
 * @returns `isReported` when an operator must be alerted, once an hour at most
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
