import { walletEngine } from './wallet-engine.server.ts';

/**
 * One tick of the queue: claims what is due, up to what the lanes can take, and answers when all of
 * it is settled or handed back.
 */
export async function processWalletCreationQueue(): Promise<void> {
  await walletEngine().processQueue();
}

/**
 * Wakes a worker for a user whose wallet is PENDING. The row is the queue and carries the keys; a
 * message carries the user's id and nothing else, and losing it only delays the wallet.
 * @public
 */
export async function enqueueWalletCreation(userId: string): Promise<void> {
  await walletEngine().enqueue(userId);
}
