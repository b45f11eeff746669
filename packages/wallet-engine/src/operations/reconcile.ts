import { heartbeatMs } from '../core/engine-config.ts';
import { ServiceError, StoppedError } from '../core/errors.ts';
import { silentObserver } from '../ports/engine-observer.ts';
import type { ReconcileStore } from '../ports/reconcile-store.ts';
import { CommitRefusedError } from '../ports/transaction-ledger.ts';
import { createDatabaseMemory } from '../service/database-memory.ts';
import type { Service } from '../service/meet-chain.ts';
import { createServiceGate } from '../service/service-gate.ts';
import { createSigning } from '../signing/create-signing.ts';
import { createFarLeases } from '../signing/far-leases.ts';
import type { HeldLane } from '../signing/lane-pool.ts';
import type { EngineParts } from '../wallets/wallet-engine.ts';
import {
  type Comparison,
  compareLaneKeys,
  compareWithChain,
  patiently,
} from './compare-with-chain.ts';

export interface ReconcileOptions {
  /**
   * Adopt what the chain has and let signing begin again; otherwise only compare. All other
   * processes of this database must be stopped.
   */
  adopt: boolean;
  /**
   * Also take a registration alone for a paid reward: who spent it would be set aside otherwise. Our
   * transactions register and pay at once; a stranger may register an account, too.
   */
  adoptRegistered: boolean;
  unfinishedOnly: boolean;
  onProgress?: (done: { transactions: number; wallets: number }) => void;
}

export interface ReconcileReport {
  /** As it was found. */
  comparison: Comparison;
  /** Null: nothing was to be adopted. */
  adoption: {
    lanesFenced: number;
    rewardsAdopted: string[];
    /** Wallets that need an operator's word; nothing is paid to them. */
    setAside: string[];
    /** Why signing is still paused; null: it goes on. */
    paused: string | null;
  } | null;
}

/** Far above what a lost process can have signed on a lane, far below nearcore's upper bound. */
const fenceNonces = 1_000;
const settleLimitMs = 120_000;
const lanePauseMs = 300;
/** A chain without a new final block for so long stands still. */
const movingLimitMs = 60_000;
const movingPauseMs = 1_000;
/** Three minutes: a lane whose own noop no node takes is free again after two. */
const fenceTries = 600;
/** More than a refused nonce takes on top: it is stuck, the next is spent, its death is proven. */
const fenceLimitMs = 360_000;

/**
 * Compares the database with the chain and, when asked to, makes a database that is behind the chain
 * fit to go on: what the chain has is adopted, what cannot be explained is set aside, and bytes that
 * the lost database signed and that still travel are made void first.
 */
