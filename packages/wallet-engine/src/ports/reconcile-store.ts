import type { WalletStatus } from '../core/wallet.ts';
import type { StoredTransaction } from './transaction-ledger.ts';

/** A wallet's row beside what the ledger says of it. */
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
  /** COMPLETED, PENDING or FAILED; null: the ledger knows no reward. */
  rewardStatus: string | null;
  /** A transaction of the wallet waits for its outcome. */
  isOpen: boolean;
  /** Its owner has the key, too: keys, funds and the account itself may change without us. */
  isKeyExported: boolean;
}

/**
 * What a comparison with the chain reads, and the few writes that make a database which was behind
 * the chain fit to go on. All throw ServiceError `DATABASE_BUSY` when the database does not answer.
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

  /** Stops all signing in the place of any other reason, so that none ends meanwhile. */
  begin(at: { nowMs: number }): Promise<void>;

  /**
   * Writes down a reward that the chain shows and no stored transaction explains: COMPLETED. A
   * wallet that FAILED over it is PENDING again, to be finished by a worker.
   * @returns false when the reward is COMPLETED already or a transaction of the wallet is open
   */
  adoptReward(adoption: {
    userId: string;
    amount: string;
    tokenContract: string;
    nowMs: number;
  }): Promise<boolean>;

  /**
   * Lets signing begin again, unless an operator had paused it before. Every claim is taken back: what
   * its holder knows of the wallet is older than the comparison. Wallets asked for until now are never
   * again taken for new.
   * @param height the final height: it orders this reconciliation among those of other copies
   */
  finish(end: { nowMs: number; height: number; staysPaused: boolean }): Promise<void>;
}
