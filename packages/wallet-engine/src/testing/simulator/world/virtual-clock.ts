import type { Clock } from '../../../core/clock.ts';

interface Timer {
  atMs: number;
  order: number;
  run: () => void;
}

/** A clock that advances only by its own methods; the same calls give the same order of events. */
export class VirtualClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);
  #order = 0;
  readonly #timers: Timer[] = [];
  #outside: Promise<unknown> = Promise.resolve();
  #outsideCount = 0;

  now(): number {
    return this.#nowMs;
  }

  /** Calls back once. @returns a function that cancels */
  setTimer(run: () => void, delayMs: number): () => void {
    this.#order += 1;
    const timer = { atMs: this.#nowMs + delayMs, order: this.#order, run };
    this.#timers.push(timer);
    return () => this.#remove(timer);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.setTimer(done, delayMs);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  /** Work outside of this thread, such as WebCrypto: one piece after another, while the clock stands still. */
  outside<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#outsideCount += 1;
    const result = this.#outside.then(work).finally(() => {
      this.#outsideCount -= 1;
    });
    this.#outside = result.catch(() => undefined);
    return result;
  }

  async #settle(): Promise<void> {
    do await settleMicrotasks();
    while (this.#outsideCount > 0);
  }

  /** Runs the next timer and everything it triggers at that moment. @returns false without one */
  async step(): Promise<boolean> {
    await this.#settle();
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        !next ||
        timer.atMs < next.atMs ||
        (timer.atMs === next.atMs && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    if (!next) return false;
    this.#remove(next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.run();
    await this.#settle();
    return true;
  }

  /** Their order does not matter: each has its time and number. */
  #remove(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    if (index < 0) return;
    const last = this.#timers.pop();
    if (last && last !== timer) this.#timers[index] = last;
  }

  /** Advances until the condition holds. @throws when it does not within the time */
  async until(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
    const endMs = this.#nowMs + withinMs;
    await this.#settle();
    while (!(await condition())) {
      if (this.#nowMs >= endMs) throw new Error(`the condition did not hold within ${withinMs} ms`);
      if (!(await this.step())) throw new Error('no timer is left');
    }
  }

  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    let over = false;
    this.setTimer(() => {
      over = true;
    }, durationMs);
    await this.until(() => over || this.#nowMs > endMs, durationMs + 1);
  }
}

/** Runs all promises that do not wait for the clock or for work outside of this thread. */
export function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
