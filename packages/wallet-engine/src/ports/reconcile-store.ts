import type { WalletStatus } from '../core/wallet.ts';
import type { StoredTransaction } from './transaction-ledger.ts';

/** A wallet's row together with its entries in the ledger. */
export interface RecordedWallet {
  userId: string;
  accountId: string;
  publicKey: string | null;
  status: WalletStatus | null;
  errorCode: string | null;
  /** Decimal string of whole tokens, when it was last read; null: never. */
  balance: string | null;
  /** A transaction that creates the account is known to have succeeded. */
  isCreated: boolean;
  /** COMPLETED, PENDING or FAILED; null: the ledger has no reward. */
  rewardStatus: string | null;
  /** A transaction of the wallet waits for its outcome. */
  isOpen: boolean;
  /** Its owner also holds the key: keys, funds and the account itself may change without us. */
  isKeyExported: boolean;
}

/**
 * What a comparison with the chain reads, and the few writes that bring a database that was behind the
 * chain back into service. All throw ServiceError `DATABASE_BUSY` when the database does not answer.
 */
export interface ReconcileStore {
  /** Wallets with an account id, by user id. @param unfinishedOnly without the READY ones */
  readWallets(page: {
    afterUserId: string;
    limit: number;
    unfinishedOnly: boolean;
  }): Promise<RecordedWallet[]>;

  /** Every stored transaction, by hash. @param openOnly only those without an outcome */
  readTransactions(page: {
    afterHash: string;
    limit: number;
    openOnly: boolean;
  }): Promise<StoredTransaction[]>;

  /** Stops all signing, replacing any other reason, so that the pause cannot end meanwhile. */
  begin(at: { nowMs: number }): Promise<void>;

  /**
   * Records a reward that the chain shows and no stored transaction explains: COMPLETED. A wallet that
   * FAILED because of it becomes PENDING, for a worker to finish.
   * @returns false when the reward is COMPLETED already or a transaction of the wallet is open
   */
  adoptReward(adoption: {
    userId: string;
    amount: string;
    tokenContract: string;
    nowMs: number;
  }): Promise<boolean>;

  /**
   * Ends the pause, unless an operator had paused before. Every claim is revoked: what its holder knows of
   * the wallet is older than the comparison. Wallets requested before now never count as new again.
   * @param height the final height: it orders this reconciliation among those of other copies
   */
  finish(end: { nowMs: number; height: number; staysPaused: boolean }): Promise<void>;
}
