import { pollIntervalMs } from '../core/engine-config.ts';
import { isBehindChain } from '../core/lane-nonce.ts';
import type { LeasedLane } from '../ports/lane-store.ts';
import type { StoredTransaction } from '../ports/transaction-ledger.ts';

/** When all lanes are taken, a query at every sign-up would only load the database. */
const leasePauseMs = 200;
/** With fewer lanes than busy processes, a process without any waits this long for its turn. */
const turnMs = 5_000;
/** `heightAgreementBlocks`, in time. */
const nodesAgreeAfterMs = 30_000;

/**
 * A key that was added again starts far above all its earlier nonces. A node that shows no higher nonce
 * shows a block from before the addition; if that lasts, the key was never missing.
 * @param sinceMs the previous result; null: none yet
 * @returns since when it has been seen too early; null: it is not
 */
export function tooEarlySince({
  lane,
  onChain,
  sinceMs,
  nowMs,
}: {
  lane: LeasedLane;
  onChain: number;
  sinceMs: number | null;
  nowMs: number;
}): number | null {
  return lane.isAddedAgain && onChain <= lane.nonce ? (sinceMs ?? nowMs) : null;
}

/** Whether a leased lane can be used. */
export type LeaseVerdict =
  | { kind: 'usable'; nonce: number }
  /** Of an older service key: no process can sign with it. */
  | { kind: 'older key' }
  | { kind: 'key missing' }
  /** Shown by a block from before its key was added again: the lane is given back. */
  | { kind: 'seen too early' }
  /** The chain has transactions of it that the database does not know. */
  | { kind: 'behind chain' };

/**
 * @param derivedKey what today's service key gives for its number
 * @param onChain the nonce of its key; undefined: the account has no such key
 * @param tooEarlySinceMs see {@link tooEarlySince}
 */
export function judgeLease({
  lane,
  derivedKey,
  onChain,
  tooEarlySinceMs,
  nowMs,
}: {
  lane: LeasedLane;
  derivedKey: string;
  onChain: number | undefined;
  tooEarlySinceMs: number | null;
  nowMs: number;
}): LeaseVerdict {
  if (derivedKey !== lane.publicKey) return { kind: 'older key' };
  if (onChain === undefined) return { kind: 'key missing' };
  if (tooEarlySinceMs !== null && nowMs - tooEarlySinceMs < nodesAgreeAfterMs) {
    return { kind: 'seen too early' };
  }
  if (isAheadOf(lane, onChain)) return { kind: 'behind chain' };
  const nonce = Math.max(lane.nonce, onChain);
  return { kind: 'usable', nonce };
}

/** The service account's own key may be used elsewhere by its operator. */
export function isAheadOf(lane: LeasedLane, onChain: number): boolean {
  return lane.laneNumber > 0 && isBehindChain({ ...lane, stored: lane.nonce, onChain });
}

/**
 * Whether a second node must confirm the account's keys. One node is enough for lanes that continue from
 * what is stored and whose keys it shows; anything unusual needs a second one, where another answers.
 */
export function needsSecondNode(leased: LeasedLane[], shownKeys: string[]): boolean {
  return !leased.every(
    ({ publicKey, nonce, isAddedAgain }) =>
      nonce > 0 && !isAddedAgain && shownKeys.includes(publicKey),
  );
}

/**
 * Whether a noop must free the lane of a transaction that is in no block.
 * @param lane as its process holds it
 * @param isRejected a node has rejected the transaction: it may never execute
 */
export function needsNoop(
  lane: { nonce: number },
  transaction: Pick<StoredTransaction, 'nonce' | 'purpose'>,
  isRejected: boolean,
): boolean {
  // A newer transaction spends a higher nonce by itself.
  if (lane.nonce !== transaction.nonce) return false;
  // A noop that may still execute is sent again instead: more of them would only pile up.
  return transaction.purpose !== 'TOMBSTONE' || isRejected;
}

/** When this process last asked for lanes, and since when it has lacked one. */
export interface LaneHunger {
  triedAtMs: number;
  sinceMs: number;
}

export const neverHungry: LaneHunger = {
  triedAtMs: Number.NEGATIVE_INFINITY,
  sinceMs: Number.NEGATIVE_INFINITY,
};

/** @param mine lanes it holds, free or not. @returns null when it is too early to ask again */
export function askForLanes(
  { triedAtMs, sinceMs }: LaneHunger,
  { mine, nowMs }: { mine: number; nowMs: number },
): LaneHunger | null {
  const sinceTriedMs = nowMs - triedAtMs;
  if (mine > 0 && sinceTriedMs < leasePauseMs) return null;
  // Asked at every poll while signatures wait: after a longer gap hunger starts again.
  const isNew = mine > 0 || sinceTriedMs > 2 * pollIntervalMs;
  return { triedAtMs: nowMs, sinceMs: isNew ? nowMs : sinceMs };
}

/**
 * How many lanes a process takes from busy others, up to its fair share. It does not ask them: a lane may
 * be lost at any moment anyway, and its holder notices by the fencing token.
 * @returns null when it takes none
 */
export function fairShare({
  wanted,
  mine,
  usable,
  others,
  hungryForMs,
}: {
  wanted: number;
  mine: number;
  /** All lanes of the deployment. */
  usable: number;
  /** How many each of the others holds, without those that hold none. */
  others: number[];
  hungryForMs: number;
}): { limit: number; leaveEach: number } | null {
  if (others.length === 0) return null;
  const share = Math.max(Math.floor(usable / (others.length + 1)), 1);
  const limit = Math.min(wanted, share - mine);
  if (limit <= 0) return null;
  const isMyTurn = mine === 0 && hungryForMs >= turnMs;
  const leaveEach = isMyTurn && others.every((lanes) => lanes <= share) ? 0 : share;
  return { limit, leaveEach };
}
