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
