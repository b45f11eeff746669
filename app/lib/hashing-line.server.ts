import { availableParallelism } from 'node:os';
import { APIError } from 'better-auth/api';
import { BUSY_CODE, RETRY_AFTER_SECONDS } from './busy.server.ts';
import { FairQueue } from './fair-queue.ts';
import { remember } from './remember.server.ts';

/** At 25 to 40 ms each on two cores the last of them waits three seconds: sooner than a browser gives up. */
const MOST_WAITING = 150;
/** On a machine that is slower than that: longer nobody waits to be told so. */
const LONGEST_WAIT_MS = 5_000;

export interface HashingLine {
  /** Whether one more from there would be taken now. @param from networks, the widest first */
  hasRoom(from?: readonly string[]): boolean;
  /**
   * @throws APIError 503, without running it: at once when too many wait already, when somebody from where
   * fewer wait needs the place, or after too long a wait
   */
  run<T>(work: () => Promise<T>, from?: readonly string[]): Promise<T>;
}

interface Waiting {
  begin(): void;
  sendAway(): void;
}

/**
 * So many at a time, so many waiting: what comes beyond is refused while it can still be told so.
 * Networks are served in turn, and where most wait the last make room for others: no network can fill
 * the line for the rest.
 */
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
  const waiting = new FairQueue<Waiting>();
  let running = 0;

  const hasRoom = (from: readonly string[] = []) =>
    running < atOnce || waiting.size < mostWaiting || waiting.yieldsTo(from);
  const wait = (from: readonly string[]) => {
    if (waiting.size >= mostWaiting) waiting.drop()?.sendAway();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push(from, { begin: resolve, sendAway: () => reject(tooBusy()) });
    return promise;
  };
  const leave = () => {
    const next = waiting.shift();
    // The place goes to the next one directly: nobody slips in between.
    if (next) next.begin();
    else running -= 1;
  };
  return {
    hasRoom,
    async run(work, from = []) {
      if (!hasRoom(from)) throw tooBusy();
      const untilMs = now() + longestWaitMs;
      if (running < atOnce) running += 1;
      else await wait(from);
      try {
        if (now() > untilMs) throw tooBusy();
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** The one of this process: hashes of one core each, and 7 MiB. */
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
