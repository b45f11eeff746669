import { ServiceError } from '../core/errors.ts';
import type { Wallet } from './wallet-store.ts';

/** What a wallet must have been given to be handed out today. */
export interface StockTerms {
  serviceAccountId: string;
  tokenContract: string;
  /** Base units, a decimal string. */
  rewardAmount: string;
  /** What the account was given, in millionths of NEAR, rounded up. */
  initialMicroNear: number;
}

/** A wallet to be made without an owner. */
export interface StockWallet {
  walletId: string;
  accountId: string;
  publicKey: string;
  encryptedPrivateKey: string;
}

export interface WalletTake {
  ownerId: string;
  /**
   * The account this process has given the owner before, whatever its terms: a database that was put back
   * may have it in stock again. Null: the oldest that may be handed out.
   */
  accountId: string | null;
}

/** Whom a process has given a wallet last, and in which epoch. */
export interface TakenLast {
  ownerId: string;
  epoch: number;
}

/** Wallets without an owner. */
export interface StockCount {
  /** READY, and made on today's terms. */
  ready: number;
  /** PENDING, CREATING, or FAILED with a retry scheduled. */
  underWay: number;
  /** FAILED for good: an operator must look. */
  failed: number;
  /** READY on other terms, or of before the last reconciliation: never handed out. */
  otherTerms: number;
  /** By an operator. */
  setAside: number;
}

/**
 * Wallets that are ready before anybody asks. Every method is one atomic commit, durable when it
 * resolves. All throw ServiceError `DATABASE_BUSY` when the database does not answer; whether the
 * commit happened is then unknown, and each method may be repeated.
 */
export interface WalletStock {
  /**
   * Gives each owner without a wallet one that is READY and nobody's, on these terms and of the present
   * epoch; the longest ready first. A wallet is given to one owner, an owner is given one wallet.
   * @param last what must still stand, unless there was a reconciliation since; null: nothing
   * @returns the wallets in the order of the owners; null where there is none, where the owner has one already,
   * or where the app's database refuses the owner
   * @throws ServiceError `DATABASE_BEHIND_CHAIN` when what was given last is not known: nothing was written
   */
  takeWallets(takes: {
    takes: WalletTake[];
    terms: StockTerms;
    last: TakenLast | null;
    nowMs: number;
  }): Promise<(Wallet | null)[]>;

  /**
   * Adds wallets without an owner, PENDING, as long as there are fewer than `target` that are ready, under
   * way or failed, no wallet of an owner is due, and nothing is paused.
   * @returns how many were added
   */
  addWallets(addition: {
    wallets: StockWallet[];
    target: number;
    terms: StockTerms;
    nowMs: number;
  }): Promise<number>;

  countStock(terms: StockTerms): Promise<StockCount>;

  /** Accounts of wallets that wait for an operator: FAILED for good, or READY on other terms; the oldest first. */
  readUnfitAccounts(query: { terms: StockTerms; limit: number }): Promise<string[]>;
}

/** What was given is not there any more: an older database is in place. */
export function lostWallet(ownerId: string): ServiceError {
  return new ServiceError(
    'DATABASE_BEHIND_CHAIN',
    `the wallet given to ${ownerId} is in the database no more`,
  );
}
