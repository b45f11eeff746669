/**
 * Whether this process may claim wallets that were not named to it: from its start on, or, where it is never
 * started, during a tick only.
 */
export class ClaimPermit {
  #isStarted = false;
  #ticks = 0;

  start(): void {
    this.#isStarted = true;
  }

  beginTick(): void {
    this.#ticks += 1;
  }

  endTick(): void {
    this.#ticks -= 1;
  }

  mayClaim(): boolean {
    return this.#isStarted || this.#ticks > 0;
  }
}
