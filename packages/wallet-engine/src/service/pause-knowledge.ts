/**
 * What one process knows of the pause in the deployment's row: two processes with different settings,
 * a lower limit here and a higher reserve there, would pause and resume everybody by turns.
 */
export interface PauseKnowledge {
  /** The pause as this process wrote it last; null when it wrote none. */
  readonly writtenMs: number | null;
  /** The pause in the row and since when it has been that one; null until a probe has looked. */
  readonly seen: { readonly pausedAtMs: number | null; readonly sinceMs: number } | null;
  /** At how many probes another process held to it. */
  readonly timesHeld: number;
}

export const noPause: PauseKnowledge = { writtenMs: null, seen: null, timesHeld: 0 };

/** How often a paused process probes whether the reason is gone. */
export const probeEveryMs = 2_000;
/** Whoever has the reason of a pause says so at each probe: it is nobody's any more after so long. */
const heldForMs = 10_000;
/** Probes after which differing settings, not a slow process, are the likely cause. */
const timesUntilReported = 2 * (heldForMs / probeEveryMs);

/** The row as a probe finds it whose own reason to pause is gone. */
export function withPauseSeen(
  pause: PauseKnowledge,
  { pausedAtMs, nowMs }: { pausedAtMs: number | null; nowMs: number },
): PauseKnowledge {
  if (pausedAtMs === pause.writtenMs || pause.seen?.pausedAtMs === pausedAtMs) return pause;
  return { ...pause, seen: { pausedAtMs, sinceMs: nowMs } };
}

/** Whether another process wrote it not long ago, to whom the reason still holds. */
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

/** Once for each pause. */
export function isTimeToReport(pause: PauseKnowledge): boolean {
  return pause.timesHeld === timesUntilReported;
}
