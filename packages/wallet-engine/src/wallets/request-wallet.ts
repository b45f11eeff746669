import type { Clock } from '../core/clock.ts';
import { ServiceError, WalletError } from '../core/errors.ts';
import { createGroupCommit } from '../core/group-commit.ts';
import type { EngineLog } from '../core/log.ts';
import { newAccountId } from '../core/near-account.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { WalletQueue } from '../ports/wallet-queue.ts';
import type { WalletTake } from '../ports/wallet-stock.ts';
import {
  AccountIdTakenError,
  type Wallet,
  type WalletRequest,
  type WalletStore,
} from '../ports/wallet-store.ts';
import type { OwnRequests } from './own-requests.ts';
import type { ReportLostWallet } from './report-lost-wallet.ts';

/** The key part of a request. */
type WalletKeys = Omit<WalletRequest, 'nowMs' | 'given'>;

interface Given extends WalletKeys {
  /** As of `Wallet`. */
  epoch: number | null;
}

/**
 * The keys this process has handed out lately, by user. A restored database may have lost them while their
 * account is on chain and paid: the same user gets the same keys again, not a second account.
 */
export interface GivenKeys {
  of(userId: string): Given | null;
  add(keys: Given): void;
}

/** Some 500 bytes each. */
const givenKeysKept = 20_000;

export function createGivenKeys(): GivenKeys {
  const given = new Map<string, Given>();
  return {
    of: (userId) => given.get(userId) ?? null,
    add(keys) {
      given.delete(keys.userId);
      given.set(keys.userId, keys);
      const [oldest] = given.keys();
      if (given.size > givenKeysKept && oldest !== undefined) given.delete(oldest);
    },
  };
}

export interface RequestWalletParts {
  store: WalletStore;
  /** Null: this process keeps no stock, every wallet is made on request. */
  takeFromStock: TakeFromStock | null;
  /** See {@link createRequestWriter}. */
  write: RequestWriter;
  given: GivenKeys;
  own: Pick<OwnRequests, 'begin' | 'forget'>;
  reportLost: ReportLostWallet;
  vault: KeyVault;
  queue: WalletQueue;
  clock: Clock;
  log: EngineLog;
  /** Keys are bound to it. */
  deploymentId: string;
  observer: EngineObserver;
  serviceAccountId: string;
  randomBytes: (size: number) => Uint8Array;
}

const idTries = 3;

/**
 * Gives the owner a wallet of the stock; without one, leaves a new one PENDING, with id and keys, and wakes a
 * worker. Local commits only: the chain is not asked. Repeated and concurrent calls change nothing.
 * @returns the wallet as it is now; null when the app's database refuses one for this owner.
 * @throws WalletError `WALLET_RECORD_INCOMPLETE` when part of an older record is missing.
 */
export async function requestWallet(
  userId: string,
  parts: RequestWalletParts,
): Promise<Wallet | null> {
  const { store, takeFromStock, given, queue, clock, log, observer } = parts;
  const before = await store.readWallet(userId);
  if (before && before.status !== null) return before;
  if (before) requireWholeOrEmpty(before, userId);

  // A user who already has keys keeps them.
  if (takeFromStock && !before) {
    const startedAtMs = clock.now();
    const accountId = given.of(userId)?.accountId ?? null;
    const taken = await takeFromStock({ ownerId: userId, accountId });
    if (taken) {
      keep(given, taken, userId);
      observer.walletTaken({ tookMs: Math.max(clock.now() - startedAtMs, 0) });
      log.info(
        { userId, accountId: taken.accountId, walletId: taken.userId },
        'wallet taken from the stock',
      );
      return taken;
    }
    observer.stockMissed();
  }

  for (let tries = 1; ; tries += 1) {
    const earlier = tries === 1 ? given.of(userId) : null;
    try {
      const wallet = earlier
        ? await requestAgain(earlier, parts)
        : await requestWithNewKeys(userId, parts);
      if (!wallet) return null;
      keep(given, wallet, userId);
      log.info({ userId, accountId: wallet.accountId }, 'wallet requested');
      await queue.enqueue(userId);
      return wallet;
    } catch (error) {
      if (!(error instanceof AccountIdTakenError) || tries === idTries) throw error;
    }
  }
}

