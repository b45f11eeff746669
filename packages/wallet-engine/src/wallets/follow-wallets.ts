import type { Clock } from '../core/clock.ts';
import type { WalletReader, WalletView } from '../ports/wallet-reader.ts';

const pollMs = 200;
const afterErrorMs = 2_000;
const changesAtATime = 1_000;

/**
 * Calls listeners with each wallet that has changed, by whatever process, within {@link pollMs}. The
 * database is polled only while somebody listens. Several changes of one wallet may come as one. Changes
 * count from the first listener on; while the database does not answer right then, from its first answer.
 */
export function createWalletFollower({
  reader,
  clock,
  onError,
}: {
  reader: WalletReader;
  clock: Clock;
  /** Of the database, and of a listener, which keeps no other from hearing. */
  onError: (error: unknown) => void;
}): {
  /** @returns how to stop listening */
  onChange(listener: (wallet: WalletView) => void): () => void;
  stop(): void;
} {
  const listeners = new Set<(wallet: WalletView) => void>();
  let polling: AbortController | null = null;

  const tell = (wallet: WalletView) => {
    for (const listener of listeners) {
      try {
        listener(wallet);
      } catch (error) {
        onError(error);
      }
    }
  };

  const tellAfter = async (id: number): Promise<number> => {
    const changes = await reader.readChangesAfter({ id, limit: changesAtATime });
    for (const ownerId of new Set(changes.map((change) => change.ownerId))) {
      const wallet = await reader.read(ownerId);
      if (wallet) tell(wallet);
    }
    return changes.at(-1)?.id ?? id;
  };

  const poll = async (signal: AbortSignal) => {
    let lastId: number | null = null;
    while (!signal.aborted) {
      let waitMs = pollMs;
      try {
        lastId = lastId === null ? await reader.readLastChangeId() : await tellAfter(lastId);
      } catch (error) {
        // Whoever has stopped may have closed the database meanwhile.
        if (signal.aborted) return;
        onError(error);
        waitMs = afterErrorMs;
      }
      await clock.sleep(waitMs, signal);
    }
  };

  const stop = () => {
    polling?.abort();
    polling = null;
  };

  return {
    onChange(listener) {
      listeners.add(listener);
      if (polling === null) {
        polling = new AbortController();
        void poll(polling.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    stop() {
      listeners.clear();
      stop();
    },
  };
}
