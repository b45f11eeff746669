import type { Clock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { retryableCodes } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import { requireParentId } from '../core/near-account.ts';
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
import { createErrorReport } from '../service/report-error.ts';
import { createServiceGate, type ServiceGate } from '../service/service-gate.ts';
import { createSettingsGuard, type SettingsGuard } from '../service/settings-guard.ts';
import { stockTermsOf } from '../service/stock-terms.ts';
import { createSigning, type Signing } from '../signing/create-signing.ts';
import { createFarLeases } from '../signing/far-leases.ts';
import { createLaneKeeper, type LaneKeeper } from '../signing/keep-lanes.ts';
import { type BackgroundWork, createBackgroundWork } from './background-work.ts';
import { ClaimPermit } from './claim-permit.ts';
import { createWalletOnChain } from './create-wallet-on-chain.ts';
import { createStockKeeper } from './keep-stock.ts';
import { createOwnRequests, type OwnRequests } from './own-requests.ts';
import { createWalletWorker, type WalletWorker } from './process-wallet-queue.ts';
import { createLostWalletReport, type ReportLostWallet } from './report-lost-wallet.ts';
import { createGivenKeys, createRequestWriter, requestWallet } from './request-wallet.ts';
import { createStockTaker, type StockTaker } from './take-from-stock.ts';

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
  /** Receives what happens in this process; optional. */
  observer?: EngineObserver;
  /** The name of this process in the leases of its lanes; never used before. */
  holder: string;
  randomBytes: (size: number) => Uint8Array;
  /** Resolves when the requests that have arrived by now have begun; by default a turn of the event loop. */
  nextTurn?: () => Promise<void>;
}

/** Wallets for users: requested at once, made in the background, exactly one each. */
export interface WalletEngine {
  /**
   * See {@link requestWallet}: answers at once, READY out of the stock, else PENDING. Works before `start`.
   * @throws ServiceError `SERVICE_ACCOUNT_CHANGED` when the database pays from another account,
   * `MASTER_KEY_CHANGED` when it knows another master key for a version of ours
   */
  requestWallet(userId: string): Promise<Wallet | null>;
  /**
   * Makes the wallet now, or waits for its holder, until it is READY or FAILED, or 30 s have passed.
   * Works before `start`. @returns the wallet as it is then; null: none was requested
   */
  processWallet(userId: string): Promise<Wallet | null>;
  /**
   * One tick, for platforms without background work: claims what is due, works on it for 25 s at most, and
   * hands back what is not finished.
   */
  processQueue(): Promise<void>;
  /** Wakes a worker for a wallet that is PENDING already. */
  enqueue(userId: string): Promise<void>;
  /** Retries a wallet that is FAILED without a scheduled retry. @returns false: other state or code, no change. */
  retryWallet(userId: string): Promise<boolean>;
  /**
   * Starts the background work. Returns before the chain is met when it does not answer.
   * @throws ServiceError when configuration, database and chain contradict each other, see
   * {@link isStartRefusal}: nothing is signed then
   */
  start(): Promise<void>;
  /** Ends the background work and hands every claim and lane back. */
  stop(): Promise<void>;
  /** Why nothing new is signed here, a code; null when nothing is wrong, and in a process that makes no wallets. */
  pausedBy(): string | null;
  /** The same, without what stops all processes: this one alone refuses to work, or is interrupted. */
  interruptedBy(): string | null;
  /** What this process holds at the moment. */
  vitals(): EngineVitals;
  /** Why other machines are not woken for new wallets, a code; null when they are. */
  queueErrorCode(): string | null;
}

const waitForHolderMs = 30_000;
const holderPollMs = 300;
/** Platforms that know only requests end them after 30 s. */
const tickLimitMs = 25_000;

/** @throws Error when no wallet can exist below the service account, see {@link requireParentId} */
export function createWalletEngine(parts: EngineParts): WalletEngine {
  requireParentId(parts.config.serviceAccountId);
  return new Engine(parts);
}

/** {@link EngineParts} with what is optional filled in. */
type Complete = Required<EngineParts> & { signal: AbortSignal };

class Engine implements WalletEngine {
  readonly #parts: Complete;
  readonly #stopping = new AbortController();
  readonly #permit = new ClaimPermit();
  readonly #gate: ServiceGate;
  readonly #guard: SettingsGuard;
  readonly #signing: Signing;
  readonly #laneKeeper: LaneKeeper;
  readonly #worker: WalletWorker;
  readonly #background: BackgroundWork;
  readonly #request: (userId: string, deploymentId: string) => Promise<Wallet | null>;

