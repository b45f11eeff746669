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
  readonly lookMs: number;
  /** One more ends the user's oldest, which is probably an abandoned connection. */
  readonly listenersPerUser: number;
  onError(error: unknown): void;
}

/** The step of a wallet and the service's pause change without an event. */
const LOOKS_FOR_STEPS = 5;
const CHANGES_A_LOOK = 1_000;
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
  const { source, lookMs, listenersPerUser, onError } = parts;
  const listenersOf = new Map<string, Set<Listener>>();
  const changed = new Set<string>();
  let cursor: number | null = null;
  let wasPaused = false;
  let looks = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLooking = false;
  let isClosed = false;

  const schedule = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), delayMs);
  };

  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    let hasFailed = false;
    try {
      await findChanged();
      await tellChanged();
    } catch (error) {
      hasFailed = true;
      onError(error);
    }
    isLooking = false;
    if (listenersOf.size > 0) return schedule(hasFailed ? lookMs * PATIENCE : lookMs);
    cursor = null;
    changed.clear();
  };

  const findChanged = async () => {
    looks += 1;
    // Before any wallet is read: a change after that read has an event after this id.
    if (cursor === null) {
      wasPaused = await source.readIsPaused();
      cursor = await source.readLastChangeId();
    } else {
      const query = { id: cursor, limit: CHANGES_A_LOOK };
      for (const change of await source.readChangesAfter(query)) {
        cursor = change.id;
        changed.add(change.ownerId);
      }
    }
    if (looks % LOOKS_FOR_STEPS !== 0) return;
    const isPaused = await source.readIsPaused();
    for (const [userId, listeners] of listenersOf) {
      for (const { sent } of listeners) {
        const isOther = sent?.isReady === false && isPaused !== wasPaused;
        if (isOther || sent?.status === 'CREATING') changed.add(userId);
      }
    }
    wasPaused = isPaused;
  };

  const tellChanged = async () => {
    const userIds = [...changed].filter((userId) => listenersOf.has(userId));
    changed.clear();
    if (userIds.length === 0) return;
    try {
      const views = await source.readWalletViews(userIds);
      for (const userId of userIds) tell(userId, views.get(userId));
    } catch (error) {
      for (const userId of userIds) changed.add(userId);
      throw error;
    }
  };

  const tell = (userId: string, view: WalletView | undefined) => {
    if (!view) return dismiss(userId);
    for (const listener of listenersOf.get(userId) ?? []) {
      if (listener.sent && isSameView(listener.sent, view)) continue;
      listener.sent = view;
      listener.onView(view);
    }
  };

  const leave = (listener: Listener) => {
    const listeners = listenersOf.get(listener.userId);
    listeners?.delete(listener);
    if (listeners?.size === 0) listenersOf.delete(listener.userId);
    if (listenersOf.size === 0 && !isLooking) {
      clearTimeout(timer);
      cursor = null;
    }
  };

  const end = (listener: Listener) => {
    leave(listener);
    listener.onEnd();
  };

  const dismiss = (userId: string) => {
    for (const listener of [...(listenersOf.get(userId) ?? [])]) end(listener);
  };

  return {
    follow(listening) {
      const listener: Listener = { ...listening, sent: null };
      if (isClosed) {
        listener.onEnd();
        return () => {};
      }
      const { userId } = listener;
      const isFirst = listenersOf.size === 0;
      const listeners = listenersOf.get(userId) ?? new Set();
      listenersOf.set(userId, listeners.add(listener));
      const [oldest] = listeners;
      if (listeners.size > listenersPerUser && oldest) end(oldest);
      changed.add(userId);
      if (isFirst && !isLooking) schedule(0);
      return () => leave(listener);
    },
    dismiss,
    close() {
      isClosed = true;
      for (const userId of [...listenersOf.keys()]) dismiss(userId);
    },
  };
}
