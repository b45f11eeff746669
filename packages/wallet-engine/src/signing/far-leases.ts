import type { Clock } from '../core/clock.ts';
import { clocksApartMs, leaseDurationMs } from '../core/engine-config.ts';
import type { EngineLog } from '../core/log.ts';
import { longestRetryWaitMs } from '../core/wallet.ts';
import type { FarLease, LaneStore } from '../ports/lane-store.ts';
import type { FarWait, WalletStore } from '../ports/wallet-store.ts';

/** A living holder renews every two seconds: by any clock, what is stored changes. */
const leaseWatchedForMs = 60_000;

/**
 * Ends leases and schedules left behind by a machine whose clock is far ahead: otherwise others would wait
 * for as long as that clock is wrong. A lease ends once it was seen unchanged for a minute, so that a living
 * holder keeps it whichever of the two clocks is wrong; the retry of a failed wallet, once it was seen for as
 * long as our longest retry takes.
 */
export interface FarLeases {
  /** To be called at each poll. */
  endThem(): Promise<void>;
}

interface FarLeaseParts {
  /** Null: the leases of lanes only. */
  store: Pick<WalletStore, 'readFarWaits' | 'endFarWaits'> | null;
  lanes: LaneStore;
  clock: Clock;
  log: EngineLog;
}

export function createFarLeases(parts: FarLeaseParts): FarLeases {
  return new Watch(parts);
}

class Watch implements FarLeases {
  readonly #parts: FarLeaseParts;
  #seenSinceMs: ReadonlyMap<string, number> = new Map();

  constructor(parts: FarLeaseParts) {
    this.#parts = parts;
  }

  async endThem(): Promise<void> {
    const { store, lanes, clock, log } = this.#parts;
    const nowMs = clock.now();
    const beyondMs = nowMs + leaseDurationMs + clocksApartMs;
    const failedBeyondMs = nowMs + longestRetryWaitMs + clocksApartMs;
    const waits = store
      ? await store.readFarWaits({ claimedBeyondMs: beyondMs, failedBeyondMs })
      : [];
    const leases = await lanes.readFarLeases({ beyondMs });
    const found = unchanged({ waits, leases }, { sinceMs: this.#seenSinceMs, nowMs: clock.now() });
    const { endedWaits, endedLeases } = found;
    this.#seenSinceMs = found.sinceMs;
    if (store && endedWaits.length > 0) await store.endFarWaits({ waits: endedWaits, nowMs });
    if (endedLeases.length > 0) await lanes.endFarLeases({ leases: endedLeases, nowMs });
    if (endedWaits.length + endedLeases.length === 0) return;
    log.warn(
      { wallets: endedWaits.length, lanes: endedLeases.length },
      'claims of wallets and leases of access keys (lanes) by a machine whose clock is far ahead were ended',
    );
  }
}

/** @returns what has been the same for long enough, and since when everything found has been the same */
function unchanged(
  { waits, leases }: { waits: FarWait[]; leases: FarLease[] },
  { sinceMs, nowMs }: { sinceMs: ReadonlyMap<string, number>; nowMs: number },
): { endedWaits: FarWait[]; endedLeases: FarLease[]; sinceMs: ReadonlyMap<string, number> } {
  const seen = new Map<string, number>();
  const isUnchangedFor = (forMs: number, key: string) => {
    const firstMs = sinceMs.get(key) ?? nowMs;
    seen.set(key, firstMs);
    return Math.abs(nowMs - firstMs) >= forMs;
  };
  // PENDING is due at once by every correct clock; only a failed wallet waits on purpose.
  const endedWaits = waits.filter(({ userId, status, claimToken, availableAtMs }) =>
    isUnchangedFor(
      status === 'FAILED' ? longestRetryWaitMs : leaseWatchedForMs,
      `${userId} ${claimToken} ${availableAtMs}`,
    ),
  );
  const endedLeases = leases.filter(({ laneNumber, fencingToken, leasedUntilMs }) =>
    isUnchangedFor(leaseWatchedForMs, `lane ${laneNumber} ${fencingToken} ${leasedUntilMs}`),
  );
  return { endedWaits, endedLeases, sinceMs: seen };
}
