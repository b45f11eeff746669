import type { Clock } from '../core/clock.ts';
import type { EngineLog } from '../core/log.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { ensureLanes } from './add-lanes.ts';
import type { Signing } from './create-signing.ts';

/** Keeps the keys of the wanted lanes on the service account. */
export interface LaneKeeper {
  /**
   * Adds missing keys, when some may be missing. Concurrent calls share the work. Once the process stops it
   * begins nothing, and resolves when what was begun has ended. Never throws.
   */
  ensureReady(): Promise<void>;
  /** Whether there are lanes at all; without, what is signed can only be settled. */
  canSign(): boolean;
}

interface KeeperParts {
  wanted: number;
  signing: Pick<Signing, 'pool' | 'signer' | 'events'>;
  lanes: LaneStore;
  chain: NearChain;
  vault: KeyVault;
  gate: ServiceGate;
  clock: Clock;
  log: EngineLog;
  reportError: (error: unknown) => Promise<undefined>;
  signal: AbortSignal;
}

const afterRefusalMs = 60_000;

export function createLaneKeeper(parts: KeeperParts): LaneKeeper {
  return new Keeper(parts);
}

class Keeper implements LaneKeeper {
  readonly #parts: KeeperParts;
  /** How many lanes can be signed with. */
  #usable = 0;
  #isDue = true;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #preparing: Promise<void> | null = null;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    // The next poll compares the lanes with the account's keys and adds what is missing.
    parts.signing.events.listen({
      onKeyMissing: () => {
        this.#isDue = true;
      },
    });
  }

  canSign(): boolean {
    return this.#usable > 0;
  }

  async ensureReady(): Promise<void> {
    if (this.#preparing) return this.#preparing;
    const { clock, reportError, signal } = this.#parts;
    if (signal.aborted || !this.#isDue || clock.now() < this.#notBeforeMs) return;
    this.#preparing = this.#prepare()
      .catch((error) => {
        // Each attempt costs gas, and a second later nothing is likely to have changed.
        if (Object(error).code === 'LANES_REFUSED')
          this.#notBeforeMs = clock.now() + afterRefusalMs;
        return reportError(error);
      })
      .finally(() => {
        this.#preparing = null;
      });
    await this.#preparing;
  }

  async #prepare(): Promise<void> {
    const { wanted, signing, lanes, chain, vault, gate, log, signal } = this.#parts;
    const { pool, signer, events } = signing;
    if ((await gate.check()) !== 'open') return;
    const service = gate.service();
    const parts = { wanted, service, lanes, chain, vault, pool, signer, signal };
    const present = await ensureLanes(parts);
    pool.setUsable(present);
    // Fewer than wanted while another process adds them.
    this.#isDue = present.length < wanted;
    if (present.length === this.#usable) return;
    this.#usable = present.length;
    log.info(
      { lanes: this.#usable },
      'access keys of the service account (lanes) are ready to sign',
    );
    events.usable();
  }
}
