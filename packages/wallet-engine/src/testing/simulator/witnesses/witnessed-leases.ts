import type { LaneStore } from '../../../ports/lane-store.ts';
import type { WalletStore } from '../../../ports/wallet-store.ts';

/** A live holder renews every two seconds, and may be frozen for 40 s. */
const abandonedAfterMs = 45_000;

/** Records when each claim and each lane was last taken or renewed, in true time. */
export class LeaseWitness {
  readonly #renewedAtMs = new Map<string, number>();
  readonly #nowMs: () => number;
  readonly #onViolation: (violation: string) => void;

  constructor(parts: { nowMs: () => number; onViolation: (violation: string) => void }) {
    this.#nowMs = parts.nowMs;
    this.#onViolation = parts.onViolation;
  }

  /** Only leases whose holder is gone may be ended early. */
  ofStore(store: WalletStore): WalletStore {
    return {
      ...store,
      claimWallets: async (terms) => {
        const claimed = await store.claimWallets(terms);
        this.#renewed(claimed.map(({ userId }) => userId));
        return claimed;
      },
      claimWallet: async (terms) => {
        const claimed = await store.claimWallet(terms);
        if (claimed) this.#renewed([claimed.userId]);
        return claimed;
      },
      renewClaims: async (terms) => {
        const kept = await store.renewClaims(terms);
        this.#renewed(kept);
        return kept;
      },
      endFarWaits: (end) => {
        const held = end.waits.filter(({ status }) => status === 'CREATING');
        this.#ended(held.map(({ userId }) => userId));
        return store.endFarWaits(end);
      },
    };
  }

  ofLanes(lanes: LaneStore): LaneStore {
    const nameOf = (laneNumber: number) => `lane ${laneNumber}`;
    return {
      ...lanes,
      leaseLanes: async (terms) => {
        const leased = await lanes.leaseLanes(terms);
        this.#renewed(leased.map(({ laneNumber }) => nameOf(laneNumber)));
        return leased;
      },
      takeHeldLanes: async (terms) => {
        const taken = await lanes.takeHeldLanes(terms);
        this.#renewed(taken.map(({ laneNumber }) => nameOf(laneNumber)));
        return taken;
      },
      renewLanes: async (terms) => {
        const kept = await lanes.renewLanes(terms);
        this.#renewed(kept.map(nameOf));
        return kept;
      },
      endFarLeases: (end) => {
        this.#ended(end.leases.map(({ laneNumber }) => nameOf(laneNumber)));
        return lanes.endFarLeases(end);
      },
    };
  }

  #renewed(names: string[]): void {
    for (const name of names) this.#renewedAtMs.set(name, this.#nowMs());
  }

  #ended(names: string[]): void {
    for (const name of names) {
      const ageMs = this.#nowMs() - (this.#renewedAtMs.get(name) ?? Number.NEGATIVE_INFINITY);
      if (ageMs < abandonedAfterMs) {
        this.#onViolation(`the lease of ${name} was ended ${ageMs} ms after its holder renewed it`);
      }
    }
  }
}
