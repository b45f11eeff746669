import type { PauseReason } from '../core/errors.ts';

/** What an operator did; kept for ever, never a secret. */
export interface OperatorAction {
  id: number;
  /** E-mail of an admin, or `command` with the operating system's user name. */
  actor: string;
  action: OperatorActionName;
  /** Null: it concerned the whole service. */
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
 * What operators may change. Each change and its record are one commit, so nothing is done that is
 * not written down. All throw ServiceError `DATABASE_BUSY` when the database does not answer.
 */
export interface OperatorStore {
  /**
   * FAILED without a scheduled retry to PENDING, whatever its code. The next attempt counts as the
   * second, so the chain is asked before anything is signed.
   * @returns false when the wallet is in another state: nothing was changed, the try is recorded.
   */
  retryWallet(retry: By & { userId: string }): Promise<boolean>;

  /**
   * Makes due now what waits for its time: PENDING, and FAILED with a scheduled retry.
   * @param userId one wallet, or null for all
   * @returns how many wallets are due now that were not
   */
  requeueWallets(requeue: By & { userId: string | null }): Promise<number>;

  /**
   * Stops all signing until {@link resume}, in the place of any reason that would end by itself.
   * @returns the reason that holds now: `DATABASE_BEHIND_CHAIN` is never replaced
   * @throws ServiceError `CHAIN_NOT_MET` before a process has met the chain
   */
  pause(pause: By): Promise<PauseReason>;

  /** Ends an operator's pause, no other. @returns the reason that still holds; null when none does. */
  resume(resume: By): Promise<PauseReason | null>;

  /**
   * Rewards are of this token from now on. Processes configured with another sign nothing more.
   * @returns the token until then
   * @throws ServiceError `CHAIN_NOT_MET` before a process has met the chain
   */
  changeToken(change: By & { tokenContract: string }): Promise<string>;

  /**
   * A wallet without an owner that is READY, or FAILED for good, is never handed out, nor counted among the
   * stock. What it holds stays where it is, under the key we have.
   * @returns false when there is no such wallet: nothing was changed, the try is recorded
   */
  setStockAside(setting: By & { accountId: string }): Promise<boolean>;

  /** Writes down what was done elsewhere. */
  record(entry: By & Pick<OperatorAction, 'action' | 'userId' | 'detail'>): Promise<void>;

  /** The newest first. @param userId only those about this user; null: all */
  readActions(query: { userId: string | null; limit: number }): Promise<OperatorAction[]>;
}
