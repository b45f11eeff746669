import type { WalletStatus } from '../core/wallet.ts';
import type { Wallet } from './wallet-store.ts';

/** What a wallet must have received to be handed out under today's settings. */
export interface StockTerms {
  serviceAccountId: string;
  tokenContract: string;
  /** Base units, a decimal string. */
  rewardAmount: string;
  /** The account's initial balance, in millionths of NEAR, rounded up. */
  initialMicroNear: number;
}

/** A wallet to be made for the stock. */
export interface StockWallet {
  walletId: string;
  accountId: string;
  publicKey: string;
  encryptedPrivateKey: string;
}

export interface WalletTake {
  ownerId: string;
  /**
   * The account this process gave the owner before, whatever its terms: a restored database may have it in
   * stock again. Null: the oldest that may be handed out.
   */
  accountId: string | null;
}

/** The wallet this process gave last, its owner, and the epoch. */
export interface TakenLast {
  ownerId: string;
  walletId: string;
  epoch: number;
}

/** Wallets without an owner. */
export interface StockCount {
  /** READY, and made on today's terms. */
  ready: number;
  /** PENDING, CREATING, or FAILED with a retry scheduled. */
  underWay: number;
  /** FAILED without a retry: for an operator. */
  failed: number;
  /** READY on other terms, or from before the last reconciliation: never handed out. */
  otherTerms: number;
  /** Set aside by an operator. */
  setAside: number;
}

/** A wallet without an owner, as an operator looks for it. */
export interface FoundStockWallet {
  walletId: string;
  status: WalletStatus;
  accountId: string;
  publicKey: string;
  error: string | null;
  attempts: number;
  takeovers: number;
  requestedAtMs: number | null;
  /** When a worker may take it next; null: never. */
  dueAtMs: number | null;
  balance: string;
}

/**
 * Wallets made before they are requested. Every method is one atomic commit, durable when it
 * resolves. All throw ServiceError `DATABASE_BUSY` when the database does not answer; whether the
 * commit happened is then unknown, and each method may be repeated.
 */
export interface WalletStock {
  /**
   * Gives each owner without a wallet one that is READY and unowned, on these terms and of the current
   * epoch; the longest ready first. A wallet goes to one owner, and an owner gets one wallet.
   * @param last a take that must still be stored, unless there was a reconciliation since; null: none
   * @returns the wallets in the order of the owners; null where there is none, where the owner has one already,
   * or where the app's database refuses the owner
   * @throws ServiceError `DATABASE_BEHIND_CHAIN` when that take is missing: nothing was written
   */
  takeWallets(takes: {
    takes: WalletTake[];
    terms: StockTerms;
    last: TakenLast | null;
    nowMs: number;
  }): Promise<(Wallet | null)[]>;

  /**
   * Adds unowned wallets, PENDING, while fewer than `target` are ready, under way or failed, no owned wallet
   * is due, and nothing is paused.
   * @returns how many were added
   */
  addWallets(addition: {
    wallets: StockWallet[];
    target: number;
    terms: StockTerms;
    nowMs: number;
  }): Promise<number>;

  countStock(terms: StockTerms): Promise<StockCount>;

  /** Accounts of wallets that wait for an operator: FAILED without a retry, or READY on other terms; oldest first. */
  readUnfitAccounts(query: { terms: StockTerms; limit: number }): Promise<string[]>;

  /** @param name the wallet's id or its account @returns null when no wallet without an owner has it */
  findWallet(name: string): Promise<FoundStockWallet | null>;
}
