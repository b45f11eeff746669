import type { PauseReason } from '../core/errors.ts';
import type { WalletStatus } from '../core/wallet.ts';

/** The deployment as its tables have it: the same whichever process asks. */
export interface Census {
  /** Those that have an owner. */
  wallets: Record<WalletStatus, number>;
  /**
   * When the oldest wallet that waits for work or is worked on was requested, ms; among the ten
   * thousand longest due. Null: none waits.
   */
  oldestWaitingSinceMs: number | null;
  /** Signed transactions without an outcome. */
  open: { count: number; oldestSignedAtMs: number | null };
  /** Null before the first contact with a chain. */
  deployment: {
    pauseReason: PauseReason | null;
    pausedAtMs: number | null;
    /**
     * The service account's last final balance in millionths, when it was asked for, and for how many
     * more wallets it suffices (null: nobody has reckoned yet).
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
   * Counts. The first call reads every wallet's row, later ones only what has happened since.
   * @throws ServiceError `DATABASE_BUSY`
   */
  take(): Promise<Census>;
}
