import { ServiceError } from '../core/errors.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import { type WalletKeyStore, wholeKey } from '../ports/wallet-key-store.ts';

/** A private key in clear. It is for the owner's eyes: it must not be logged, kept or cached. */
export interface ExportedWalletKey {
  accountId: string;
  /** `ed25519:` and base58 of seed and public key. */
  privateKey: string;
}

/**
 * Opens the key of an owner's READY wallet. It is recorded before it is opened: from then on the wallet
 * counts as one that we are not alone to act for, even if the answer never arrives. Whether it is the
 * owner who asks is the caller's to make sure of.
 * @returns null when the owner has no READY wallet
 * @throws WalletError `WALLET_KEY_UNREADABLE`; ServiceError `KEYS_ELSEWHERE`, `MASTER_KEY_MISSING`,
 * `DATABASE_BUSY`
 */
export async function exportWalletKey({
  ownerId,
  nowMs,
  keys,
  vault,
}: {
  ownerId: string;
  nowMs: number;
  keys: WalletKeyStore;
  vault: KeyVault;
}): Promise<ExportedWalletKey | null> {
  // Nothing is recorded that cannot follow.
  if (!vault.opensKeys) {
    throw new ServiceError('KEYS_ELSEWHERE', 'this process opens no keys of wallets');
  }
  const stored = await keys.recordKeyExport({ ownerId, nowMs });
  const key = stored && wholeKey(stored);
  if (!key) return null;
  return { accountId: key.accountId, privateKey: await vault.exportPrivateKey(key) };
}
