import { setImmediate as nextTurn } from 'node:timers/promises';
import { remember } from '../remember.server.ts';

/** The most work within one turn of the event loop; then other callbacks run. */
const LONGEST_TURN_MS = 15;

/**
 * Lets pieces of synchronous work share the event loop. When hundreds wait for the same commit, all
 * continue in the same turn, and each of their next pieces would run before any other callback.
 */
export interface FairTurns {
  /**
   * Call it right before a piece of work.
   * @returns null if the piece can run at once. Do not await null: that would ask for all pieces before
   * the first of them runs
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

/** Shared by this process. */
export function fairTurns(): FairTurns {
  return remember('fair turns', () => createFairTurns());
}
