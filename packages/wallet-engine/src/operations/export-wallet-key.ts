import { ServiceError } from '../core/errors.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import { type WalletKeyStore, wholeKey } from '../ports/wallet-key-store.ts';

/** A private key in clear, for its owner only: it must not be logged, kept or cached. */
export interface ExportedWalletKey {
  accountId: string;
  /** `ed25519:` and base58 of seed and public key. */
  privateKey: string;
}

/**
 * Opens the key of an owner's READY wallet. The export is recorded first: from then on the wallet counts as
 * one that its owner may use, even if the answer never arrives. The caller must authenticate the owner.
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
  // An export that cannot happen is not recorded.
  if (!vault.opensKeys) {
    throw new ServiceError('KEYS_ELSEWHERE', 'this process cannot open keys of wallets');
  }
  const stored = await keys.recordKeyExport({ ownerId, nowMs });
  const key = stored && wholeKey(stored);
  if (!key) return null;
  return { accountId: key.accountId, privateKey: await vault.exportPrivateKey(key) };
}
