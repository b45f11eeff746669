import { heartbeatMs } from '../core/engine-config.ts';
import { StoppedError } from '../core/errors.ts';
import { silentObserver } from '../ports/engine-observer.ts';
import type { ReconcileStore } from '../ports/reconcile-store.ts';
import { createDatabaseMemory } from '../service/database-memory.ts';
import type { Service } from '../service/meet-chain.ts';
import { createServiceGate, type ServiceGate } from '../service/service-gate.ts';
import { createSigning, type Signing } from '../signing/create-signing.ts';
import { createFarLeases, type FarLeases } from '../signing/far-leases.ts';
import type { EngineParts } from '../wallets/wallet-engine.ts';
import {
  type Comparison,
  compareLaneKeys,
  compareWithChain,
  patiently,
  type WalletDifference,
} from './compare-with-chain.ts';
import { fenceLanes, fenceOwnKey, isWithin } from './fence-lanes.ts';

export interface ReconcileOptions {
  /**
   * Adopt what the chain has and end the pause; otherwise only compare. All other processes of this
   * database must be stopped.
   */
  adopt: boolean;
  /**
   * Also count a registration alone as a paid reward; otherwise wallets that have spent it are set aside.
   * Our transactions register and pay at once, but a stranger may register an account, too.
   */
  adoptRegistered: boolean;
  unfinishedOnly: boolean;
  onProgress?: (done: { transactions: number; wallets: number }) => void;
}

export interface ReconcileReport {
  /** As it was found. */
  comparison: Comparison;
  /** Null: only compared. */
  adoption: {
    lanesFenced: number;
    rewardsAdopted: string[];
    /** Accounts of wallets that an operator must decide about; nothing is paid to them. */
    setAside: string[];
    /** Why signing is still paused; null: it is not. */
    paused: string | null;
  } | null;
}

const settleLimitMs = 120_000;

type ReconcilerParts = Omit<EngineParts, 'store' | 'stock' | 'queue'> & { records: ReconcileStore };

/**
 * Compares the database with the chain and, when asked to, brings a database that is behind the chain back
 * into service: what the chain has is adopted, what cannot be explained is set aside, and bytes that the
 * lost database signed and that are still on their way are made void first.
 */
export interface Reconciler {
  /** @throws ServiceError `WRONG_CHAIN` and others when the chain cannot be met */
  run(options: ReconcileOptions): Promise<ReconcileReport>;
}

export function createReconciler(parts: ReconcilerParts): Reconciler {
  return new Reconciliation(parts);
}