  constructor(given: EngineParts) {
    const { signal } = this.#stopping;
    const observer = given.observer ?? silentObserver;
    const nextTurn = given.nextTurn ?? nextEventLoopTurn;
    const parts = { ...given, observer, nextTurn, signal };
    this.#parts = parts;
    const { config, ledger, lanes, chain, vault, keys, clock, log } = parts;
    const memory = createDatabaseMemory(ledger);
    const newDeploymentId = keys.readDeploymentId;
    const gate = createServiceGate({
      ...{ config, ledger, memory, chain, vault, clock, log, observer, newDeploymentId },
    });
    const signing = createSigning({
      ...{ config, ledger, memory, lanes, chain, vault, gate, clock, log, observer, signal },
      holder: parts.holder,
    });
    const own = createOwnRequests(gate);
    const reportError = createErrorReport({ gate, log });
    const laneKeeper = createLaneKeeper({
      wanted: config.lanes,
      ...{ signing, lanes, chain, vault, gate, clock, log, reportError, signal },
    });
    const permit = this.#permit;
    const worker = workerOf(parts, { gate, signing, laneKeeper, permit, own });
    const reportLost = createLostWalletReport({ ledger, gate });
    const stockTaker = stockTakerOf(parts, { gate, reportLost });
    this.#gate = gate;
    this.#guard = createSettingsGuard({
      ...{ config, ledger, keys, vault, clock, randomBytes: parts.randomBytes },
    });
    this.#signing = signing;
    this.#laneKeeper = laneKeeper;
    this.#worker = worker;
    this.#request = requestsOf(parts, { stockTaker, own, reportLost });
    this.#background = createBackgroundWork({
      ...{ store: parts.store, gate, signing, laneKeeper, worker, stockTaker, clock, observer },
      ...{
        signal,
        reportError,
        farLeases: createFarLeases({ store: parts.store, lanes, clock, log }),
      },
      fillStock: stockKeeperOf(parts, { gate, permit, laneKeeper }),
    });
  }

  pausedBy(): string | null {
    return this.#background.isRunning() ? this.#gate.reason() : null;
  }

  interruptedBy(): string | null {
    return this.#background.isRunning() ? this.#gate.interruptedBy() : null;
  }

  vitals(): EngineVitals {
    return {
      pausedBy: this.pausedBy(),
      walletsAtWork: this.#worker.active(),
      waitingForLane: this.#signing.signer.waiting(),
      lanes: { wanted: this.#parts.config.lanes, ...this.#signing.pool.counts() },
    };
  }

  queueErrorCode(): string | null {
    return this.#parts.queue.errorCode();
  }

  async requestWallet(userId: string): Promise<Wallet | null> {
    await this.#guard.requireAccount();
    return this.#request(userId, await this.#guard.requireMasterKeys());
  }

  enqueue(userId: string): Promise<void> {
    return this.#parts.queue.enqueue(userId);
  }

  async retryWallet(userId: string): Promise<boolean> {
    const { store, queue, clock } = this.#parts;
    const nowMs = clock.now();
    const retried = await store.retryWallet({ userId, codes: retryableCodes, nowMs });
    if (retried) await queue.enqueue(userId);
    return retried;
  }

  async processWallet(userId: string): Promise<Wallet | null> {
    const { store, clock, signal } = this.#parts;
    await this.#guard.requireMasterKeys();
    this.#background.ensureRunning();
    const untilMs = clock.now() + waitForHolderMs;
    for (;;) {
      await this.#worker.processWallet(userId);
      const wallet = await store.readWallet(userId);
      if (!wallet || wallet.status === null) return wallet;
      const isWaiting = wallet.status === 'PENDING' || wallet.status === 'CREATING';
      if (!isWaiting || clock.now() >= untilMs || signal.aborted) return wallet;
      await clock.sleep(holderPollMs, signal);
    }
  }

  async processQueue(): Promise<void> {
    const { clock } = this.#parts;
    const worker = this.#worker;
    await this.#guard.requireMasterKeys();
    this.#background.ensureRunning();
    const untilMs = clock.now() + tickLimitMs;
    this.#permit.beginTick();
    try {
      await this.#laneKeeper.ensureReady();
      await worker.processQueue();
      // A wallet that is finished makes room for the next.
      while (worker.active() > 0 && clock.now() < untilMs) {
        const over = new AbortController();
        const isOver = clock.sleep(untilMs - clock.now(), over.signal);
        await Promise.race([worker.settled(), isOver]);
        over.abort();
        await worker.processQueue();
      }
    } finally {
      this.#permit.endTick();
    }
    // The platform may freeze this process as soon as it has answered.
    if (!this.#permit.mayClaim()) await this.#handBackAll();
  }

  async start(): Promise<void> {
    await this.#guard.requireMasterKeys();
    await this.#gate.check();
    const refusal = this.#gate.refusal();
    if (refusal) throw refusal;
    this.#background.ensureRunning();
    this.#permit.start();
    this.#parts.queue.start(async () => this.#worker.processQueue());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#parts.queue.stop();
    await this.#worker.handBack();
    await this.#background.ended();
    await this.#handBackAll();
    // It may have leased a lane meanwhile.
    await this.#laneKeeper.ensureReady();
    await this.#signing.pool.release();
  }

  /** Including a claim that was on its way to the database. */
  async #handBackAll(): Promise<void> {
    await this.#worker.processQueue();
    await this.#worker.handBack();
  }
}

function nextEventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function workerOf(
  parts: Complete,
  made: {
    gate: ServiceGate;
    signing: Signing;
    laneKeeper: LaneKeeper;
    permit: ClaimPermit;
    own: OwnRequests;
  },
): WalletWorker {
  const { config, store, ledger, chain, vault, clock, log, observer, randomBytes, signal } = parts;
  const { gate, signing, laneKeeper, permit, own } = made;
  const { settler, signer, events } = signing;
  const workParts = {
    config,
    ledger,
    chain,
    vault,
    gate,
    settler,
    signer,
    own,
    clock,
    log,
    signal,
  };
  const worker = createWalletWorker({
    ...{ config, store, gate, signer, laneKeeper, permit, clock, log, observer, signal },
    createWallet: (wallet) => createWalletOnChain(wallet, workParts),
    newToken: () => Buffer.from(randomBytes(12)).toString('base64url'),
    random: () => Buffer.from(randomBytes(4)).readUInt32LE() / 2 ** 32,
  });
  const processQueue = () => void worker.processQueue();
  events.listen({ onFree: processQueue, onUsable: processQueue });
  return worker;
}

function stockTakerOf(
  parts: Complete,
  { gate, reportLost }: { gate: ServiceGate; reportLost: ReportLostWallet },
): StockTaker | null {
  const { config, stock, store, ledger, clock, nextTurn } = parts;
  const terms = stockTermsOf(config);
  return config.stock === 0
    ? null
    : createStockTaker({ stock, store, terms, ledger, gate, reportLost, clock, nextTurn });
}

function stockKeeperOf(
  parts: Complete,
  { gate, permit, laneKeeper }: { gate: ServiceGate; permit: ClaimPermit; laneKeeper: LaneKeeper },
): () => Promise<number> {
  const { config, stock, ledger, keys, vault, clock, log, signal, randomBytes } = parts;
  return createStockKeeper({
    ...{ config, stock, ledger, gate, keys, vault, clock, log, signal, randomBytes },
    terms: stockTermsOf(config),
    mayWork: () => permit.mayClaim() && laneKeeper.canSign(),
  });
}

function requestsOf(
  parts: Complete,
  {
    stockTaker,
    own,
    reportLost,
  }: { stockTaker: StockTaker | null; own: OwnRequests; reportLost: ReportLostWallet },
): (userId: string, deploymentId: string) => Promise<Wallet | null> {
  const { config, store, vault, queue, clock, log, observer, randomBytes, nextTurn } = parts;
  const write = createRequestWriter({ writeAll: store.requestWallets, nextTurn });
  const { serviceAccountId } = config;
  const takeFromStock = stockTaker?.take ?? null;
  const given = createGivenKeys();
  const common = {
    ...{ store, takeFromStock, write, given, own, vault, queue, clock, log, observer },
    ...{ serviceAccountId, randomBytes, reportLost },
  };
  return (userId, deploymentId) => requestWallet(userId, { ...common, deploymentId });
}
