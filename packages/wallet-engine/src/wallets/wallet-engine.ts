import type { Clock } from '../core/clock.ts';
import { type EngineConfig, heartbeatMs, lookMs } from '../core/engine-config.ts';
import { retryableCodes, ServiceError, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import { takeoverLimit } from '../core/wallet.ts';
import {
  type EngineObserver,
  type EngineVitals,
  silentObserver,
} from '../ports/engine-observer.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type { TransactionLedger } from '../ports/transaction-ledger.ts';
import type { WalletKeyStore } from '../ports/wallet-key-store.ts';
import type { WalletQueue } from '../ports/wallet-queue.ts';
import type { WalletStock } from '../ports/wallet-stock.ts';
import type { Wallet, WalletStore } from '../ports/wallet-store.ts';
import { createDatabaseMemory } from '../service/database-memory.ts';
import { createServiceGate } from '../service/service-gate.ts';
import { refusalByDeployment } from '../service/start-checks.ts';
import { stockTermsOf } from '../service/stock-terms.ts';
import { requireMasterKeys, requireSealingKey } from '../service/verify-master-keys.ts';
import { ensureLanes } from '../signing/add-lanes.ts';
import { createSigning } from '../signing/create-signing.ts';
import { createFarLeases } from '../signing/far-leases.ts';
import { createStockKeeper } from './keep-stock.ts';
import { createOwnRequests } from './own-requests.ts';
import { createWalletWorker } from './process-wallet-queue.ts';
import { createGivenKeys, createRequestWriter, requestWallet } from './request-wallet.ts';
import { createStockTaker } from './take-from-stock.ts';

export interface EngineParts {
  config: EngineConfig;
  store: WalletStore;
  stock: WalletStock;
  ledger: TransactionLedger;
  lanes: LaneStore;
  keys: WalletKeyStore;
  chain: NearChain;
  vault: KeyVault;
  queue: WalletQueue;
  clock: Clock;
  log: EngineLog;
  /** Hears what happens in this process; silent unless given. */
  observer?: EngineObserver;
  /** Names this process among the holders of lanes; never used before. */
  holder: string;
  randomBytes: (size: number) => Uint8Array;
  /** Resolves when what has arrived by now has been begun; a turn of the event loop unless given. */
  nextTurn?: () => Promise<void>;
}

/** Wallets for users: asked for at once, made in the background, exactly one each. */
export interface WalletEngine {
  /**
   * See {@link requestWallet}: answers at once, READY out of the stock, else PENDING. Works before `start`.
   * @throws ServiceError `SERVICE_ACCOUNT_CHANGED` when the database pays from another account,
   * `MASTER_KEY_CHANGED` when it knows another master key by a version of ours
   */
  requestWallet(userId: string): Promise<Wallet | null>;
  /**
   * Does the wallet's work now, or waits for its holder, until it is READY, FAILED, or 30 s have
   * passed. Works before `start`. @returns the wallet as it is then.
   */
  processWallet(userId: string): Promise<Wallet | null>;
  /**
   * One tick: claims what is due, works on it for 25 s at most, and hands back what is not finished.
   * For platforms without a background.
   */
  processQueue(): Promise<void>;
  /** Wakes a worker for a wallet that is PENDING already. */
  enqueue(userId: string): Promise<void>;
  /** FAILED for good with a retryable code: starts again. @returns false in any other state. */
  retryWallet(userId: string): Promise<boolean>;
  /**
   * Works in the background from now on. Returns before the chain is met when it does not answer.
   * @throws ServiceError when configuration, database and chain contradict each other, see
   * {@link isStartRefusal}: nothing is signed then
   */
  start(): Promise<void>;
  /** Hands every claim and lane back and ends the background work. */
  stop(): Promise<void>;
  /** Why nothing new is signed here; null when all is well, and in a process that makes no wallets. */
  pausedBy(): string | null;
  /** What this process holds at the moment. */
  vitals(): EngineVitals;
  /** Why other machines do not hear of new wallets at once; null when they do. */
  queueTrouble(): string | null;
}

const lanesPauseMs = 60_000;
const waitForHolderMs = 30_000;
const holderPollMs = 300;
/** Platforms that know only requests end them after 30 s. */
const tickLimitMs = 25_000;

export function createWalletEngine(parts: EngineParts): WalletEngine {
  const { config, store, ledger, lanes, chain, vault, queue, clock, log } = parts;
  const observer = parts.observer ?? silentObserver;
  const stopping = new AbortController();
  const { signal } = stopping;
  const newToken = () => Buffer.from(parts.randomBytes(12)).toString('base64url');
  const random = () => Buffer.from(parts.randomBytes(4)).readUInt32LE() / 2 ** 32;
  let beating: Promise<unknown> | null = null;

  const nextTurn = parts.nextTurn ?? (() => new Promise<void>((resolve) => setImmediate(resolve)));
  const writeRequest = createRequestWriter({ writeAll: store.requestWallets, nextTurn });
  const memory = createDatabaseMemory(ledger);
  const given = createGivenKeys();
  const gate = createServiceGate({
    ...parts,
    memory,
    observer,
    newDeploymentId: parts.keys.readDeploymentId,
  });
  const { settler, pool, signer } = createSigning({
    ...{ config, ledger, memory, lanes, chain, vault, gate, clock, log, observer, signal },
    holder: parts.holder,
    onLaneFree: () => void worker.processQueue(),
    // The next poll compares the lanes with the account's keys and adds what is missing.
    onLaneKeyMissing: () => {
      lanesDue = true;
    },
  });
  const own = createOwnRequests(gate);
  let isStarted = false;
  let ticks = 0;
  /** A process that is not started takes up new wallets during a tick only. */
  const mayClaim = () => isStarted || ticks > 0;
  const worker = createWalletWorker({
    ...parts,
    observer,
    gate,
    parts: { ...parts, gate, settler, signer, signal, own },
    backlog: () => signer.waiting(),
    backlogOfOwners: () => signer.waitingForOwners(),
    canSign: () => lanesUsable > 0,
    mayClaim,
    signal,
    newToken,
    random,
  });

  const stockTerms = stockTermsOf(config);
  const stockTaker =
    config.stock === 0 ? null : createStockTaker({ ...parts, terms: stockTerms, gate, nextTurn });
  const fillStock = createStockKeeper({
    ...{ ...parts, terms: stockTerms, gate, signal },
    mayWork: () => mayClaim() && lanesUsable > 0,
  });

  /** How many lanes can be signed with. */
  let lanesUsable = 0;
  let lanesDue = true;
  let lanesNotBeforeMs = Number.NEGATIVE_INFINITY;
  let preparing: Promise<void> | null = null;
  const prepareLanes = async () => {
    if ((await gate.check()) !== 'open') return;
    const service = gate.service();
    const wanted = config.lanes;
    const present = await ensureLanes({ wanted, service, lanes, chain, vault, pool, signer });
    pool.setUsable(present);
    // Fewer than wanted while another process adds them.
    lanesDue = present.length < wanted;
    if (present.length === lanesUsable) return;
    lanesUsable = present.length;
    log.info({ lanes: lanesUsable }, 'lanes are ready');
    void worker.processQueue();
  };
  const reporting = async (error: unknown): Promise<undefined> => {
    if (error instanceof StoppedError) return undefined;
    if (error instanceof ServiceError) await gate.report(error).catch(() => undefined);
    else log.error({ error }, 'background work failed');
    return undefined;
  };
  const ensureLanesReady = async () => {
    if (!lanesDue || clock.now() < lanesNotBeforeMs) return;
    preparing ??= prepareLanes()
      .catch((error) => {
        // Each try is paid for, and nothing is likely to have changed a second later.
        if (Object(error).code === 'LANES_REFUSED') lanesNotBeforeMs = clock.now() + lanesPauseMs;
        return reporting(error);
      })
      .finally(() => {
        preparing = null;
      });
    await preparing;
  };

  /** @param work may say how soon it wants to be called again */
  const repeatedly = async (work: () => Promise<number | undefined>, everyMs: number) => {
    while (!signal.aborted) {
      const soonMs = await work().catch(reporting);
      await clock.sleep(soonMs ?? everyMs, signal);
    }
  };
  /** A word with the database only: a slow node must not cost us our claims. */
  const renewLeases = async () => {
    await worker.renewClaims();
    await pool.renew();
    return undefined;
  };
  const farLeases = createFarLeases(parts);
  const look = async () => {
    void ensureLanesReady();
    await farLeases.endThem();
    // Another process may have given back the lanes that were wanted here.
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
    observer.workerBeat({ atMs: nowMs });
    if (dueAtMs === null) return undefined;
    // To the moment when a retry is due or a lease runs out, but not in a circle when what is due
    // cannot be taken.
    if (dueAtMs > nowMs) return Math.min(dueAtMs - nowMs, lookMs);
    await worker.processQueue();
    return undefined;
  };
  const ensureBeating = () => {
    beating ??= Promise.all([repeatedly(renewLeases, heartbeatMs), repeatedly(look, lookMs)]);
  };

  /** With a claim that was on its way to the database. */
  const handBackAll = async () => {
    await worker.processQueue();
    await worker.handBack();
  };

  let isAccountCompared = false;
  /** A wallet under another account could never be made, and its keys are written once. */
  const requireOwnAccount = async () => {
    if (isAccountCompared) return;
    const deployment = await ledger.readDeployment();
    if (!deployment) return;
    const refusal = refusalByDeployment(config, deployment);
    if (refusal?.code === 'SERVICE_ACCOUNT_CHANGED') {
      throw new ServiceError(refusal.code, refusal.message);
    }
    isAccountCompared = true;
  };

  let deploymentId: string | null = null;
  /**
   * Whoever opens an engine: new keys under another master key would be apart from the old ones.
   * @returns what keys are bound to
   */
  const requireOwnMasterKeys = async (): Promise<string> => {
    // Each time: the workers may have come to open another one since.
    if (!parts.vault.opensKeys) await requireSealingKey(parts);
    if (deploymentId !== null) return deploymentId;
    await requireMasterKeys(parts);
    deploymentId = await parts.keys.readDeploymentId();
    return deploymentId;
  };

  const pausedBy = () => (beating ? gate.reason() : null);

  return {
    pausedBy,

    vitals: () => ({
      pausedBy: pausedBy(),
      walletsAtWork: worker.active(),
      waitingForLane: signer.waiting(),
      lanes: { wanted: config.lanes, ...pool.counts() },
    }),

    queueTrouble: () => queue.trouble(),

    async requestWallet(userId) {
      await requireOwnAccount();
      return requestWallet(userId, {
        ...parts,
        deploymentId: await requireOwnMasterKeys(),
        observer,
        takeFromStock: stockTaker?.take ?? null,
        write: writeRequest,
        given,
        own,
        serviceAccountId: config.serviceAccountId,
      });
    },

    enqueue: (userId) => queue.enqueue(userId),

    retryWallet: async (userId) => {
      const nowMs = clock.now();
      const retried = await store.retryWallet({ userId, codes: retryableCodes, nowMs });
      if (retried) await queue.enqueue(userId);
      return retried;
    },

    async processWallet(userId) {
      await requireOwnMasterKeys();
      ensureBeating();
      const untilMs = clock.now() + waitForHolderMs;
      for (;;) {
        await worker.processWallet(userId);
        const wallet = await store.readWallet(userId);
        if (!wallet || wallet.status === null) return wallet;
        const isWaiting = wallet.status === 'PENDING' || wallet.status === 'CREATING';
        if (!isWaiting || clock.now() >= untilMs || signal.aborted) return wallet;
        await clock.sleep(holderPollMs, signal);
      }
    },

    async processQueue() {
      await requireOwnMasterKeys();
      ensureBeating();
      const untilMs = clock.now() + tickLimitMs;
      ticks += 1;
      try {
        await ensureLanesReady();
        await worker.processQueue();
        // One that has ended makes room for the next.
        while (worker.active() > 0 && clock.now() < untilMs) {
          const over = new AbortController();
          const isOver = clock.sleep(untilMs - clock.now(), over.signal);
          await Promise.race([worker.settled(), isOver]);
          over.abort();
          await worker.processQueue();
        }
      } finally {
        ticks -= 1;
      }
      // The platform may freeze this process as soon as it has answered.
      if (!mayClaim()) await handBackAll();
    },

    async start() {
      await requireOwnMasterKeys();
      await gate.check();
      const refusal = gate.refusal();
      if (refusal) throw refusal;
      ensureBeating();
      isStarted = true;
      queue.start(async () => worker.processQueue());
    },

    async stop() {
      stopping.abort();
      await queue.stop();
      await worker.handBack();
      await beating;
      await handBackAll();
      await pool.release();
    },
  };
}
