import { ServiceError, WalletError } from '../core/errors.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import { type StoredWalletKey, type WalletKeyStore, wholeKey } from '../ports/wallet-key-store.ts';

type Replacement = Parameters<WalletKeyStore['replaceCiphertexts']>[0][number];

export interface RotationReport {
  /** The version of the master key that now encrypts. */
  toVersion: number;
  rotated: number;
  /** Users whose stored key does not open, or does not match the public key: it is left as it is. */
  unreadable: string[];
  /** Stored keys by the version of their master key, at the end. */
  byVersion: Map<number, number>;
  /** Keys that are not under that version, or in an older form, at the end. */
  left: number;
}

const pageSize = 100;
/** Processes that still encrypt under the older key add keys during each pass. */
const passLimit = 20;

/**
 * Re-encrypts every stored wallet key under the newest master key, and converts older forms, while workers
 * and sign-ups run. Each key is opened, compared with its public key, and proven to open again before it is
 * written, by compare-and-set on the old ciphertext. A repeated or restarted run continues with what is left.
 */
export async function rotateWalletKeys({
  keys,
  vault,
  onProgress,
}: {
  keys: WalletKeyStore;
  vault: KeyVault;
  onProgress?: (done: { rotated: number; unreadable: number }) => void;
}): Promise<RotationReport> {
  const { encryptionVersion: toVersion, currentForms: exceptForms } = vault;
  const unreadable = new Set<string>();
  let rotated = 0;
  for (let pass = 1; pass <= passLimit; pass += 1) {
    let seen = 0;
    for (let afterUserId = ''; ; ) {
      const page = await keys.readWalletKeys({
        exceptForms,
        afterUserId,
        limit: pageSize,
      });
      const readable: Replacement[] = [];
      for (const stored of page) {
        const replacement = await reencrypt(stored, vault);
        if (replacement) readable.push(replacement);
        else unreadable.add(stored.userId);
      }
      seen += readable.length;
      if (readable.length > 0) rotated += await keys.replaceCiphertexts(readable);
      onProgress?.({ rotated, unreadable: unreadable.size });
      const last = page.at(-1);
      if (!last || page.length < pageSize) break;
      afterUserId = last.userId;
    }
    if (seen === 0) break;
  }
  const byVersion = await keys.countByVersion();
  const left = await keys.countWalletKeys({ exceptForms });
  // No process may go on sealing to a key that is about to be removed.
  if (left === 0) await keys.removeSealingKeys({ exceptVersion: toVersion });
  return { toVersion, rotated, unreadable: [...unreadable].sort(), byVersion, left };
}

/** @returns null when it does not open, or the record is incomplete */
async function reencrypt(stored: StoredWalletKey, vault: KeyVault): Promise<Replacement | null> {
  const key = wholeKey(stored);
  if (!key) return null;
  const { walletId: userId, publicKey, encryptedPrivateKey: from } = key;
  try {
    return { userId, publicKey, from, to: await vault.reencryptWalletKey(key) };
  } catch (error) {
    const isMissing = error instanceof ServiceError && error.code === 'MASTER_KEY_MISSING';
    if (error instanceof WalletError || isMissing) return null;
    throw error;
  }
}
