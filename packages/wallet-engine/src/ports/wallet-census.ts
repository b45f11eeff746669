import type { PauseReason } from '../core/errors.ts';
import type { WalletStatus } from '../core/wallet.ts';

/** The state of the deployment in its tables: the same for every process. */
export interface Census {
  /** Those that have an owner. */
  wallets: Record<WalletStatus, number>;
  /**
   * When the oldest wallet that waits for work or is being made was requested, ms; among the ten
   * thousand longest due. Null: none waits.
   */
  oldestWaitingSinceMs: number | null;
  /** Signed transactions without an outcome. */
  open: { count: number; oldestSignedAtMs: number | null };
  /**
   * When the newest backup was recorded, or the deployment created while there is none, ms. Null before the first
   * contact with a chain.
   */
  backedUpAtMs: number | null;
  /** Null before the first contact with a chain. */
  deployment: {
    pauseReason: PauseReason | null;
    pausedAtMs: number | null;
    /**
     * The service account's last final balance in millionths, when it was read, and how many more wallets it
     * covers (null: not computed yet).
     */
    treasury: {
      microNear: number;
      microToken: number;
      runwayWallets: number | null;
      readAtMs: number;
    } | null;
  } | null;
}

export interface WalletCensus {
  /**
   * Counts. The first call reads every wallet's row, later ones only what has changed since.
   * @throws ServiceError `DATABASE_BUSY`
   */
  take(): Promise<Census>;
}
