import { availableParallelism } from 'node:os';
import { APIError } from 'better-auth/api';
import { BUSY_CODE, RETRY_AFTER_SECONDS } from './busy.server.ts';
import { remember } from './remember.server.ts';

/** At 25 to 40 ms each on two cores the last of them waits three seconds: sooner than a browser gives up. */
const MOST_WAITING = 150;
/** On a machine that is slower than that: longer nobody waits to be told so. */
const LONGEST_WAIT_MS = 5_000;

export interface HashingLine {
  /** Whether one more would be taken now. */
  hasRoom(): boolean;
  /** @throws APIError 503, without running it: at once when too many wait already, or after too long a wait */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** So many at a time, so many waiting: what comes beyond is refused while it can still be told so. */
export function createHashingLine({
  atOnce,
  mostWaiting,
  longestWaitMs,
  now = () => performance.now(),
}: {
  atOnce: number;
  mostWaiting: number;
  longestWaitMs: number;
  now?: () => number;
}): HashingLine {
  const waiting: (() => void)[] = [];
  let running = 0;

  const hasRoom = () => running < atOnce || waiting.length < mostWaiting;
  const leave = () => {
    const next = waiting.shift();
    // The place goes to the next one directly: nobody slips in between.
    if (next) next();
    else running -= 1;
  };
  return {
    hasRoom,
    async run(work) {
      if (!hasRoom()) throw tooBusy();
      const untilMs = now() + longestWaitMs;
      if (running < atOnce) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        if (now() > untilMs) throw tooBusy();
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** The one of this process: hashes of one core each, and 19 MiB. */
export function hashingLine(): HashingLine {
  return remember('hashing line', () =>
    createHashingLine({
      atOnce: availableParallelism(),
      mostWaiting: MOST_WAITING,
      longestWaitMs: LONGEST_WAIT_MS,
    }),
  );
}

export function tooBusy(): APIError {
  return new APIError(
    'SERVICE_UNAVAILABLE',
    { code: BUSY_CODE, message: 'Too many people sign up or log in right now. Try again soon.' },
    { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  );
}