async function requestWithNewKeys(
  userId: string,
  parts: RequestWalletParts,
): Promise<Wallet | null> {
  const { own, write, clock } = parts;
  const remember = own.begin();
  const made = await newKeys(userId, parts);
  const wallet = await write({ ...made, given: null, nowMs: clock.now() });
  if (wallet?.accountId === made.accountId) remember(made.accountId);
  return wallet;
}

/** With the keys this process gave the owner before, which the database no longer has. */
async function requestAgain(
  { epoch, ...keys }: Given,
  { own, write, clock, reportLost }: RequestWalletParts,
): Promise<Wallet | null> {
  own.forget(keys.accountId);
  const wallet = await write({ ...keys, given: { epoch }, nowMs: clock.now() });
  if (wallet) await reportLost(keys.userId);
  return wallet;
}

function requireWholeOrEmpty(wallet: Wallet, userId: string): void {
  const parts = [wallet.accountId, wallet.publicKey, wallet.encryptedPrivateKey];
  if (!parts.includes(null) || parts.every((part) => part === null)) return;
  const message = `the wallet record of user ${userId} lacks account id, public key or private key`;
  throw new WalletError('WALLET_RECORD_INCOMPLETE', message);
}

async function newKeys(
  userId: string,
  {
    serviceAccountId,
    randomBytes,
    vault,
    deploymentId,
  }: Pick<RequestWalletParts, 'serviceAccountId' | 'randomBytes' | 'vault' | 'deploymentId'>,
): Promise<WalletKeys> {
  const accountId = newAccountId({ parentId: serviceAccountId, randomBytes });
  const keys = await vault.createWalletKey({ deploymentId, walletId: userId, accountId });
  return { userId, walletId: userId, accountId, ...keys };
}

function keep(given: GivenKeys, wallet: Wallet, userId: string): void {
  const { accountId, publicKey, encryptedPrivateKey } = wallet;
  if (!accountId || !publicKey || !encryptedPrivateKey) return;
  const { userId: walletId, epoch } = wallet;
  given.add({ userId, walletId, accountId, publicKey, encryptedPrivateKey, epoch });
}

/** Resolves when the request is durable. @throws AccountIdTakenError; ServiceError `DATABASE_BUSY` */
export type RequestWriter = (request: WalletRequest) => Promise<Wallet | null>;

/** @returns null when none may be handed out. @throws ServiceError */
export type TakeFromStock = (take: WalletTake) => Promise<Wallet | null>;

type Written = { wallet: Wallet | null } | { error: unknown };

/** Most requests in one commit. */
const maxTogether = 100;

/**
 * The first request of a turn of the event loop is written at once: a busy worker's turns are long. Those
 * that arrive in the same turn are written in one commit in the next turn: each alone would cost a disk
 * flush. One that cannot be written does not affect the others.
 * @param writeAll in one commit
 */
export function createRequestWriter<Request>({
  writeAll,
  nextTurn,
}: {
  writeAll: (requests: Request[]) => Promise<(Wallet | null)[]>;
  nextTurn: () => Promise<void>;
}): (request: Request) => Promise<Wallet | null> {
  const writeAlone = async (request: Request): Promise<Written> => {
    try {
      return { wallet: (await writeAll([request]))[0] ?? null };
    } catch (error) {
      return { error };
    }
  };
  const add = createGroupCommit<Request, Written>({
    maxItems: maxTogether,
    clock: { sleep: nextTurn },
    commit: async (requests) => {
      try {
        return (await writeAll(requests)).map((wallet) => ({ wallet }));
      } catch (error) {
        // A database that does not answer would be waited for once for each request.
        if (requests.length === 1 || error instanceof ServiceError) throw error;
        const written: Written[] = [];
        for (const request of requests) written.push(await writeAlone(request));
        return written;
      }
    },
  });
  let isTurnTaken = false;
  const isFirstOfTurn = () => {
    if (isTurnTaken) return false;
    isTurnTaken = true;
    void nextTurn().then(() => {
      isTurnTaken = false;
    });
    return true;
  };
  return async (request) => {
    const written = await (isFirstOfTurn() ? writeAlone(request) : add(request));
    if ('error' in written) throw written.error;
    return written.wallet;
  };
}
