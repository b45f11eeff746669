import { setImmediate as nextTurn } from 'node:timers/promises';
import { remember } from './remember.server.ts';

/** Longer nobody goes on within one turn of the event loop: then others have theirs. */
const LONGEST_TURN_MS = 15;

/**
 * Lets pieces of synchronous work share the event loop. Where hundreds wait for the same commit, all of
 * them go on in the same turn, and each next piece of theirs would be done before anybody else is heard.
 */
export interface FairTurns {
  /**
   * To be called right before a piece.
   * @returns null when the piece can be done at once. Do not await that: all others would be asked as well
   * before the first of them does anything
   */
  wait(): Promise<void> | null;
}

export function createFairTurns(now: () => number = () => performance.now()): FairTurns {
  let startedMs: number | null = null;

  const isOver = () => {
    if (startedMs !== null) return now() - startedMs > LONGEST_TURN_MS;
    startedMs = now();
    setImmediate(() => {
      startedMs = null;
    });
    return false;
  };
  const untilFree = async () => {
    do await nextTurn();
    while (isOver());
  };
  return { wait: () => (isOver() ? untilFree() : null) };
}

/** Those of this process. */
export function fairTurns(): FairTurns {
  return remember('fair turns', () => createFairTurns());
}
