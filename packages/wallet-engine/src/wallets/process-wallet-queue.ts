import type { Clock } from '../core/clock.ts';
import { type EngineConfig, leaseDurationMs } from '../core/engine-config.ts';
import { ClaimLostError } from '../core/errors.ts';
import { createGroupCommit } from '../core/group-commit.ts';
import type { EngineLog } from '../core/log.ts';
import { retryDelayMs } from '../core/wallet.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { Claim, ClaimedWallet, ClaimTerms, WalletStore } from '../ports/wallet-store.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import type { LaneKeeper } from '../signing/keep-lanes.ts';
import type { TransactionSigner } from '../signing/sign-transactions.ts';
import type { ClaimPermit } from './claim-permit.ts';
import {
  afterBegun,
  afterRefused,
  areRefused,
  type Begins,
  beginsAt,
  noRefusals,
} from './refusal-break.ts';
import {
  afterError,
  type Claimants,
  claimKind,
  claimRoom,
  isOfStock,
  isRefusal,
} from './worker-decisions.ts';

export interface WalletWorker {
  /**
   * Claims what is due and begins its work, as much as the lanes can take; does not wait for its end. One
   * call at a time: a call during another makes that one claim once more.
   */
  processQueue(): Promise<void>;
  /** Claims this wallet, if it is due and may be begun, and begins its work. @returns whether it is worked on here. */
  processWallet(userId: string): Promise<boolean>;
  /** Resolves when the work on all wallets claimed until now has ended. */
  settled(): Promise<void>;
  /** Renews the claims of the wallets that are worked on. */
  renewClaims(): Promise<void>;
  /** Gives all claims back at once; what is signed is in the ledger for the next holder. */
  handBack(): Promise<void>;
  /** How many wallets are worked on. */
  active(): number;
}

interface WorkerParts {
  config: EngineConfig;
  store: WalletStore;
  gate: ServiceGate;
  signer: Pick<TransactionSigner, 'waiting' | 'waitingForOwners'>;
  laneKeeper: Pick<LaneKeeper, 'canSign'>;
  permit: Pick<ClaimPermit, 'mayClaim'>;
  /** See {@link createWalletOnChain}. */
  createWallet: (wallet: ClaimedWallet) => Promise<{ balance: string }>;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
  newToken: () => string;
  /** Uniform in [0, 1). */
  random: () => number;
}

/**
 * While others are worked on, what comes within this time is claimed and signed for together: without it
 * 3,000 requests made 7,300 claims and 2,000 reward transactions, with it 550 and 340.
 */
const gatherMs = 40;
const stockBreakMs = 10_000;
const maxInCommit = 200;
/** By what may be begun. What is signed is followed in any case. */
const onlyWhere: Readonly<Record<Begins | 'nothing', ClaimTerms['only']>> = {
  all: undefined,
  one: undefined,
  untried: 'untried',
  nothing: 'signed',
};

export function createWalletWorker(parts: WorkerParts): WalletWorker {
  return new Worker(parts);
}

