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

/**
 * The keys this process has given lately, by user. A database put back beneath it may have lost
 * them, while their account stands on chain and is paid: whoever asks again gets the same ones, not
 * a second account.
 */
export interface GivenKeys {
  of(userId: string): Omit<WalletRequest, 'nowMs' | 'isNew'> | null;
  add(request: Omit<WalletRequest, 'nowMs' | 'isNew'>): void;
}

/** Some 500 bytes each. */
const givenKeysKept = 20_000;

export function createGivenKeys(): GivenKeys {
  const given = new Map<string, Omit<WalletRequest, 'nowMs' | 'isNew'>>();
  return {
    of: (userId) => given.get(userId) ?? null,
    add({ userId, walletId, accountId, publicKey, encryptedPrivateKey }) {
      given.delete(userId);
      given.set(userId, { userId, walletId, accountId, publicKey, encryptedPrivateKey });
      const [oldest] = given.keys();
      if (given.size > givenKeysKept && oldest !== undefined) given.delete(oldest);
    },
  };
}

export interface RequestWalletParts {
  store: WalletStore;
  /** Null: this process keeps none, every wallet is made when it is asked for. */
  takeFromStock: TakeFromStock | null;
  /** See {@link createRequestWriter}. */
  write: RequestWriter;
  given: GivenKeys;
  own: Pick<OwnRequests, 'begin'>;
  vault: KeyVault;
  queue: WalletQueue;
  clock: Clock;
  log: EngineLog;
  /** That keys are bound to. */
  deploymentId: string;
  observer: EngineObserver;
  serviceAccountId: string;
  randomBytes: (size: number) => Uint8Array;
}

const idTries = 3;

/**
 * Gives the owner a wallet that stands ready; without one, leaves a new one PENDING, with id and keys, and
 * wakes a worker. Local commits only, no word with the chain. Repeating it, also at the same time, changes
 * nothing.
 * @returns the wallet as it is now; null when the app's database refuses one for this owner.
 * @throws WalletError `WALLET_RECORD_INCOMPLETE` when part of an older record is missing.
 */
export async function requestWallet(
  userId: string,
  {
    store,
    takeFromStock,
    write,
    given,
    own,
    vault,
    queue,
    clock,
    log,
    deploymentId,
    observer,
    serviceAccountId,
    randomBytes,
  }: RequestWalletParts,
): Promise<Wallet | null> {
  const before = await store.readWallet(userId);
  if (before && before.status !== null) return before;
  const parts = before ? [before.accountId, before.publicKey, before.encryptedPrivateKey] : [];
  if (parts.includes(null) && parts.some((part) => part !== null)) {
    throw new WalletError('WALLET_RECORD_INCOMPLETE', `user ${userId} has part of a wallet`);
  }

  // Whoever has keys already keeps those.
  if (takeFromStock && !before) {
    const startedAtMs = clock.now();
    const taken = await takeFromStock({
      ownerId: userId,
      accountId: given.of(userId)?.accountId ?? null,
    });
    if (taken) {
      keep(given, taken, userId);
      observer.walletTaken({ tookMs: Math.max(clock.now() - startedAtMs, 0) });
      log.info({ userId, accountId: taken.accountId, walletId: taken.userId }, 'wallet taken');
      return taken;
    }
    observer.stockMissed();
  }

  for (let tries = 1; ; tries += 1) {
    const earlier = tries === 1 ? given.of(userId) : null;
    const newKeys = async () => {
      const accountId = newAccountId({ parentId: serviceAccountId, randomBytes });
      const binding = { deploymentId, walletId: userId, accountId };
      const keys = await vault.createWalletKey(binding);
      return { userId, walletId: userId, accountId, ...keys };
    };
    try {
      const remember = own.begin();
      const made = earlier ?? (await newKeys());
      const wallet = await write({
        ...made,
        isNew: earlier === null,
        nowMs: clock.now(),
      });
      if (!wallet) return null;
      keep(given, wallet, userId);
      if (earlier === null && wallet.accountId === made.accountId) remember(made.accountId);
      log.info({ userId, accountId: wallet.accountId }, 'wallet requested');
      await queue.enqueue(userId);
      return wallet;
    } catch (error) {
      if (!(error instanceof AccountIdTakenError) || tries === idTries) throw error;
    }
  }
}

function keep(given: GivenKeys, wallet: Wallet, userId: string): void {
  const { accountId, publicKey, encryptedPrivateKey } = wallet;
  if (!accountId || !publicKey || !encryptedPrivateKey) return;
  given.add({ userId, walletId: wallet.userId, accountId, publicKey, encryptedPrivateKey });
}

/** Answers when its request is durable. @throws AccountIdTakenError; ServiceError `DATABASE_BUSY` */
export type RequestWriter = (request: WalletRequest) => Promise<Wallet | null>;

/** @returns null when none may be handed out. @throws ServiceError, `DATABASE_BEHIND_CHAIN` among them */
export type TakeFromStock = (take: WalletTake) => Promise<Wallet | null>;

type Written = { wallet: Wallet | null } | { error: unknown };

/** Most that wait for one commit. */
const maxTogether = 100;

/**
 * The first of a turn of the event loop is written at once: a busy worker's turns are long.
 * Those that arrive with it are written in one commit, in the next turn: each alone costs a disk
 * flush, for which everybody waits. One that cannot be written takes no other with it.
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
        // A database that does not answer would only be waited for once for each.
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
