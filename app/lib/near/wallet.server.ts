import { walletEngine } from './wallet-engine.server.ts';

/**
 * Requests the user's wallet and returns at once: id and keys are stored, the row is PENDING and a
 * worker has been woken. Safe to repeat; never waits for the chain.
 * @returns the account id, or null if there is no such user
 * @throws WalletError `WALLET_RECORD_INCOMPLETE` if part of an older record is missing
 */
export async function ensureNearWalletAsync(userId: string): Promise<string | null> {
  const wallet = await walletEngine().requestWallet(userId);
  return wallet?.accountId ?? null;
}

/**
 * Requests the wallet and waits until it is READY, FAILED, or 30 s have passed (then it is still
 * PENDING or CREATING and background work continues). The same engine as the asynchronous way.
 * @deprecated kept for `WALLET_CREATION=sync`; use {@link ensureNearWalletAsync}.
 */
export async function ensureNearWallet(userId: string): Promise<string | null> {
  const wallet = await walletEngine().requestWallet(userId);
  if (!wallet) return null;
  await walletEngine().processWallet(userId);
  return wallet.accountId;
}

/**
 * Does the wallet's on-chain work now, like a worker: claims the row, creates the account,
 * registers and rewards it, reads the balance and settles the row. Waits for another holder.
 * @public
 */
export async function ensureNearWalletOnChain(userId: string): Promise<void> {
  await walletEngine().processWallet(userId);
}

/**
 * Retries a wallet that FAILED for good with a retryable code.
 * @returns false if it is in another state
 */
export async function retryNearWallet(userId: string): Promise<boolean> {
  return walletEngine().retryWallet(userId);
}
