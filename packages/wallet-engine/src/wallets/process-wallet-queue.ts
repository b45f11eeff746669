import type { Clock } from '../core/clock.ts';
import { type EngineConfig, leaseDurationMs } from '../core/engine-config.ts';
import { ClaimLostError, ServiceError, StoppedError, WalletError } from '../core/errors.ts';
import { createGroupCommit } from '../core/group-commit.ts';
import type { EngineLog } from '../core/log.ts';
import { retryDelayMs } from '../core/wallet.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { Claim, ClaimedWallet, WalletStore } from '../ports/wallet-store.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { type CreateWalletParts, createWalletOnChain } from './create-wallet-on-chain.ts';

export interface WalletWorker {
  /**
   * Claims what is due and begins its work, as much as the lanes can take; does not wait for its
   * end. One call at a time: a call during another makes that one look once more.
   */
  processQueue(): Promise<void>;
  /** Claims this wallet, if it is due, and begins its work. @returns whether it is worked on here. */
  processWallet(userId: string): Promise<boolean>;
  /** Resolves when none of the wallets claimed until now is worked on any more. */
  settled(): Promise<void>;
  /** Keeps the claims of the wallets that are worked on. */
  renewClaims(): Promise<void>;
  /** Gives all claims back at once; what is signed is in the ledger for the next holder. */
  handBack(): Promise<void>;
  active(): number;
}

/** A lane signs every block, a wallet takes about six to be final. */
const walletsPerLane = 8;
/**
 * While others are at work, what comes within this time is claimed and signed for together: without
 * it 3,000 requests made 7,300 claims and 2,000 reward transactions, with it 550 and 340.
 */
const gatherMs = 40;

/** What the treasury or the limits are too small for. */
const shortOfMoney: readonly string[] = [
  'TREASURY_NEAR_LOW',
  'TREASURY_TOKEN_LOW',
  'SPEND_LIMIT_REACHED',
];
const stockBreakMs = 10_000;

function isOfStock({ ownerId }: ClaimedWallet): boolean {
  return ownerId === null;
}

