import { walletEngine } from './wallet-engine.server.ts';

/**
 * One run of the queue: claims what is due, as far as there are lanes, and returns when all of
 * it is settled or handed back.
 */
export async function processWalletCreationQueue(): Promise<void> {
  await walletEngine().processQueue();
}

/**
 * Wakes a worker for a user whose wallet is PENDING. The row is the queue and carries the keys; the
 * message carries only the user's id, and losing it only delays the wallet.
 * @public
 */
export async function enqueueWalletCreation(userId: string): Promise<void> {
  await walletEngine().enqueue(userId);
}
