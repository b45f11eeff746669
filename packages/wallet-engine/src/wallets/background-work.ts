import type { Clock } from '../core/clock.ts';
import { heartbeatMs, pollIntervalMs } from '../core/engine-config.ts';
import { takeoverLimit } from '../core/wallet.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { WalletStore } from '../ports/wallet-store.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import type { Signing } from '../signing/create-signing.ts';
import type { FarLeases } from '../signing/far-leases.ts';
import type { LaneKeeper } from '../signing/keep-lanes.ts';
import type { WalletWorker } from './process-wallet-queue.ts';
import type { StockTaker } from './take-from-stock.ts';

/** What a process does without being asked: it renews its leases and polls for work. */
export interface BackgroundWork {
  /** Starts it, unless it runs already. */
  ensureRunning(): void;
  isRunning(): boolean;
  /** Resolves when the signal has ended it; null when it never ran. */
  ended(): Promise<unknown> | null;
}

interface BackgroundParts {
  store: WalletStore;
  gate: ServiceGate;
  signing: Pick<Signing, 'pool' | 'signer'>;
  laneKeeper: LaneKeeper;
  farLeases: FarLeases;
  worker: WalletWorker;
  /** Null: this process keeps no stock. */
  stockTaker: StockTaker | null;
  fillStock: () => Promise<number>;
  clock: Clock;
  observer: EngineObserver;
  signal: AbortSignal;
  reportError: (error: unknown) => Promise<undefined>;
}

export function createBackgroundWork(parts: BackgroundParts): BackgroundWork {
  return new Background(parts);
}

class Background implements BackgroundWork {
  readonly #parts: BackgroundParts;
  #running: Promise<unknown> | null = null;

  constructor(parts: BackgroundParts) {
    this.#parts = parts;
  }

  ensureRunning(): void {
    this.#running ??= Promise.all([
      this.#repeatedly(() => this.#renewLeases(), heartbeatMs),
      this.#repeatedly(() => this.#poll(), pollIntervalMs),
    ]);
  }

  isRunning(): boolean {
    return this.#running !== null;
  }

  ended(): Promise<unknown> | null {
    return this.#running;
  }

  /** @param work may return after how long it wants to be called again */
  async #repeatedly(work: () => Promise<number | undefined>, everyMs: number): Promise<void> {
    const { clock, signal, reportError } = this.#parts;
    while (!signal.aborted) {
      const soonMs = await work().catch(reportError);
      await clock.sleep(soonMs ?? everyMs, signal);
    }
  }

  /** Talks to the database only: a slow node must not cost this process its claims. */
  async #renewLeases(): Promise<undefined> {
    const { worker, signing, gate } = this.#parts;
    await worker.renewClaims();
    await signing.pool.renew();
    await gate.watchDatabase();
    return undefined;
  }

  async #poll(): Promise<number | undefined> {
    const { store, gate, signing, laneKeeper, farLeases } = this.#parts;
    const { worker, stockTaker, fillStock, clock, observer } = this.#parts;
    const { signer, pool } = signing;
    void laneKeeper.ensureReady();
    await farLeases.endThem();
    // Another process may have given back lanes that are wanted here.
    if (signer.waiting() > 0) signer.pump();
    if ((await gate.check()) !== 'closed') await pool.takeOverOrphans();
    const nowMs = clock.now();
    const abandoned = await store.failAbandonedWallets({ takeoverLimit, nowMs });
    for (let count = 0; count < abandoned; count += 1) {
      observer.walletFailed({ errorCode: 'TOO_MANY_TAKEOVERS', isFinal: true });
    }
    await stockTaker?.verify();
    await fillStock();
    const dueAtMs = await store.readNextDueAt();
    observer.workerPolled({ atMs: nowMs });
    if (dueAtMs === null) return undefined;
    // When a retry is due or a lease expires, but not in a tight loop over what is due and cannot be taken.
    if (dueAtMs > nowMs) return Math.min(dueAtMs - nowMs, pollIntervalMs);
    await worker.processQueue();
    return undefined;
  }
}