export function createWalletWorker({
  config,
  store,
  gate,
  parts,
  backlog,
  backlogOfOwners,
  canSign,
  mayClaim,
  clock,
  log,
  observer,
  signal,
  newToken,
  random,
}: {
  config: EngineConfig;
  store: WalletStore;
  gate: ServiceGate;
  parts: CreateWalletParts;
  /** Signatures that wait for a lane. */
  backlog: () => number;
  /** Those of them that somebody waits for. */
  backlogOfOwners: () => number;
  /** Whether there are lanes at all; without, only what is signed is settled. */
  canSign: () => boolean;
  /** Whether wallets nobody has named may be taken up. */
  mayClaim: () => boolean;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
  newToken: () => string;
  random: () => number;
}): WalletWorker {
  const working = new Map<string, { claim: Claim; done: Promise<void> }>();
  let stockAtWork = 0;
  let stockNotBeforeMs = Number.NEGATIVE_INFINITY;
  const mostAtWork = config.lanes * walletsPerLane + config.batchSize;
  let running: Promise<void> | null = null;
  let again = false;

  const complete = createGroupCommit<Claim & { balance: string }, boolean>({
    maxItems: 200,
    clock,
    commit: async (wallets) => {
      // An older claim of this process would be taken for the newer one beside it.
      const isNewest = ({ userId, claimToken }: Claim) =>
        working.get(userId)?.claim.claimToken === claimToken;
      const newest = wallets.filter(isNewest);
      const completed = await store.completeWallets({ wallets: newest, nowMs: clock.now() });
      return wallets.map((wallet) => newest.includes(wallet) && completed.includes(wallet.userId));
    },
  });

  const work = async (wallet: ClaimedWallet) => {
    const { userId, accountId, claimToken, attempts: attempt } = wallet;
    const startedAtMs = clock.now();
    try {
      const { balance } = await createWalletOnChain(wallet, parts);
      if (await complete({ userId, claimToken, balance })) {
        const tookMs = sinceRequest(wallet);
        if (isOfStock(wallet)) observer.stockFilled({ tookMs });
        else observer.walletReady({ tookMs });
        log.info({ userId, accountId, attempt, ms: clock.now() - startedAtMs }, 'wallet is ready');
      }
    } catch (error) {
      await giveUp(wallet, error).catch((cause) => {
        // The lease runs out and another worker goes on from the ledger.
        if (!(cause instanceof ClaimLostError))
          log.error({ userId, cause }, 'claim left to expire');
      });
    }
  };

  const giveUp = async (wallet: ClaimedWallet, error: unknown) => {
    const { userId, accountId, claimToken, attempts: attempt } = wallet;
    if (error instanceof ClaimLostError || error instanceof StoppedError) return;
    const nowMs = clock.now();
    if (error instanceof ServiceError) {
      // What is too little for the stock may still do for somebody who waits: nobody is paused.
      const isLeftToOwners = isOfStock(wallet) && shortOfMoney.includes(error.code);
      if (isLeftToOwners) stockNotBeforeMs = nowMs + stockBreakMs;
      else await gate.report(error);
      await store.handBackWallets({ claims: [{ userId, claimToken }], nowMs });
      return;
    }
    const isKnown = error instanceof WalletError;
    const errorCode = isKnown ? error.code : 'UNEXPECTED_ERROR';
    const retries = (!isKnown || error.retryable) && attempt < config.maxAttempts;
    const retryAtMs = retries ? nowMs + retryDelayMs({ attempt, random: random() }) : null;
    log.error({ userId, accountId, attempt, errorCode, retryAtMs, error }, 'wallet failed');
    await store.failWallet({ userId, claimToken, errorCode, retryAtMs, nowMs });
    observer.walletFailed({ errorCode, isFinal: retryAtMs === null });
  };

  /** The clock of the machine that took the request may be ahead of ours. */
  const sinceRequest = ({ requestedAtMs }: ClaimedWallet) =>
    requestedAtMs === null ? null : Math.max(clock.now() - requestedAtMs, 0);

  const tellOfClaim = (wallet: ClaimedWallet) => {
    const { userId, accountId, attempts: attempt, takeovers, isFirstClaim } = wallet;
    const kind = isFirstClaim ? 'first' : takeovers > 0 ? 'takeover' : 'again';
    if (!isOfStock(wallet)) {
      observer.walletClaimed({ kind, waitedMs: isFirstClaim ? sinceRequest(wallet) : null });
    }
    log.info({ userId, accountId, attempt, kind }, 'wallet claimed');
  };

  const begin = (wallet: ClaimedWallet) => {
    const { userId, claimToken } = wallet;
    tellOfClaim(wallet);
    const entry = { claim: { userId, claimToken }, done: Promise.resolve() };
    working.set(userId, entry);
    if (isOfStock(wallet)) stockAtWork += 1;
    entry.done = work(wallet).finally(() => {
      if (isOfStock(wallet)) stockAtWork -= 1;
      if (working.get(userId) === entry) working.delete(userId);
      void worker.processQueue();
    });
  };

  const terms = () => ({ claimToken: newToken(), nowMs: clock.now(), leaseDurationMs });

  /** More than the lanes can sign for would only wait here instead of in the table, where another process could take it. */
  const hasRoom = (of: 'owners' | 'stock') => {
    if (of === 'owners') {
      return backlogOfOwners() < config.lanes && working.size - stockAtWork < mostAtWork;
    }
    const mayBegin = config.stock > 0 && clock.now() >= stockNotBeforeMs;
    return (
      mayBegin && backlogOfOwners() === 0 && backlog() < config.lanes && stockAtWork < mostAtWork
    );
  };

  /** @returns whether nothing more is due */
  const claimThose = async (of: 'owners' | 'stock'): Promise<boolean> => {
    while (!signal.aborted && mayClaim() && hasRoom(of)) {
      // Each time: what was claimed a moment ago may have met a fault and be due again already.
      const openness = await gate.check();
      if (openness === 'closed') return false;
      const onlySigned = openness !== 'open' || !canSign();
      const limit = config.batchSize;
      const wallets = await store.claimWallets({ ...terms(), of, limit, onlySigned });
      for (const wallet of wallets) begin(wallet);
      if (wallets.length < limit) return true;
      // Lets those just claimed ask for their signatures, which is what the backlog counts.
      await clock.sleep(0);
    }
    return false;
  };

  const claimWhatIsDue = async () => {
    if (working.size > 0) await clock.sleep(gatherMs, signal);
    if (await claimThose('owners')) await claimThose('stock');
  };

  const worker: WalletWorker = {
    processQueue() {
      if (running) {
        again = true;
        return running;
      }
      const run = async () => {
        do {
          again = false;
          await claimWhatIsDue();
        } while (again);
      };
      running = run()
        .catch((error) => log.error({ error }, 'the queue could not be processed'))
        .finally(() => {
          running = null;
        });
      return running;
    },

    async processWallet(userId) {
      if (working.has(userId)) return true;
      if ((await gate.check()) !== 'open' || !canSign() || signal.aborted) return false;
      const wallet = await store.claimWallet({ ...terms(), userId });
      if (wallet) begin(wallet);
      return working.has(userId);
    },

    async settled() {
      await Promise.all([...working.values()].map(({ done }) => done));
    },

    async renewClaims() {
      const claims = [...working.values()].map(({ claim }) => claim);
      if (claims.length === 0) return;
      await store.renewClaims({ claims, nowMs: clock.now(), leaseDurationMs });
    },

    async handBack() {
      const claims = [...working.values()].map(({ claim }) => claim);
      if (claims.length === 0) return;
      await store.handBackWallets({ claims, nowMs: clock.now() });
    },

    active: () => working.size,
  };
  return worker;
}
