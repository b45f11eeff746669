import { remember } from '../remember.server.ts';
import { tooBusy } from './hashing-line.server.ts';

/** The longest wait for earlier attempts before a 503. */
const LONGEST_WAIT_MS = 5_000;
/** The most waiting for one key at the same time; more is a flood. */
const MOST_ASKING = 200;

interface Place {
  underWay: number;
  ended: number;
  asking: number;
  readonly wake: Set<() => void>;
}

/** The state at the moment of the decision; nothing runs in between. */
interface Standing {
  /** How many attempts of this process under this key have begun and not ended. */
  underWay(key: string): number;
  /** False if an attempt ended after the counters were read: they may be stale. */
  readonly isFresh: boolean;
}

type Decision = 'enter' | 'ask again' | { readonly waitFor: string };

/** Reads the counters; the function it returns decides, or throws why the attempt may not enter. */
type Ask = () => Promise<(standing: Standing) => Decision>;

/**
 * Attempts of this process that have no result yet, by the key they count towards. Only results are
 * counted: if the rest of a limit is taken by attempts that may still succeed, the next one waits for them
 * instead of being rejected for something that has not happened.
 */
export class AttemptsUnderWay {
  readonly #places = new Map<string, Place>();
  #turn: Promise<void> = Promise.resolve();

  /**
   * Enters once all keys have room.
   * @param isReserving whether asking counts something: then one asks after the other
   * @returns how to leave, to be called after the result was counted
   * @throws what the decision throws; APIError 503 after too long a wait
   */
  async enter({
    keys,
    ask,
    isReserving = false,
  }: {
    keys: readonly string[];
    ask: Ask;
    isReserving?: boolean;
  }): Promise<() => void> {
    const untilMs = performance.now() + LONGEST_WAIT_MS;
    const places = this.#approach(keys);
    try {
      for (;;) {
        const asking = () => this.#ask(places, keys, ask);
        const decision = await (isReserving ? this.#inTurn(asking) : asking());
        if (decision === 'enter') return () => this.#leave(places, keys);
        const leftMs = untilMs - performance.now();
        if (leftMs <= 0) throw tooBusy();
        if (decision !== 'ask again') await this.#nextEnd(decision.waitFor, leftMs);
      }
    } catch (error) {
      this.#depart(places, keys);
      throw error;
    }
  }

  async #ask(places: readonly Place[], keys: readonly string[], ask: Ask): Promise<Decision> {
    const endedBefore = places.map(({ ended }) => ended);
    const decide = await ask();
    const decision = decide({
      underWay: (key) => this.#places.get(key)?.underWay ?? 0,
      isFresh: places.every(({ ended }, index) => ended === endedBefore[index]),
    });
    if (decision === 'enter') for (const place of places) place.underWay += 1;
    else if (decision !== 'ask again' && !keys.includes(decision.waitFor)) throw tooBusy();
    return decision;
  }

  async #inTurn<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    try {
      await before;
      return await act();
    } finally {
      resolve();
    }
  }

  #approach(keys: readonly string[]): Place[] {
    if (keys.some((key) => (this.#places.get(key)?.asking ?? 0) >= MOST_ASKING)) throw tooBusy();
    return keys.map((key) => {
      const place = this.#places.get(key) ?? { underWay: 0, ended: 0, asking: 0, wake: new Set() };
      this.#places.set(key, place);
      place.asking += 1;
      return place;
    });
  }

  #leave(places: readonly Place[], keys: readonly string[]): void {
    for (const place of places) {
      place.underWay -= 1;
      place.ended += 1;
      for (const wake of place.wake) wake();
      place.wake.clear();
    }
    this.#depart(places, keys);
  }

  #depart(places: readonly Place[], keys: readonly string[]): void {
    for (const [index, place] of places.entries()) {
      place.asking -= 1;
      if (place.asking === 0) this.#places.delete(keys[index] ?? '');
    }
  }

  async #nextEnd(key: string, mostMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = this.#places.get(key)?.wake;
    wake?.add(resolve);
    const timer = setTimeout(resolve, mostMs);
    await promise;
    clearTimeout(timer);
    wake?.delete(resolve);
  }
}

/** The attempts of this process. */
export function attemptsUnderWay(): AttemptsUnderWay {
  return remember('attempts under way', () => new AttemptsUnderWay());
}
