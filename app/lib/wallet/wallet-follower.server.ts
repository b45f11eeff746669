import type { WalletReader } from '#engine/ports/wallet-reader.ts';
import { isSameView, type WalletView } from './wallet-view.ts';

/** The follower's source; every method may throw, and is called again at the next poll. */
export interface WalletEventSource
  // A pause of the service changes all waiting wallets without an event.
  extends Pick<WalletReader, 'readLastChangeId' | 'readChangesAfter' | 'readIsPaused'> {
  /** A user missing in the result does not exist (any more). */
  readWalletViews(userIds: readonly string[]): Promise<ReadonlyMap<string, WalletView>>;
}

interface Listening {
  readonly userId: string;
  /** Called with the current wallet, and again at every change. */
  onView(view: WalletView): void;
  /** Nothing more follows: the user is deleted, has too many listeners, or the follower was closed. */
  onEnd(): void;
}

export interface WalletFollower {
  /** @returns how to stop listening; `onEnd` is not called then */
  follow(listening: Listening): () => void;
  /** Ends one user's listeners: signed out, or deleted. */
  dismiss(userId: string): void;
  /** Ends everything at once; later listeners are ended, too. */
  close(): void;
}

interface FollowerParts {
  readonly source: WalletEventSource;
  readonly pollMs: number;
  /** One more ends the user's oldest, which is probably an abandoned connection. */
  readonly listenersPerUser: number;
  onError(error: unknown): void;
}

/** The step of a wallet and the service's pause change without an event. */
const POLLS_FOR_STEPS = 5;
const CHANGES_A_POLL = 1_000;
/** After a database error the next poll waits this many times longer. */
const PATIENCE = 10;

interface Listener extends Listening {
  sent: WalletView | null;
}

/**
 * One for all listeners of a process: follows the events of all wallets by id, only while there are
 * listeners, and reads a wallet once for all its listeners. Events of other processes are in the
 * same table, so it does not matter which one makes the wallet.
 */
export function createWalletFollower(parts: FollowerParts): WalletFollower {
  return new Follower(parts);
}

class Follower implements WalletFollower {
  readonly #parts: FollowerParts;
  readonly #listenersOf = new Map<string, Set<Listener>>();
  readonly #changed = new Set<string>();
  /** The last event that was read; null: none yet. */
  #cursor: number | null = null;
  #wasPaused = false;
  #polls = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPolling = false;
  #isClosed = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  follow(listening: Listening): () => void {
    const listener: Listener = { ...listening, sent: null };
    if (this.#isClosed) {
      listener.onEnd();
      return () => {};
    }
    const { userId } = listener;
    const isFirst = this.#listenersOf.size === 0;
    const listeners = this.#listenersOf.get(userId) ?? new Set();
    this.#listenersOf.set(userId, listeners.add(listener));
    const [oldest] = listeners;
    if (listeners.size > this.#parts.listenersPerUser && oldest) this.#end(oldest);
    this.#changed.add(userId);
    if (isFirst && !this.#isPolling) this.#schedule(0);
    return () => this.#leave(listener);
  }

  dismiss(userId: string): void {
    for (const listener of [...(this.#listenersOf.get(userId) ?? [])]) this.#end(listener);
  }

  close(): void {
    this.#isClosed = true;
    for (const userId of [...this.#listenersOf.keys()]) this.dismiss(userId);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), delayMs);
  }

  async #poll(): Promise<void> {
    const { pollMs, onError } = this.#parts;
    if (this.#isPolling) return;
    this.#isPolling = true;
    let hasFailed = false;
    try {
      await this.#findChanged();
      await this.#sendChanged();
    } catch (error) {
      hasFailed = true;
      onError(error);
    }
    this.#isPolling = false;
    if (this.#listenersOf.size > 0) {
      this.#schedule(hasFailed ? pollMs * PATIENCE : pollMs);
      return;
    }
    this.#cursor = null;
    this.#changed.clear();
  }

  async #findChanged(): Promise<void> {
    const { source } = this.#parts;
    this.#polls += 1;
    // Before any wallet is read: a change after that read has an event after this id.
    if (this.#cursor === null) {
      this.#wasPaused = await source.readIsPaused();
      this.#cursor = await source.readLastChangeId();
    } else {
      const query = { id: this.#cursor, limit: CHANGES_A_POLL };
      for (const change of await source.readChangesAfter(query)) {
        this.#cursor = change.id;
        this.#changed.add(change.ownerId);
      }
    }
    if (this.#polls % POLLS_FOR_STEPS !== 0) return;
    const isPaused = await source.readIsPaused();
    for (const [userId, listeners] of this.#listenersOf) {
      for (const { sent } of listeners) {
        const isOther = sent?.isReady === false && isPaused !== this.#wasPaused;
        if (isOther || sent?.status === 'CREATING') this.#changed.add(userId);
      }
    }
    this.#wasPaused = isPaused;
  }

  async #sendChanged(): Promise<void> {
    const userIds = [...this.#changed].filter((userId) => this.#listenersOf.has(userId));
    this.#changed.clear();
    if (userIds.length === 0) return;
    try {
      const views = await this.#parts.source.readWalletViews(userIds);
      for (const userId of userIds) this.#send(userId, views.get(userId));
    } catch (error) {
      for (const userId of userIds) this.#changed.add(userId);
      throw error;
    }
  }

  #send(userId: string, view: WalletView | undefined): void {
    if (!view) {
      this.dismiss(userId);
      return;
    }
    for (const listener of this.#listenersOf.get(userId) ?? []) {
      if (listener.sent && isSameView(listener.sent, view)) continue;
      listener.sent = view;
      listener.onView(view);
    }
  }

  #leave(listener: Listener): void {
    const listeners = this.#listenersOf.get(listener.userId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listenersOf.delete(listener.userId);
    if (this.#listenersOf.size > 0 || this.#isPolling) return;
    clearTimeout(this.#timer);
    this.#cursor = null;
  }

  #end(listener: Listener): void {
    this.#leave(listener);
    listener.onEnd();
  }
}
