import type { Clock } from './clock.ts';
import { WalletError } from './errors.ts';
import type { KeyVault } from './key-vault.ts';
import { newAccountId } from './near-account.ts';
import type { WalletQueue } from './wallet-queue.ts';
import { AccountIdTakenError, type Wallet, type WalletStore } from './wallet-store.ts';

export interface RequestWalletParts {
  store: WalletStore;
  vault: KeyVault;
  queue: WalletQueue;
  clock: Clock;
  serviceAccountId: string;
  randomBytes: (size: number) => Uint8Array;
}

const idTries = 3;

/**
 * Leaves the wallet PENDING, with id and keys, and wakes a worker. One local commit, no word with
 * the chain. Repeating it, also at the same time, changes nothing.
 * @returns the wallet as it is now; null when there is no such user.
 * @throws WalletError `WALLET_RECORD_INCOMPLETE` when part of an older record is missing.
 */
export async function requestWallet(
  userId: string,
  { store, vault, queue, clock, serviceAccountId, randomBytes }: RequestWalletParts,
): Promise<Wallet | null> {
  const before = await store.readWallet(userId);
  if (!before || before.status !== null) return before;
  const parts = [before.accountId, before.publicKey, before.encryptedPrivateKey];
  if (parts.includes(null) && parts.some((part) => part !== null)) {
    throw new WalletError('WALLET_RECORD_INCOMPLETE', `user ${userId} has part of a wallet`);
  }

  for (let tries = 1; ; tries += 1) {
    const accountId = newAccountId({ parentId: serviceAccountId, randomBytes });
    try {
      const wallet = await store.requestWallet({
        userId,
        accountId,
        ...vault.createWalletKey({ accountId }),
        nowMs: clock.now(),
      });
      await queue.enqueue(userId);
      return wallet;
    } catch (error) {
      if (!(error instanceof AccountIdTakenError) || tries === idTries) throw error;
    }
  }
}
