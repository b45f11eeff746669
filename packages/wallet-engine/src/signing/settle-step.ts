import { hourMs, stuckAfterMs } from '../core/engine-config.ts';
import type { FinalOutcome, TransactionAnswer } from '../ports/near-chain.ts';
import type { StoredTransaction, TransactionPurpose } from '../ports/transaction-ledger.ts';
import type { SettledTransaction } from './settlement-writer.ts';

const firstPauseMs = 500;
const longestPauseMs = 5_000;
/** Final blocks in which a transaction could have been, and was not. */
const stuckAfterBlocks = 10;
/** A node that is away for a while is no reason to alert an operator. */
const unprovenAfterMs = 600_000;
/** A noop is followed by another only after a longer wait: otherwise noops pile up. */
const noopPatience = 4;

/** What this process knows of a transaction without an outcome. */
export interface SettleState {
  readonly purpose: TransactionPurpose;
  /** No node has been asked yet. */
  readonly isNew: boolean;
  /** The last answer; null: none counts any more, a node must be asked again. */
  readonly answer: TransactionAnswer | null;
  /** Before a node is asked again. */
  readonly pauseMs: number;
  readonly isIncluded: boolean;
  /** Since when a node shows it in a block, without an outcome. */
  readonly includedSinceMs: number;
  /** Since when a node has been waiting for its outcome. */
  readonly waitingSinceMs: number;
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

export type Question = 'send' | 'send to every node' | 'look up' | 'wait for final';
type HeightUse = 'when sent' | 'when in a block' | 'whether stuck';

/** The one thing to do now; its result is the next event. */
export type NextAct =
  | { kind: 'ask'; question: Question }
  | { kind: 'read final height'; use: HeightUse }
  /** Of two nodes: one that is ahead, or claims to be, makes a halted chain look alive. */
  | { kind: 'read agreed height' }
  /** @param isDeclaredDead then there must be an end */
  | { kind: 'read end'; isDeclaredDead: boolean }
  | { kind: 'prove' }
  | { kind: 'declare dead' }
  /** @param sinceHeight its outcome counts from this height at least, also where no node answers now */
  | { kind: 'write outcome'; outcome: FinalOutcome; sinceHeight: number }
  | { kind: 'pause'; forMs: number }
  | { kind: 'done'; end: SettledTransaction };

/** What the last act has led to. A height is null where no node answers. */
export type SettleEvent =
  | { kind: 'answer'; question: Question; answer: TransactionAnswer }
  | { kind: 'final height'; use: HeightUse; height: number | null }
  | { kind: 'agreed height'; height: number | null }
  /** As the ledger has it; null: none yet. */
  | { kind: 'end'; end: SettledTransaction | null }
  | { kind: 'proof'; proof: 'never' | 'unproven' | TransactionAnswer }
  | { kind: 'declared dead' }
  | { kind: 'pause over' }
  /** An error while reading the ledger, proving, writing or telling. */
  | { kind: 'failed' };

/** What others are told, before the next act. */
export type Notice =
  /** Its lane may sign the next one. */
  | { kind: 'included'; isEnded: boolean }
  | { kind: 'stuck'; isRejected: boolean }
  | { kind: 'rejected'; reason: string }
  /** No node can say whether it was executed. */
  | { kind: 'unproven' };

export interface SettleStep {
  state: SettleState;
  notices: Notice[];
  next: NextAct;
  /** A process that stops goes no further and tells no more: another one learns the same by a question. */
  mayStop: boolean;
}

export function startSettling(
  { status, purpose, referenceHeight }: StoredTransaction,
  nowMs: number,
): SettleStep {
  const state: SettleState = {
    purpose,
    isNew: true,
    answer: null,
    pauseMs: firstPauseMs,
    isIncluded: false,
    includedSinceMs: nowMs,
    waitingSinceMs: nowMs,
    isStuck: false,
    isRejected: false,
    absentSinceMs: nowMs,
    absentSinceHeight: referenceHeight,
    unprovenSinceMs: null,
    unprovenReportedAtMs: Number.NEGATIVE_INFINITY,
  };
  return stepTo(state, ask(status === 'SENT' ? 'look up' : 'send'));
}

/**
 * All decisions of settling: what is told, and what is done next. An answer leads to one of three: a final
 * one is written down; one that shows a block is told, and a node is asked to wait for final; any other
 * leads by the end in the ledger, a proof, and a look whether it is stuck to a pause, after which it is
 * looked up, and sent where no node has it. Guaranteed for any course of events:
 * - `included` is told before `done`, and once until it is stuck;
 * - a final answer is written down, whoever gave it;
 * - only the proof `never` declares a transaction dead, and none is looked for after `pending`: a node may
 *   have the bytes;
 * - it is stuck only when 30 s and 10 final blocks of two nodes have passed without it; told again after
 *   as long.
 */
export function settleStep(state: SettleState, event: SettleEvent, nowMs: number): SettleStep {
  switch (event.kind) {
    case 'answer':
      return afterAnswer({ ...state, answer: event.answer }, event, nowMs);
    case 'final height':
      return afterFinalHeight(state, event, nowMs);
    case 'agreed height':
      return afterAgreedHeight(state, event.height ?? 0, nowMs);
    case 'end':
      if (event.end) return ended(state, { kind: 'done', end: event.end });
      if (state.answer?.kind === 'pending') return lookWhetherStuck(state, nowMs);
      return stepTo(state, { kind: 'prove' });
    case 'proof':
      return afterProof(state, event.proof, nowMs);
    case 'declared dead':
      return ended(state, { kind: 'read end', isDeclaredDead: true });
    case 'pause over':
      return goOn(state, nowMs);
    case 'failed':
      return pause(state);
  }
}

function afterAnswer(
  state: SettleState,
  { question, answer }: { question: Question; answer: TransactionAnswer },
  nowMs: number,
): SettleStep {
  if (state.isNew) {
    return stepTo({ ...state, isNew: false }, { kind: 'read final height', use: 'when sent' });
  }
  switch (question) {
    case 'look up': {
      const isMissing = answer.kind === 'unknown' || answer.kind === 'pending';
      return isMissing ? stepTo(state, ask('send')) : examine(state, answer, nowMs);
    }
    case 'send':
      return examine(state, answer, nowMs);
    case 'wait for final':
      // That node has stopped, or has not forwarded the bytes.
      if (answer.kind === 'included' && nowMs - state.includedSinceMs >= stuckAfterMs) {
        return stepTo({ ...state, includedSinceMs: nowMs }, ask('send to every node'));
      }
      return afterWait(state, answer, nowMs);
    case 'send to every node':
      return afterWait(state, answer, nowMs);
  }
}

/** A node that answers at once instead of waiting must not be polled in a tight loop. */
function afterWait(state: SettleState, answer: TransactionAnswer, nowMs: number): SettleStep {
  const isQuick = nowMs - state.waitingSinceMs < firstPauseMs;
  if (answer.kind === 'final' || !isQuick) return examine(state, answer, nowMs);
  return stepTo(state, { kind: 'pause', forMs: firstPauseMs });
}

/** With the last answer, or with a new one where none counts any more. */
function goOn(state: SettleState, nowMs: number): SettleStep {
  if (state.answer) return examine(state, state.answer, nowMs);
  const pauseMs = Math.min(state.pauseMs * 2, longestPauseMs);
  // Ask for the hash first: a node that has the transaction does not check its nonce again.
  return { ...stepTo({ ...state, pauseMs }, ask('look up')), mayStop: true };
}

/** Each round of questions begins here: a process may stop before. */
function examine(state: SettleState, answer: TransactionAnswer, nowMs: number): SettleStep {
  return { ...judge(state, answer, nowMs), mayStop: true };
}

function judge(state: SettleState, answer: TransactionAnswer, nowMs: number): SettleStep {
  const readEnd = { kind: 'read end', isDeclaredDead: false } as const;
  switch (answer.kind) {
    case 'final': {
      const { outcome } = answer;
      return ended(state, { kind: 'write outcome', outcome, sinceHeight: state.absentSinceHeight });
    }
    case 'included':
      return stepTo(
        { ...state, absentSinceMs: nowMs },
        { kind: 'read final height', use: 'when in a block' },
      );
    case 'rejected': {
      const notice = { kind: 'rejected', reason: answer.reason } as const;
      return stepTo({ ...state, isRejected: true }, readEnd, [notice]);
    }
    case 'unknown':
    case 'pending':
      return stepTo(state, readEnd);
  }
}

function afterFinalHeight(
  state: SettleState,
  { use, height }: { use: HeightUse; height: number | null },
  nowMs: number,
): SettleStep {
  const known = { ...state, absentSinceHeight: height ?? state.absentSinceHeight };
  switch (use) {
    case 'when sent':
      return goOn(known, nowMs);
    case 'when in a block': {
      const waiting = { ...known, isIncluded: true, waitingSinceMs: nowMs };
      if (state.isIncluded) return stepTo(waiting, ask('wait for final'));
      const included = { kind: 'included', isEnded: false } as const;
      return stepTo({ ...waiting, includedSinceMs: nowMs }, ask('wait for final'), [included]);
    }
    case 'whether stuck': {
      const isHalted = (height ?? 0) < state.absentSinceHeight + stuckAfterBlocks;
      return isHalted ? pause(state) : stepTo(state, { kind: 'read agreed height' });
    }
  }
}

/** Heights are asked for only once the time has passed. */
function lookWhetherStuck(state: SettleState, nowMs: number): SettleStep {
  const patience = state.purpose === 'TOMBSTONE' ? noopPatience : 1;
  const isEarly = nowMs - state.absentSinceMs < stuckAfterMs * patience;
  return isEarly
    ? pause(state)
    : stepTo(state, { kind: 'read final height', use: 'whether stuck' });
}

/** The chain has advanced without it: its lane must be freed. */
function afterAgreedHeight(state: SettleState, height: number, nowMs: number): SettleStep {
  if (height < state.absentSinceHeight + stuckAfterBlocks) return pause(state);
  const stuck = { isIncluded: false, isStuck: true };
  const absent = { absentSinceMs: nowMs, absentSinceHeight: height };
  return {
    ...pause({ ...state, ...stuck, ...absent }),
    notices: [{ kind: 'stuck', isRejected: state.isRejected }],
  };
}

/**
 * Where it can no longer execute and no node knows whether it did, its wallets could wait for ever for
 * no visible reason: that is told after ten minutes, and once an hour at most.
 */
function afterProof(
  state: SettleState,
  proof: 'never' | 'unproven' | TransactionAnswer,
  nowMs: number,
): SettleStep {
  if (proof === 'never') return stepTo(state, { kind: 'declare dead' });
  const isUnknown = proof !== 'unproven' && proof.kind === 'pending';
  if (!isUnknown) {
    const known = { ...state, unprovenSinceMs: null };
    const isSeen = proof !== 'unproven' && (proof.kind === 'final' || proof.kind === 'included');
    return isSeen ? examine(known, proof, nowMs) : lookWhetherStuck(known, nowMs);
  }
  const unprovenSinceMs = state.unprovenSinceMs ?? nowMs;
  const isLong = nowMs - unprovenSinceMs >= unprovenAfterMs;
  const isTold = isLong && nowMs - state.unprovenReportedAtMs >= hourMs;
  const unprovenReportedAtMs = isTold ? nowMs : state.unprovenReportedAtMs;
  const step = lookWhetherStuck({ ...state, unprovenSinceMs, unprovenReportedAtMs }, nowMs);
  return isTold ? { ...step, notices: [{ kind: 'unproven' }] } : step;
}

/** It has ended, though this may not be recorded yet: its lane may sign the next one. */
function ended(state: SettleState, next: NextAct): SettleStep {
  const notices: Notice[] = state.isIncluded ? [] : [{ kind: 'included', isEnded: true }];
  return stepTo({ ...state, isIncluded: true }, next, notices);
}

function pause(state: SettleState): SettleStep {
  return stepTo({ ...state, answer: null }, { kind: 'pause', forMs: state.pauseMs });
}

function ask(question: Question): NextAct {
  return { kind: 'ask', question };
}

function stepTo(state: SettleState, next: NextAct, notices: Notice[] = []): SettleStep {
  return { state, notices, next, mayStop: false };
}
