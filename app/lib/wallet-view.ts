/** What a user may know of the wallet; the answer of `GET /api/wallet/status`. */
export interface WalletView {
  readonly accountId: string | null;
  readonly status: 'PENDING' | 'CREATING' | 'READY' | 'FAILED' | null;
  /** A stable code, never an error's text. */
  readonly error: string | null;
  readonly isReady: boolean;
  /** ISO time of the scheduled retry; only when FAILED and one is scheduled. */
  readonly retryAt: string | null;
  /** Whole CHOCO as a decimal; null until it was read from the chain. */
  readonly balance: string | null;
}

/** Whether a wallet was ever asked for; an app from before the change leaves an id without a status. */
export function isRequested(
  wallet: WalletView,
): wallet is WalletView & { accountId: string; status: NonNullable<WalletView['status']> } {
  return wallet.accountId !== null && wallet.status !== null;
}

/** Whether nothing more happens by itself. */
export function isFinal(wallet: WalletView): boolean {
  return wallet.isReady || (wallet.status === 'FAILED' && wallet.retryAt === null);
}

export function isSameView(left: WalletView, right: WalletView): boolean {
  return (
    left.accountId === right.accountId &&
    left.status === right.status &&
    left.error === right.error &&
    left.retryAt === right.retryAt &&
    left.balance === right.balance
  );
}
