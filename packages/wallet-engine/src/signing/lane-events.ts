import type { HeldLane } from './held-lane.ts';

/** What may happen to the lanes of a process. */
export interface LaneListener {
  /** A lane is free to sign again. */
  onFree?: () => void;
  /** A lane's transaction is in no block: a noop must free it. */
  onStuck?: (lane: HeldLane) => void;
  /** A lane's key seems to be missing on the account. */
  onKeyMissing?: () => void;
  /** Another number of lanes can be signed with. */
  onUsable?: () => void;
}

/** Passes events of lanes up to those who use them, who need not be known below. */
export class LaneEvents {
  readonly #listeners: LaneListener[] = [];

  /** Listeners are called in the order in which they were added. */
  listen(listener: LaneListener): void {
    this.#listeners.push(listener);
  }

  free(): void {
    for (const { onFree } of this.#listeners) onFree?.();
  }

  stuck(lane: HeldLane): void {
    for (const { onStuck } of this.#listeners) onStuck?.(lane);
  }

  keyMissing(): void {
    for (const { onKeyMissing } of this.#listeners) onKeyMissing?.();
  }

  usable(): void {
    for (const { onUsable } of this.#listeners) onUsable?.();
  }
}
