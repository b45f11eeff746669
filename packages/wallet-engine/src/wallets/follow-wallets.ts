import type { Clock } from '../core/clock.ts';
import type { WalletReader, WalletView } from '../ports/wallet-reader.ts';

const pollMs = 200;
const afterErrorMs = 2_000;
const changesAtATime = 1_000;

/**
 * Calls listeners with each wallet that has changed, in any process, within {@link pollMs}. The database is
 * polled only while there are listeners. Several changes of one wallet may come as one. Changes count from
 * the first listener on; if the database does not answer just then, from its first answer.
 */
export interface WalletChangeFollower {
  /** @returns how to stop listening */
  onChange(listener: (wallet: WalletView) => void): () => void;
  stop(): void;
}

interface FollowerParts {
  reader: WalletReader;
  clock: Clock;
  /** Receives errors of the database and of listeners; one listener's error does not affect the others. */
  onError: (error: unknown) => void;
}

export function createWalletFollower(parts: FollowerParts): WalletChangeFollower {
  return new Follower(parts);
}

class Follower implements WalletChangeFollower {
  readonly #parts: FollowerParts;
  readonly #listeners = new Set<(wallet: WalletView) => void>();
  #polling: AbortController | null = null;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  onChange(listener: (wallet: WalletView) => void): () => void {
    this.#listeners.add(listener);
    if (this.#polling === null) {
      this.#polling = new AbortController();
      void this.#poll(this.#polling.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#endPolling();
    };
  }

  stop(): void {
    this.#listeners.clear();
    this.#endPolling();
  }

  #endPolling(): void {
    this.#polling?.abort();
    this.#polling = null;
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const { reader, clock, onError } = this.#parts;
    let lastId: number | null = null;
    while (!signal.aborted) {
      let waitMs = pollMs;
      try {
        lastId = lastId === null ? await reader.readLastChangeId() : await this.#readAfter(lastId);
      } catch (error) {
        // The database may have been closed after a stop.
        if (signal.aborted) return;
        onError(error);
        waitMs = afterErrorMs;
      }
      await clock.sleep(waitMs, signal);
    }
  }

  /** @returns the id of the last change */
  async #readAfter(id: number): Promise<number> {
    const { reader } = this.#parts;
    const changes = await reader.readChangesAfter({ id, limit: changesAtATime });
    for (const ownerId of new Set(changes.map((change) => change.ownerId))) {
      const wallet = await reader.read(ownerId);
      if (wallet) this.#notify(wallet);
    }
    return changes.at(-1)?.id ?? id;
  }

  #notify(wallet: WalletView): void {
    for (const listener of this.#listeners) {
      try {
        listener(wallet);
      } catch (error) {
        this.#parts.onError(error);
      }
    }
  }
}
