import type { Clock } from '../core/clock.ts';
import { clocksApartMs, leaseDurationMs } from '../core/engine-config.ts';
import type { EngineLog } from '../core/log.ts';
import { longestRetryWaitMs } from '../core/wallet.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { FarWait, WalletStore } from '../ports/wallet-store.ts';

/** A living holder renews every two seconds: by whatever clock, what is stored changes. */
const leaseWatchedForMs = 60_000;

/**
 * Ends leases and schedules that a machine whose clock is far ahead has left behind: others would wait for
 * as long as it was wrong. A lease ends once it was seen unchanged for a minute, so that a living holder
 * keeps it whichever of the two clocks is wrong; the retry of a failed wallet, once it was seen for as long
 * as the longest of ours.
 */
export function createFarLeases({
  store,
  lanes,
  clock,
  log,
}: {
  /** Null: the leases of lanes only. */
  store: Pick<WalletStore, 'readFarWaits' | 'endFarWaits'> | null;
  lanes: LaneStore;
  clock: Clock;
  log: EngineLog;
}): {
  /** To be called at each look. */
  endThem(): Promise<void>;
} {
  let seenSinceMs = new Map<string, number>();

  /** @returns those that were the same for long enough */
  const watch = <T>(
    found: T[],
    {
      forMs,
      keyOf,
      seen,
    }: { forMs: number; keyOf: (each: T) => string; seen: Map<string, number> },
  ): T[] =>
    found.filter((each) => {
      const key = keyOf(each);
      const sinceMs = seenSinceMs.get(key) ?? clock.now();
      seen.set(key, sinceMs);
      return Math.abs(clock.now() - sinceMs) >= forMs;
    });

  return {
    async endThem() {
      const nowMs = clock.now();
      const beyondMs = nowMs + leaseDurationMs + clocksApartMs;
      const failedBeyondMs = nowMs + longestRetryWaitMs + clocksApartMs;
      const waits = store
        ? await store.readFarWaits({ claimedBeyondMs: beyondMs, failedBeyondMs })
        : [];
      const leases = await lanes.readFarLeases({ beyondMs });
      const seen = new Map<string, number>();
      const ofWait = (each: FarWait) => `${each.userId} ${each.claimToken} ${each.availableAtMs}`;
      // PENDING is due at once by every honest clock; only a failed wallet waits by intention.
      const scheduled = waits.filter(({ status }) => status === 'FAILED');
      const others = waits.filter(({ status }) => status !== 'FAILED');
      const endedWaits = [
        ...watch(scheduled, { forMs: longestRetryWaitMs, keyOf: ofWait, seen }),
        ...watch(others, { forMs: leaseWatchedForMs, keyOf: ofWait, seen }),
      ];
      const endedLeases = watch(leases, {
        forMs: leaseWatchedForMs,
        keyOf: (each) => `lane ${each.laneNumber} ${each.fencingToken} ${each.leasedUntilMs}`,
        seen,
      });
      seenSinceMs = seen;
      if (store && endedWaits.length > 0) await store.endFarWaits({ waits: endedWaits, nowMs });
      if (endedLeases.length > 0) await lanes.endFarLeases({ leases: endedLeases, nowMs });
      if (endedWaits.length + endedLeases.length === 0) return;
      log.warn(
        { wallets: endedWaits.length, lanes: endedLeases.length },
        'leases of a machine whose clock is far ahead are ended',
      );
    },
  };
}