class Reconciliation implements Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #stopping = new AbortController();
  readonly #gate: ServiceGate;
  readonly #signing: Signing;
  /** No other process runs that would end those of a machine whose clock was far ahead. */
  readonly #farLeases: FarLeases;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    const { config, ledger, lanes, chain, vault, keys, clock, log, holder } = parts;
    const { signal } = this.#stopping;
    const observer = silentObserver;
    const newDeploymentId = keys.readDeploymentId;
    const memory = createDatabaseMemory(ledger);
    const gate = createServiceGate({
      ...{ config, ledger, memory, chain, vault, clock, log, observer, newDeploymentId },
    });
    this.#gate = gate;
    this.#signing = createSigning({
      ...{
        config,
        ledger,
        memory,
        lanes,
        chain,
        vault,
        gate,
        holder,
        clock,
        log,
        observer,
        signal,
      },
    });
    this.#farLeases = createFarLeases({ store: null, lanes, clock, log });
  }

  async run(options: ReconcileOptions): Promise<ReconcileReport> {
    const { log } = this.#parts;
    const service = await this.#meet();
    const comparison = await this.#compare(service, options);
    if (!options.adopt) return { comparison, adoption: null };
    const renewing = this.#renewLeases();
    try {
      return { comparison, adoption: await this.#adopt(service, options) };
    } finally {
      this.#stopping.abort();
      await renewing;
      await this.#signing.pool.release().catch((error) => {
        if (!(error instanceof StoppedError))
          log.warn(
            { error },
            'the leases of the access keys (lanes) could not be released; they expire by themselves',
          );
      });
    }
  }

  async #meet(): Promise<Service> {
    await this.#gate.check();
    return this.#gate.service();
  }

  #compare(
    service: Service,
    options: Pick<ReconcileOptions, 'unfinishedOnly' | 'onProgress'>,
  ): Promise<Comparison> {
    const { lanes, chain, vault, records, clock } = this.#parts;
    return compareWithChain({ ...options, service, lanes, chain, vault, records, clock });
  }

  /** A block takes longer to be final than a lease lasts. */
  async #renewLeases(): Promise<void> {
    const { clock, log } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#signing.pool
        .renew()
        .catch((error) =>
          log.warn(
            { error },
            'the leases of the access keys (lanes) were not renewed; the next heartbeat tries again',
          ),
        );
      await clock.sleep(heartbeatMs, signal);
    }
  }

  async #adopt(
    service: Service,
    { adoptRegistered }: ReconcileOptions,
  ): Promise<ReconcileReport['adoption']> {
    const { ledger, clock, records } = this.#parts;
    const staysPaused = (await ledger.readDeployment())?.pauseReason === 'OPERATOR';
    await records.begin({ nowMs: clock.now() });
    await this.#gate.check();
    const lanesFenced = await this.#fenceAll(service);
    await this.#settleOpen();
    // Only now can nothing that was signed before change what is seen.
    const { wallets, finalHeight: height } = await this.#compare(service, { unfinishedOnly: true });
    const rewardsAdopted: string[] = [];
    const setAside: string[] = [];
    for (const { userId, accountId, difference } of wallets.differences) {
      const isPaid = showsReward(difference, adoptRegistered);
      if (isPaid) {
        if (await this.#adoptReward(userId, service)) rewardsAdopted.push(accountId);
      } else if (difference !== 'ACCOUNT_NOT_RECORDED') {
        setAside.push(accountId);
      }
    }
    await records.finish({ nowMs: clock.now(), height, staysPaused });
    const paused = (await ledger.readDeployment())?.pauseReason ?? null;
    return { lanesFenced, rewardsAdopted, setAside, paused };
  }

  #adoptReward(userId: string, { reward }: Service): Promise<boolean> {
    const { records, clock } = this.#parts;
    const { tokenContract, baseUnits } = reward;
    const amount = baseUnits.toString();
    return records.adoptReward({ userId, amount, tokenContract, nowMs: clock.now() });
  }

  /** @returns how many lanes, without the account's own key */
  async #fenceAll(service: Service): Promise<number> {
    const { config, lanes, chain, vault, clock } = this.#parts;
    const fenceParts = { signing: this.#signing, farLeases: this.#farLeases, chain, clock };
    const { deploymentId } = service.deployment;
    const derive = (laneNumber: number) => vault.lanePublicKey({ deploymentId, laneNumber });
    // The account's own key first: it adds lanes, which would otherwise appear after the comparison.
    await lanes.addOwnKey({ publicKey: derive(0) });
    await fenceOwnKey(fenceParts);
    const { differences } = await compareLaneKeys({ service, lanes, chain, vault, clock });
    await lanes.adoptLanes(
      differences.map(({ laneNumber, publicKey, chainNonce }) => ({
        laneNumber,
        publicKey,
        nonce: chainNonce,
      })),
    );
    const keys = await patiently(clock, () =>
      chain.viewAccessKeys({ accountId: config.serviceAccountId, agreed: true }),
    );
    // One that was put back without full access has a nonce above all its older ones: nothing of them executes.
    const usable = keys.filter(({ fullAccess }) => fullAccess);
    const present = new Set(usable.map(({ publicKey }) => publicKey));
    const ours = (await lanes.readLanes()).filter(
      ({ laneNumber, publicKey }) =>
        laneNumber > 0 && present.has(publicKey) && publicKey === derive(laneNumber),
    );
    await fenceLanes(
      ours.map(({ laneNumber }) => laneNumber),
      fenceParts,
    );
    return ours.length;
  }

  async #settleOpen(): Promise<void> {
    const { records, clock } = this.#parts;
    const { settler } = this.#signing;
    const open = await records.readTransactions({ afterHash: '', limit: 10_000, openOnly: true });
    const settled = Promise.allSettled(open.map((transaction) => settler.settle(transaction)));
    await isWithin(settleLimitMs, clock, settled);
  }
}

/** Whether the chain shows that the reward was paid. */
function showsReward(
  difference: WalletDifference['difference'],
  adoptRegistered: boolean,
): boolean {
  return (
    difference === 'REWARD_NOT_RECORDED' ||
    (difference === 'REGISTERED_NOT_PAID' && adoptRegistered)
  );
}