class Worker implements WalletWorker {
  readonly #parts: WorkerParts;
  readonly #working = new Map<string, { claim: Claim; done: Promise<void> }>();
  readonly #complete: (wallet: Claim & { balance: string }) => Promise<boolean>;
  #refusals = noRefusals;
  #stockAtWork = 0;
  #stockNotBeforeMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#complete = createGroupCommit({
      maxItems: maxInCommit,
      clock: parts.clock,
      commit: (wallets) => this.#completeTogether(wallets),
    });
  }

  processQueue(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#claimUntilQuiet()
      .catch((error) =>
        this.#parts.log.error(
          { error },
          'due wallets could not be claimed; the next poll tries again',
        ),
      )
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async processWallet(userId: string): Promise<boolean> {
    const { gate, laneKeeper, signal, store } = this.#parts;
    if (this.#working.has(userId)) return true;
    if ((await gate.check()) !== 'open' || !laneKeeper.canSign() || signal.aborted) return false;
    const wallet = await store.claimWallet({ ...this.#claimTerms(this.#begins()), userId });
    if (wallet) this.#begin(wallet);
    return this.#working.has(userId);
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#working.values()].map(({ done }) => done));
  }

  async renewClaims(): Promise<void> {
    const { store, clock } = this.#parts;
    const claims = this.#claims();
    if (claims.length === 0) return;
    await store.renewClaims({ claims, nowMs: clock.now(), leaseDurationMs });
  }

  async handBack(): Promise<void> {
    const { store, clock } = this.#parts;
    const claims = this.#claims();
    if (claims.length === 0) return;
    await store.handBackWallets({ claims, nowMs: clock.now() });
  }

  active(): number {
    return this.#working.size;
  }

  #claims(): Claim[] {
    return [...this.#working.values()].map(({ claim }) => claim);
  }

  #begins(): Begins {
    return beginsAt(this.#refusals, this.#parts.clock.now());
  }

  #claimTerms(begins: Begins | 'nothing'): ClaimTerms {
    const { newToken, clock } = this.#parts;
    const only = onlyWhere[begins];
    return { claimToken: newToken(), nowMs: clock.now(), leaseDurationMs, only };
  }

  async #claimUntilQuiet(): Promise<void> {
    do {
      this.#again = false;
      await this.#claimWhatIsDue();
    } while (this.#again);
  }

  async #claimWhatIsDue(): Promise<void> {
    const { clock, signal } = this.#parts;
    if (this.#working.size > 0) await clock.sleep(gatherMs, signal);
    if (await this.#claimAll('owners')) await this.#claimAll('stock');
  }

  /** @returns whether nothing more of them is due */
  async #claimAll(of: Claimants): Promise<boolean> {
    const { store, gate, laneKeeper, permit, clock, signal } = this.#parts;
    while (!signal.aborted && permit.mayClaim()) {
      const room = this.#room(of);
      if (room === 0) return false;
      // Each time: a wallet claimed a moment ago may have met an error and be due again already.
      const openness = await gate.check();
      if (openness === 'closed') return false;
      const begins = openness === 'open' && laneKeeper.canSign() ? this.#begins() : 'nothing';
      const limit = begins === 'one' ? 1 : room;
      const wallets = await store.claimWallets({ ...this.#claimTerms(begins), of, limit });
      for (const wallet of wallets) this.#begin(wallet);
      if (wallets.length < limit) return true;
      // Lets the claimed wallets ask for their signatures, which are counted next.
      await clock.sleep(0);
    }
    return false;
  }

  #room(of: Claimants): number {
    const { config, signer, clock } = this.#parts;
    if (of === 'stock' && (config.stock === 0 || clock.now() < this.#stockNotBeforeMs)) return 0;
    const load = {
      owned: this.#working.size - this.#stockAtWork,
      stock: this.#stockAtWork,
      waiting: signer.waiting(),
      waitingForOwners: signer.waitingForOwners(),
    };
    return claimRoom(of, load, config);
  }

  #begin(wallet: ClaimedWallet): void {
    const { userId, claimToken } = wallet;
    this.#refusals = afterBegun(this.#refusals, this.#parts.clock.now());
    this.#reportClaim(wallet);
    const entry = { claim: { userId, claimToken }, done: Promise.resolve() };
    this.#working.set(userId, entry);
    if (isOfStock(wallet)) this.#stockAtWork += 1;
    entry.done = this.#work(wallet).finally(() => {
      if (isOfStock(wallet)) this.#stockAtWork -= 1;
      if (this.#working.get(userId) === entry) this.#working.delete(userId);
      void this.processQueue();
    });
  }

  async #work(wallet: ClaimedWallet): Promise<void> {
    const { createWallet, clock, log } = this.#parts;
    const { userId, accountId, claimToken, attempts: attempt } = wallet;
    const startedAtMs = clock.now();
    try {
      const { balance } = await createWallet(wallet);
      this.#noteMade();
      if (await this.#complete({ userId, claimToken, balance })) {
        this.#reportReady(wallet);
        log.info({ userId, accountId, attempt, ms: clock.now() - startedAtMs }, 'wallet is ready');
      }
    } catch (error) {
      await this.#giveUp(wallet, error).catch((cause) => {
        // The lease expires, and another worker continues from the ledger.
        if (!(cause instanceof ClaimLostError))
          log.error(
            { userId, cause },
            'a failed wallet could not be handed back: its claim expires, then another worker goes on',
          );
      });
    }
  }

  async #completeTogether(wallets: (Claim & { balance: string })[]): Promise<boolean[]> {
    const { store, clock } = this.#parts;
    // An older claim of this process must not complete the newer one beside it.
    const isNewest = ({ userId, claimToken }: Claim) =>
      this.#working.get(userId)?.claim.claimToken === claimToken;
    const newest = wallets.filter(isNewest);
    const completed = await store.completeWallets({ wallets: newest, nowMs: clock.now() });
    return wallets.map((wallet) => newest.includes(wallet) && completed.includes(wallet.userId));
  }

  async #giveUp(wallet: ClaimedWallet, error: unknown): Promise<void> {
    const { config, store, gate, clock, log, observer, random } = this.#parts;
    const { userId, accountId, claimToken, attempts: attempt } = wallet;
    if (isRefusal(error)) this.#noteRefused(userId, error);
    const areOthersRefused = areRefused(this.#refusals);
    const after = afterError(wallet, error, config, { areOthersRefused });
    if (after.step === 'nothing') return;
    const nowMs = clock.now();
    if (after.step === 'hand back') {
      if (after.isLeftToOwners) this.#stockNotBeforeMs = nowMs + stockBreakMs;
      else await gate.report(after.error);
      await store.handBackWallets({ claims: [{ userId, claimToken }], nowMs });
      return;
    }
    const { errorCode, retries, isForgiven } = after;
    const retryAtMs = retries ? nowMs + retryDelayMs({ attempt, random: random() }) : null;
    log.error({ userId, accountId, attempt, errorCode, retryAtMs, error }, 'wallet failed');
    await store.failWallet({ userId, claimToken, errorCode, retryAtMs, isForgiven, nowMs });
    observer.walletFailed({ errorCode, isFinal: retryAtMs === null });
  }

  #noteRefused(userId: string, error: unknown): void {
    const before = this.#refusals;
    this.#refusals = afterRefused(before, userId, this.#parts.clock.now());
    if (areRefused(before) || !areRefused(this.#refusals)) return;
    const code = 'ALL_REFUSED';
    const text =
      'the chain refuses one wallet after another: until one is created, those refused are tried again one at a time';
    this.#parts.log.error({ code, error }, text);
  }

  #noteMade(): void {
    if (areRefused(this.#refusals))
      this.#parts.log.info({}, 'the chain accepts wallets again: all due ones are created');
    this.#refusals = noRefusals;
  }

  #reportClaim(wallet: ClaimedWallet): void {
    const { observer, log } = this.#parts;
    const { userId, accountId, attempts: attempt, isFirstClaim } = wallet;
    const kind = claimKind(wallet);
    if (!isOfStock(wallet)) {
      observer.walletClaimed({ kind, waitedMs: isFirstClaim ? this.#sinceRequest(wallet) : null });
    }
    log.info({ userId, accountId, attempt, kind }, 'wallet claimed');
  }

  #reportReady(wallet: ClaimedWallet): void {
    const { observer } = this.#parts;
    const tookMs = this.#sinceRequest(wallet);
    if (isOfStock(wallet)) observer.stockFilled({ tookMs });
    else observer.walletReady({ tookMs });
  }

  /** Never negative: the clock of the machine that took the request may be ahead of ours. */
  #sinceRequest({ requestedAtMs }: ClaimedWallet): number | null {
    if (requestedAtMs === null) return null;
    return Math.max(this.#parts.clock.now() - requestedAtMs, 0);
  }
}
