import { availableParallelism } from 'node:os';
import { APIError } from 'better-auth/api';
import { BUSY_CODE, RETRY_AFTER_SECONDS } from '../http/busy.server.ts';
import { remember } from '../remember.server.ts';
import { FairQueue } from './fair-queue.ts';

/** At 25 to 40 ms each on two cores the last one waits three seconds: less than a browser's patience. */
const MOST_WAITING = 150;
/** For slower machines: the longest wait before a 503. */
const LONGEST_WAIT_MS = 5_000;

export interface HashingLine {
  /** Whether one more from there would be accepted now. @param from networks, the widest first */
  hasRoom(from?: readonly string[]): boolean;
  /**
   * @throws APIError 503, without running it: at once if too many wait, when an item from a network
   * with fewer waiting needs the place, or after too long a wait
   */
  run<T>(work: () => Promise<T>, from?: readonly string[]): Promise<T>;
}

interface Waiting {
  begin(): void;
  sendAway(): void;
}

/**
 * Runs a bounded number at a time with a bounded queue; more are rejected early.
 * Networks are served in turn, and the last item of the fullest network makes room for others: no network can fill
 * the queue for the rest.
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
    // The place is passed on directly: no other can take it in between.
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

/**
 * Shared by this process: each hash uses one core and 7 MiB. One more than there are cores: while the event loop
 * waits for the disk it starts no next one, and a core would stand idle.
 */
export function hashingLine(): HashingLine {
  return remember('hashing line', () =>
    createHashingLine({
      atOnce: availableParallelism() + 1,
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
