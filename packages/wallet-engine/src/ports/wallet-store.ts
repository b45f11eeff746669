import { ServiceError } from '../core/errors.ts';
import type { WalletStatus } from '../core/wallet.ts';
import type { StoredKey } from './key-vault.ts';

export interface Wallet {
  /** Of this database: it is the same in every row. */
  deploymentId: string;
  /** The wallet's own id: its owner's id, unless it was made for the stock. */
  userId: string;
  /** Null: it has none yet and is in stock. */
  ownerId: string | null;
  accountId: string | null;
  publicKey: string | null;
  encryptedPrivateKey: string | null;
  /** Null: no wallet was ever requested. */
  status: WalletStatus | null;
  errorCode: string | null;
  /** Null for a wallet older than this engine. */
  requestedAtMs: number | null;
  /** The deployment's epoch when it was requested; null: before it met a chain, or not known. */
  epoch: number | null;
  attempts: number;
  takeovers: number;
  /** The next moment a worker may take the row, ms; null: none may. */
  availableAtMs: number | null;
}

/** A wallet held by a worker. */
export interface ClaimedWallet extends Wallet {
  accountId: string;
  publicKey: string;
  encryptedPrivateKey: string;
  claimToken: string;
  /** It was never claimed before. */
  isFirstClaim: boolean;
}

/** The key of a claimed wallet, as a vault knows it. */
export function storedKeyOf(wallet: ClaimedWallet): StoredKey {
  const { deploymentId, userId: walletId, accountId, publicKey, encryptedPrivateKey } = wallet;
  return { deploymentId, walletId, accountId, publicKey, encryptedPrivateKey };
}

/** Fences every write of a worker: one that carries an older token matches no row. */
export interface Claim {
  userId: string;
  claimToken: string;
}

export interface ClaimTerms {
  /** Unpredictable and never used before; the caller makes it. */
  claimToken: string;
  nowMs: number;
  leaseDurationMs: number;
  /**
   * `signed`: only wallets whose signed transactions wait to be settled (during a pause); `untried`: these, and
   * those without a failed attempt; left out: all.
   */
  only?: 'signed' | 'untried' | undefined;
}

/** A user's new wallet. */
export interface WalletRequest {
  userId: string;
  /** The id that the keys are bound to: the owner's, unless they were made for the stock. */
  walletId: string;
  accountId: string;
  publicKey: string;
  encryptedPrivateKey: string;
  /**
   * Set when this process gave the owner these keys before: they may be on chain already, so the chain is asked. The
   * epoch in which it did; null: not known. Null: the keys were made for this request.
   */
  given: { epoch: number | null } | null;
  nowMs: number;
}

/**
 * The wallets' rows, which are the queue. Every method is one atomic commit, durable when it
 * resolves. All throw ServiceError `DATABASE_BUSY` when the database does not answer; whether the
 * commit happened is then unknown, and each method may be repeated.
 */
export interface WalletStore {
  /** The owner's wallet. @returns null when none was requested and no older record exists. */
  readWallet(ownerId: string): Promise<Wallet | null>;

  /**
   * Makes each owner's wallet, PENDING with id and keys, unless there is one already; all in one commit.
   * Existing keys are kept, so two concurrent requests leave one pair: the result is read back. Where an owner
   * has lost the wallet given before, without a reconciliation since, the same commit pauses everybody with
   * `DATABASE_BEHIND_CHAIN`: this is an older database, which lacks what was signed for others, too.
   * @returns the wallets as they now are, in order; null where the app's database refuses a wallet for
   * the owner (a trigger that ignores the row), as for a user who was deleted.
   * @throws AccountIdTakenError when another user has one of the account ids: nothing was written.
   */
  requestWallets(requests: WalletRequest[]): Promise<(Wallet | null)[]>;

  /**
   * Takes up to `limit` wallets that are due, the longest due first: PENDING, FAILED with a retry
   * scheduled, and CREATING whose lease expired (a takeover, counted apart from attempts).
   * @param of wallets with an owner, or in stock: no user waits behind the stock
   */
  claimWallets(
    terms: ClaimTerms & { of: 'owners' | 'stock'; limit: number },
  ): Promise<ClaimedWallet[]>;

  /** The same for one wallet. @returns null when it is not due. */
  claimWallet(terms: ClaimTerms & { userId: string }): Promise<ClaimedWallet | null>;

  /** Extends the leases. @returns the ids of the users whose claim is still held. */
  renewClaims(renewal: {
    claims: Claim[];
    nowMs: number;
    leaseDurationMs: number;
  }): Promise<string[]>;

  /**
   * CREATING to READY, when the reward's ledger row is COMPLETED.
   * @returns the ids of the users whose wallets are complete; the others lost their claim.
   */
  completeWallets(completion: {
    wallets: (Claim & { balance: string })[];
    nowMs: number;
  }): Promise<string[]>;

  /**
   * CREATING to FAILED, retried at `retryAtMs` (null: not automatically). Refused while a live
   * transaction of the wallet has no outcome.
   * @param isForgiven nothing is wrong with this wallet: its attempts start again
   * @throws ClaimLostError when the claim is lost or a transaction is open.
   */
  failWallet(
    failure: Claim & {
      errorCode: string;
      retryAtMs: number | null;
      isForgiven: boolean;
      nowMs: number;
    },
  ): Promise<void>;

  /** CREATING to PENDING, due at once, the attempt given back. Lost claims are skipped. */
  handBackWallets(handBack: { claims: Claim[]; nowMs: number }): Promise<void>;

  /**
   * FAILED without a scheduled retry to PENDING, attempts start again.
   * @returns false when the wallet is in no such state or its code is not among `codes`.
   */
  retryWallet(retry: { userId: string; codes: string[]; nowMs: number }): Promise<boolean>;

  /**
   * Fails (TOO_MANY_TAKEOVERS) the wallets whose workers died too often, once no transaction of
   * theirs is open. @returns how many.
   */
  failAbandonedWallets(limits: { takeoverLimit: number; nowMs: number }): Promise<number>;

  /** Owners whose wallets are due, the longest due first, `limit` at most; without the stock. */
  readDueUserIds(due: { nowMs: number; limit: number }): Promise<string[]>;

  /**
   * Wallets that are due implausibly late: written by a machine whose clock is far ahead.
   * @param claimedBeyondMs for those PENDING and CREATING
   * @param failedBeyondMs for those FAILED
   */
  readFarWaits(beyond: { claimedBeyondMs: number; failedBeyondMs: number }): Promise<FarWait[]>;

  /** Makes due now those that are still as they were read. @returns how many */
  endFarWaits(end: { waits: FarWait[]; nowMs: number }): Promise<number>;

  /** When the next wallet is due, ms; null when none is waiting. */
  readNextDueAt(): Promise<number | null>;
}

/** A wallet's schedule or lease, as it was read. */
export interface FarWait {
  userId: string;
  status: WalletStatus;
  /** Null: unclaimed. */
  claimToken: string | null;
  availableAtMs: number;
}

/** The generated account id is another user's. */
export class AccountIdTakenError extends Error {
  constructor(accountId: string) {
    super(`account id ${accountId} is taken`);
    this.name = 'AccountIdTakenError';
  }
}

/** A wallet that was given to its owner is missing: an older database is in place. */
export function lostWallet(ownerId: string): ServiceError {
  return new ServiceError(
    'DATABASE_BEHIND_CHAIN',
    `the wallet given to ${ownerId} is no longer in the database`,
  );
}
