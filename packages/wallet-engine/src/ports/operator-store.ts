import type { PauseReason } from '../core/errors.ts';

/** What an operator did; kept for ever, holds no secret. */
export interface OperatorAction {
  id: number;
  /** E-mail of an admin, or `command` with the operating system's user name. */
  actor: string;
  action: OperatorActionName;
  /** Null: it concerns the whole service. */
  userId: string | null;
  detail: Record<string, unknown>;
  createdAtMs: number;
}

export type OperatorActionName =
  | 'RETRY_WALLET'
  | 'REQUEUE_WALLETS'
  | 'PAUSE'
  | 'RESUME'
  | 'ROTATE_KEYS'
  | 'RECONCILE'
  | 'BACKUP'
  | 'MOVE_DATABASE'
  | 'SMOKE'
  | 'ADMIN_LINK'
  | 'ACCOUNT_LINK'
  | 'CHANGE_TOKEN'
  | 'SET_WALLET_ASIDE'
  | 'REMOVE_USER_WITHOUT_SIGN_IN';

interface By {
  actor: string;
  nowMs: number;
}

/**
 * What operators may change. Each change and its record are one commit, so every change is recorded. All
 * throw ServiceError `DATABASE_BUSY` when the database does not answer.
 */
export interface OperatorStore {
  /**
   * FAILED without a scheduled retry to PENDING, whatever its code, unless it was set aside. The next attempt
   * counts as the second, so the chain is asked before anything is signed.
   * @param retry `userId` is the wallet's id, which a wallet in stock has, too
   * @returns false when the wallet is in another state: nothing was changed, the attempt is recorded.
   */
  retryWallet(retry: By & { userId: string }): Promise<boolean>;

  /**
   * Makes waiting wallets due now: PENDING, and FAILED with a scheduled retry.
   * @param userId one wallet, or null for all
   * @returns how many wallets became due
   */
  requeueWallets(requeue: By & { userId: string | null }): Promise<number>;

  /**
   * Stops all signing until {@link resume}, replacing any reason that would end by itself.
   * @returns the reason in force: `DATABASE_BEHIND_CHAIN` is never replaced
   * @throws ServiceError `CHAIN_NOT_MET` before a process has met the chain
   */
  pause(pause: By): Promise<PauseReason>;

  /** Ends an operator's pause, no other. @returns the reason still in force; null: none. */
  resume(resume: By): Promise<PauseReason | null>;

  /**
   * Rewards are paid in this token from now on. Processes configured with another sign nothing more.
   * @returns the previous token
   * @throws ServiceError `CHAIN_NOT_MET` before a process has met the chain
   */
  changeToken(change: By & { tokenContract: string }): Promise<string>;

  /**
   * An unowned wallet that is READY, or FAILED without a retry, is never handed out from now on, nor counted
   * as stock. Its funds stay on the account, under the key we hold.
   * @returns false when there is no such wallet: nothing was changed, the attempt is recorded
   */
  setStockAside(setting: By & { accountId: string }): Promise<boolean>;

  /** Records an action that was done elsewhere. */
  record(entry: By & Pick<OperatorAction, 'action' | 'userId' | 'detail'>): Promise<void>;

  /** The newest first. @param userId only those about this user; null: all */
  readActions(query: { userId: string | null; limit: number }): Promise<OperatorAction[]>;
}
