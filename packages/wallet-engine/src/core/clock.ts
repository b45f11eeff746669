/** Time is passed in: tests and the fault simulator run on a virtual clock. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after the delay, or at once when the signal aborts; never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The wall clock, but it never goes back while the process lives: leases, breaks and ages are
 * differences of two readings, and a clock corrected by hours would stretch them by hours. A clock that
 * is wrong all the time is handled elsewhere.
 * @param sources the wall clock, and a monotonic one; milliseconds
 */
export function steadyNow({
  wallMs,
  runningMs,
}: {
  wallMs: () => number;
  runningMs: () => number;
}): () => number {
  let aheadMs = wallMs() - runningMs();
  return () => {
    // Set forward, or the machine slept: what became due meanwhile is due.
    aheadMs = Math.max(aheadMs, wallMs() - runningMs());
    return Math.floor(runningMs() + aheadMs);
  };
}

export const systemClock: Clock = {
  now: steadyNow({ wallMs: () => Date.now(), runningMs: () => performance.now() }),
  sleep: (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delayMs);
      signal?.addEventListener('abort', done, { once: true });
    }),
};
