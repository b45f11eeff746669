/** What a wallet being made is waiting for. Account and reward are on their way side by side. */
export type WalletStep = 'REQUESTED' | 'ACCOUNT' | 'REWARD' | 'BALANCE';

/** In the order in which a user is told of them. */
export const WALLET_STEPS: readonly WalletStep[] = ['REQUESTED', 'ACCOUNT', 'REWARD', 'BALANCE'];

/** What a user may know of the wallet; the answer of `GET /api/wallet/status` and of its events. */
export interface WalletView {
  readonly accountId: string | null;
  readonly status: 'PENDING' | 'CREATING' | 'READY' | 'FAILED' | null;
  /** What it waits for, by the ledger; when FAILED, where it stopped. Null without a wallet and when READY. */
  readonly step: WalletStep | null;
  /** A stable code, never an error's text. */
  readonly error: string | null;
  readonly isReady: boolean;
  /** ISO time of the scheduled retry; only when FAILED and one is scheduled. */
  readonly retryAt: string | null;
  /** The service makes no wallets for a while; this one goes on by itself when it does again. */
  readonly isPaused: boolean;
  /** Since it was asked for, at the time of this answer; null without a wallet and when READY. */
  readonly waitedMs: number | null;
  /** Whole CHOCO as a decimal; null until it was read from the chain. */
  readonly balance: string | null;
}

export type RequestedWallet = WalletView & {
  readonly accountId: string;
  readonly status: NonNullable<WalletView['status']>;
};

/** Whether a wallet was ever asked for; an app from before the change leaves an id without a status. */
export function isRequested(wallet: WalletView): wallet is RequestedWallet {
  return wallet.accountId !== null && wallet.status !== null;
}

/** FAILED, and nothing more happens by itself. */
export function hasGivenUp(wallet: WalletView): boolean {
  return wallet.status === 'FAILED' && wallet.retryAt === null;
}

/** Time passes in every view: it makes no difference. */
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
