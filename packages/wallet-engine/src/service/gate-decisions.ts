import type { PauseReason, ServiceError } from '../core/errors.ts';
import { type Interruption, isInterrupted } from './interruption.ts';
import { probeEveryMs } from './pause-knowledge.ts';

/** What a process may do. `closed`: no call to the chain may be made. */
export type Openness = 'open' | 'settling-only' | 'closed';

/** What the gate of a process knows when it decides. */
export interface GateKnowledge {
  /** The right chain has answered since this process began. */
  readonly isMet: boolean;
  readonly interruption: Interruption | null;
  /** In the deployment's row, as this process read it last. */
  readonly pauseReason: PauseReason | null;
}

export function opennessOf({ isMet, interruption, pauseReason }: GateKnowledge): Openness {
  if (!isMet || interruption) return 'closed';
  return pauseReason ? 'settling-only' : 'open';
}

/** Why it is not open, a code; null when it is. */
export function closedBecause({ isMet, interruption, pauseReason }: GateKnowledge): string | null {
  return pauseReason ?? interruption?.error.code ?? (isMet ? null : 'CHAIN_NOT_MET');
}

/** What follows from an error. */
export type AfterServiceError =
  | { step: 'nothing' }
  | { step: 'pause everybody'; reason: PauseReason }
  /** @param refusal the reason for which this process refuses to work, alone; null: another error of it */
  | { step: 'interrupt'; refusal: PauseReason | null; isNew: boolean };

/**
 * Whether an error pauses all processes or makes a break in this one. Several calls fail together when a node
 * fails: that is one break (`isNew`), not many.
 */
export function afterServiceError(
  { pause, mustBeReported }: Pick<ServiceError, 'pause' | 'mustBeReported'>,
  { isMet, interruption }: GateKnowledge,
  nowMs: number,
): AfterServiceError {
  if (!mustBeReported) return { step: 'nothing' };
  if (pause && isMet) return { step: 'pause everybody', reason: pause };
  // Never met the right chain: the settings of this process are in doubt, not the others'.
  return { step: 'interrupt', refusal: pause, isNew: !isInterrupted(interruption, nowMs) };
}

/** Whether the reason of a pause is probed now. One that an operator or a reconciliation must end is not. */
export function isProbeDue(
  reason: PauseReason,
  { probedAtMs, nowMs }: { probedAtMs: number; nowMs: number },
): boolean {
  if (reason === 'OPERATOR' || reason === 'DATABASE_BEHIND_CHAIN') return false;
  return nowMs - probedAtMs >= probeEveryMs;
}

/** Of a reading by any process; its block is some seconds old when it is read. */
const treasuryMaxAgeMs = 7_000;

/**
 * Whether this process must read the treasury: nobody has lately, and this process has not asked either. Where
 * nobody ever has, it must at each check: a commit without a reading is refused like one without money, and
 * what is only a node's trouble would pause everybody.
 */
export function isTreasuryDue({
  readAtMs,
  askedAtMs,
  nowMs,
}: {
  readAtMs: number | null;
  askedAtMs: number | null;
  nowMs: number;
}): boolean {
  if (readAtMs === null) return true;
  // Or in the future, by a wrong clock, ours or the chain's.
  const isOld = (atMs: number) => Math.abs(nowMs - atMs) > treasuryMaxAgeMs;
  return isOld(readAtMs) && (askedAtMs === null || isOld(askedAtMs));
}

/** The database is compared at each check and where leases are renewed. After a longer gap it may be another one. */
const unwatchedMs = 5_000;

/** @param comparedAtMs when this process last compared its database with what it knows */
export function isUnwatched({
  comparedAtMs,
  nowMs,
}: {
  comparedAtMs: number;
  nowMs: number;
}): boolean {
  return Math.abs(nowMs - comparedAtMs) > unwatchedMs;
}

/** What a process signs is sent at once and final within a few seconds. */
const lossesShowAfterMs = 10_000;

/** @param backAtMs when this process last had its database again; null: it never was without it */
export function lossesHiddenForMs({
  backAtMs,
  nowMs,
}: {
  backAtMs: number | null;
  nowMs: number;
}): number {
  if (backAtMs === null) return 0;
  return Math.max(0, backAtMs + lossesShowAfterMs - nowMs);
}
