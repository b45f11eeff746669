import type { PauseReason } from '../core/errors.ts';

/**
 * What one process knows about the pause in the deployment's row. Without it, two processes with different
 * settings, such as another limit or reserve, would pause and resume everybody in turn.
 */
export interface PauseKnowledge {
  /** The pause that this process wrote last; null when it wrote none. */
  readonly writtenMs: number | null;
  /** The pause in the row and since when it has been that one; null before the first probe. */
  readonly seen: { readonly pausedAtMs: number | null; readonly sinceMs: number } | null;
  /** At how many probes another process was keeping it. */
  readonly timesHeld: number;
}

export const noPause: PauseKnowledge = { writtenMs: null, seen: null, timesHeld: 0 };

/** How often a paused process probes whether the reason is gone. */
export const probeEveryMs = 2_000;
/** A process for which the reason applies confirms it at each probe: after this time no process does. */
const heldForMs = 10_000;
/** Probes after which differing settings, not a slow process, are the likely cause. */
const timesUntilReported = 2 * (heldForMs / probeEveryMs);

/** The row as found by a process whose own reason to pause is gone. */
export function withPauseSeen(
  pause: PauseKnowledge,
  { pausedAtMs, nowMs }: { pausedAtMs: number | null; nowMs: number },
): PauseKnowledge {
  if (pausedAtMs === pause.writtenMs || pause.seen?.pausedAtMs === pausedAtMs) return pause;
  return { ...pause, seen: { pausedAtMs, sinceMs: nowMs } };
}

/** Whether another process, for which the reason still applies, wrote it not long ago. */
export function isHeldElsewhere(
  pause: PauseKnowledge,
  { pausedAtMs, nowMs }: { pausedAtMs: number | null; nowMs: number },
): boolean {
  if (pausedAtMs === pause.writtenMs || !pause.seen) return false;
  return Math.abs(nowMs - pause.seen.sinceMs) < heldForMs;
}

export function withPauseHeld(pause: PauseKnowledge): PauseKnowledge {
  return { ...pause, timesHeld: pause.timesHeld + 1 };
}

/** True once for each pause. */
export function isTimeToReport(pause: PauseKnowledge): boolean {
  return pause.timesHeld === timesUntilReported;
}

/** Until when what the chain refused is not tried again; without a reason: nothing was refused yet. */
export interface RefusedTries {
  readonly reason: PauseReason | null;
  readonly waitMs: number;
  readonly notBeforeMs: number;
}

export const noRefusedTries: RefusedTries = {
  reason: null,
  waitMs: 0,
  notBeforeMs: Number.NEGATIVE_INFINITY,
};

const firstWaitMs = 10_000;
const longestWaitMs = 10 * 60_000;
/** What was tried when the last wait was over is refused within this time. */
const triedWithinMs = 120_000;

/** After a refusal that paused everybody. The first one is tried again as soon as a probe finds no reason. */
export function afterRefusedTry(
  { reason: earlier, waitMs, notBeforeMs }: RefusedTries,
  { reason, nowMs }: { reason: PauseReason; nowMs: number },
): RefusedTries {
  const isAgain = earlier === reason && Math.abs(nowMs - notBeforeMs) < triedWithinMs;
  const nextMs = isAgain ? Math.min(Math.max(waitMs * 2, firstWaitMs), longestWaitMs) : 0;
  return { reason, waitMs: nextMs, notBeforeMs: nowMs + nextMs };
}

/** Whether the pause lasts whatever a probe would find. */
export function isBeforeNextTry(
  tries: RefusedTries,
  { reason, nowMs }: { reason: PauseReason; nowMs: number },
): boolean {
  const leftMs = tries.notBeforeMs - nowMs;
  // Longer than that after a clock was set back.
  return tries.reason === reason && leftMs > 0 && leftMs <= tries.waitMs;
}
