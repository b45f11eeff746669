/** What a wallet in progress waits for. Account and reward are in flight at the same time. */
export type WalletStep = 'REQUESTED' | 'ACCOUNT' | 'REWARD' | 'BALANCE';

/** In the order shown to users. */
export const WALLET_STEPS: readonly WalletStep[] = ['REQUESTED', 'ACCOUNT', 'REWARD', 'BALANCE'];

/** What a user may know of the wallet; the response of `GET /api/wallet/status` and of its events. */
export interface WalletView {
  readonly accountId: string | null;
  readonly status: 'PENDING' | 'CREATING' | 'READY' | 'FAILED' | null;
  /** What it waits for, by the ledger; if FAILED, where it stopped. Null without a wallet and when READY. */
  readonly step: WalletStep | null;
  /** A stable code, never an error's text. */
  readonly error: string | null;
  readonly isReady: boolean;
  /** ISO time of the scheduled retry; only if FAILED and scheduled. */
  readonly retryAt: string | null;
  /** The service is paused; this wallet continues automatically afterwards. */
  readonly isPaused: boolean;
  /** Since the request, at the time of this response; null without a wallet and when READY. */
  readonly waitedMs: number | null;
  /** Whole CHOCO as a decimal; null until it was read from the chain. */
  readonly balance: string | null;
}

export type RequestedWallet = WalletView & {
  readonly accountId: string;
  readonly status: NonNullable<WalletView['status']>;
};

/** Whether a wallet was ever requested; an app from before the change leaves an id without a status. */
export function isRequested(wallet: WalletView): wallet is RequestedWallet {
  return wallet.accountId !== null && wallet.status !== null;
}

/** FAILED without a scheduled retry. */
export function hasGivenUp(wallet: WalletView): boolean {
  return wallet.status === 'FAILED' && wallet.retryAt === null;
}

/** The waiting time is ignored: it differs in every view. */
export function isSameView(left: WalletView, right: WalletView): boolean {
  return (
    left.accountId === right.accountId &&
    left.status === right.status &&
    left.step === right.step &&
    left.error === right.error &&
    left.retryAt === right.retryAt &&
    left.isPaused === right.isPaused &&
    left.balance === right.balance
  );
}
