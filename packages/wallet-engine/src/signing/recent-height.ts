import type { Clock } from '../core/clock.ts';

const maxAgeMs = 1_000;

/** A height of the chain, read once a second at most, however many transactions are open. */
export interface RecentHeight {
  /** @returns null when no node answers */
  read(): Promise<number | null>;
  /** The last height that was read, however old; 0: none yet. */
  last(): number;
}

export function createRecentHeight({
  ask,
  clock,
}: {
  ask: () => Promise<number>;
  clock: Clock;
}): RecentHeight {
  let known: { height: number; atMs: number } | null = null;
  let asking: Promise<number | null> | null = null;
  const askNow = async () => {
    try {
      known = { height: await ask(), atMs: clock.now() };
      return known.height;
    } catch {
      return null;
    } finally {
      asking = null;
    }
  };
  return {
    async read() {
      if (known && clock.now() - known.atMs < maxAgeMs) return known.height;
      asking ??= askNow();
      return asking;
    },
    last: () => known?.height ?? 0,
  };
}