export function createReconciler(
  parts: Omit<EngineParts, 'store' | 'stock' | 'queue'> & { records: ReconcileStore },
): {
  /** @throws ServiceError `WRONG_CHAIN` and others when the chain cannot be met */
  run(options: ReconcileOptions): Promise<ReconcileReport>;
} {
  const { config, ledger, lanes, chain, vault, clock, log, records } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const observer = silentObserver;
  const { readDeploymentId: newDeploymentId } = parts.keys;
  const memory = createDatabaseMemory(ledger);
  const gate = createServiceGate({ ...parts, memory, observer, newDeploymentId });
  const { settler, pool, signer } = createSigning({
    ...{ config, ledger, memory, lanes, chain, vault, gate, clock, log, observer, signal },
    holder: parts.holder,
    onLaneFree: () => undefined,
    onLaneKeyMissing: () => undefined,
  });

  /** Nobody else runs who would end those of a machine whose clock was far ahead. */
  const farLeases = createFarLeases({ store: null, lanes, clock, log });

  const meet = async (): Promise<Service> => {
    await gate.check();
    return gate.service();
  };

  /** Leases do not last as long as a block takes to be final. */
  const renewing = async () => {
    while (!signal.aborted) {
      await pool.renew().catch((error) => log.warn({ error }, 'leases were not renewed'));
      await clock.sleep(heartbeatMs, signal);
    }
  };

  const takeLanes = (laneNumbers: number[]) => {
    pool.setUsable(laneNumbers);
    return pool.takeFree(laneNumbers.length);
  };

  const takeOwnKey = async () => {
    const ownKey = await pool.takeOwnKey();
    return ownKey ? [ownKey] : [];
  };

  /** A spent nonce above all that was signed makes every older signature of the lane void. */
  const fence = async (
    laneNumbers: number[],
    take: (laneNumbers: number[]) => Promise<HeldLane[]>,
  ) => {
    const left = new Set(laneNumbers);
    for (let tries = 0; left.size > 0; tries += 1) {
      if (tries === fenceTries) {
        throw new ServiceError(
          'LANES_HELD',
          `lanes ${[...left].join(', ')} are held by another process`,
        );
      }
      const taken = (await take([...left])).filter((lane) => left.has(lane.laneNumber));
      await Promise.all(
        taken.map(async (lane) => {
          lane.nonce += fenceNonces;
          // What frees a stuck lane may have been signed on it in the same moment: then once more.
          const isSigned = await signer.signNoop(lane).then(
            () => true,
            (error: unknown) => {
              if (error instanceof CommitRefusedError && error.refusal === 'LANE_LOST')
                return false;
              throw error;
            },
          );
          if (isSigned) left.delete(lane.laneNumber);
        }),
      );
      if (left.size === 0) return;
      await farLeases.endThem();
      await clock.sleep(lanePauseMs);
    }
  };

  /** By the word of two nodes, where two are configured: one may run ahead of a chain that stands still. */
  const requireMovingChain = async () => {
    const untilMs = clock.now() + movingLimitMs;
    let first = 0;
    while (clock.now() < untilMs) {
      const height = await chain.readAgreedHeight().catch(() => 0);
      if (first > 0 && height > first) return;
      first ||= height;
      await clock.sleep(movingPauseMs);
    }
    throw new ServiceError('CHAIN_HALTED', 'no new final block is shown by the nodes');
  };

  /** A process that was frozen may have lost a lane amid this: then nobody here spends its nonce. */
  const fenceInTime = async (...lanesAndWay: Parameters<typeof fence>) => {
    await requireMovingChain();
    if (await isWithin(fenceLimitMs, fence(...lanesAndWay))) return;
    throw new ServiceError('NONCES_UNSPENT', 'not all nonces of the lanes are spent yet');
  };

  const settleOpen = async () => {
    const open = await records.readTransactions({ afterHash: '', limit: 10_000, openOnly: true });
    const settled = Promise.allSettled(open.map((transaction) => settler.settle(transaction)));
    await isWithin(settleLimitMs, settled);
  };

  const isWithin = async (limitMs: number, work: Promise<unknown>): Promise<boolean> => {
    const over = new AbortController();
    const isDone = await Promise.race([
      work.then(() => true),
      clock.sleep(limitMs, over.signal).then(() => false),
    ]);
    over.abort();
    return isDone;
  };

  const adopt = async (service: Service, { adoptRegistered }: ReconcileOptions) => {
    const staysPaused = (await ledger.readDeployment())?.pauseReason === 'OPERATOR';
    await records.begin({ nowMs: clock.now() });
    await gate.check();
    const { deploymentId } = service.deployment;
    const derive = (laneNumber: number) => vault.lanePublicKey({ deploymentId, laneNumber });
    // The account's own key first: it adds lanes, which would else appear after they were looked for.
    await lanes.addOwnKey({ publicKey: derive(0) });
    await fenceInTime([0], takeOwnKey);
    const { differences } = await compareLaneKeys({ ...parts, service });
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
    const present = new Set(keys.map(({ publicKey }) => publicKey));
    const ours = (await lanes.readLanes()).filter(
      ({ laneNumber, publicKey }) =>
        laneNumber > 0 && present.has(publicKey) && publicKey === derive(laneNumber),
    );
    await fenceInTime(
      ours.map(({ laneNumber }) => laneNumber),
      takeLanes,
    );
    await settleOpen();

    // Only now nothing that was signed before can change what is seen.
    const { wallets, finalHeight: height } = await compareWithChain({
      ...parts,
      service,
      unfinishedOnly: true,
    });
    const rewardsAdopted: string[] = [];
    const setAside: string[] = [];
    for (const { userId, accountId, difference } of wallets.differences) {
      const isPaid =
        difference === 'REWARD_NOT_RECORDED' ||
        (difference === 'REGISTERED_NOT_PAID' && adoptRegistered);
      if (isPaid) {
        const { tokenContract, baseUnits } = service.reward;
        const amount = baseUnits.toString();
        const nowMs = clock.now();
        if (await records.adoptReward({ userId, amount, tokenContract, nowMs })) {
          rewardsAdopted.push(accountId);
        }
      } else if (difference !== 'ACCOUNT_NOT_RECORDED') {
        setAside.push(accountId);
      }
    }
    await records.finish({ nowMs: clock.now(), height, staysPaused });
    const paused = (await ledger.readDeployment())?.pauseReason ?? null;
    return { lanesFenced: ours.length, rewardsAdopted, setAside, paused };
  };

  return {
    async run(options) {
      const service = await meet();
      const comparison = await compareWithChain({ ...parts, ...options, service });
      if (!options.adopt) return { comparison, adoption: null };
      const leases = renewing();
      try {
        return { comparison, adoption: await adopt(service, options) };
      } finally {
        stopping.abort();
        await leases;
        await pool.release().catch((error) => {
          if (!(error instanceof StoppedError)) log.warn({ error }, 'lanes expire by themselves');
        });
      }
    },
  };
}
