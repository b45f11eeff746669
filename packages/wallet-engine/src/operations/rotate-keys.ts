import { ServiceFault, WalletError } from '../core/errors.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { StoredWalletKey, WalletKeyStore } from '../ports/wallet-key-store.ts';

export interface RotationReport {
  /** The version of the master key that now encrypts. */
  toVersion: number;
  rotated: number;
  /** Users whose stored key does not open, or is not the public key's: left as it is. */
  unreadable: string[];
  /** Stored keys by the version of their master key, at the end. */
  byVersion: Map<number, number>;
}

const pageSize = 100;
/** Processes that still encrypt under the older key leave new ones behind each pass. */
const passLimit = 20;

/**
 * Encrypts every stored wallet key anew under the newest master key, beside running workers and
 * sign-ups. Each key is opened, compared with its public key, and proven to open again before it is
 * written, by compare-and-set on the old ciphertext. Repeating it, or going on after it was killed,
 * begins with what is left.
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
  const toVersion = vault.encryptionVersion;
  const unreadable = new Set<string>();
  let rotated = 0;
  for (let pass = 1; pass <= passLimit; pass += 1) {
    let seen = 0;
    for (let afterUserId = ''; ; ) {
      const page = await keys.readWalletKeys({
        exceptVersion: toVersion,
        afterUserId,
        limit: pageSize,
      });
      const readable = page.flatMap((stored) => {
        const replacement = reencrypt(stored, vault);
        if (!replacement) unreadable.add(stored.userId);
        return replacement ?? [];
      });
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
  return { toVersion, rotated, unreadable: [...unreadable].sort(), byVersion };
}

/** @returns null when it does not open, or a part of the record is missing */
function reencrypt(stored: StoredWalletKey, vault: KeyVault) {
  const { userId, accountId, publicKey, encryptedPrivateKey: from } = stored;
  if (accountId === null || publicKey === null) return null;
  try {
    const to = vault.reencryptWalletKey({ accountId, publicKey, encryptedPrivateKey: from });
    return { userId, publicKey, from, to };
  } catch (error) {
    const isMissing = error instanceof ServiceFault && error.code === 'MASTER_KEY_MISSING';
    if (error instanceof WalletError || isMissing) return null;
    throw error;
  }
}
