import type { Clock } from '../core/clock.ts';
import { ServiceError, WalletError } from '../core/errors.ts';
import type { KeyVault, StoredKey } from '../ports/key-vault.ts';
import { type WalletKeyStore, wholeKey } from '../ports/wallet-key-store.ts';

/** Stored keys that are tried for a version without a proof; incomplete records may be among them. */
const keysTried = 50;

/**
 * Compares every master key of this process with the proof the database has for its version. Another key
 * under a known version would silently encrypt new wallets differently from the old ones.
 * @returns versions whose key is another one, and versions without a proof
 */
export async function findChangedMasterKeys({
  keys,
  vault,
}: {
  keys: WalletKeyStore;
  vault: KeyVault;
}): Promise<{ changed: number[]; unknown: number[] }> {
  const proofs = new Map((await keys.readMasterKeyProofs()).map((each) => [each.version, each]));
  const changed: number[] = [];
  const unknown: number[] = [];
  for (const version of vault.versions) {
    const known = proofs.get(version);
    if (known) {
      if (vault.masterKeyProof(known) !== known.proof) changed.push(version);
    } else if (await opensWhatIsStored({ keys, vault, version })) unknown.push(version);
    else changed.push(version);
  }
  return { changed, unknown };
}

/**
 * Requires that a worker can open what this process seals: otherwise wallet and money would be lost.
 * @throws ServiceError `SEALED_TO_NOBODY`, `SEALING_KEY_UNKNOWN`
 */
export async function requireSealingKey({
  keys,
  vault,
}: {
  keys: WalletKeyStore;
  vault: KeyVault;
}): Promise<void> {
  const { version, publicKey } = vault.sealingKey();
  const known = await keys.readSealingKeys();
  if (known.some((each) => each.version === version && each.publicKey === publicKey)) return;
  if (known.length === 0) {
    const message =
      'no worker of this deployment has recorded its sealing key yet: what is sealed now, nobody might open';
    throw new ServiceError('SEALING_KEY_UNKNOWN', message);
  }
  const opened = known.map((each) => `${each.version}:${each.publicKey}`).join(', ');
  const message = `the workers open what is sealed to ${opened}, not to ${version}:${publicKey}`;
  throw new ServiceError('SEALED_TO_NOBODY', message);
}

/**
 * To be called at each start of each process, before a wallet is requested. Stores proofs of new versions. A
 * process that opens keys publishes its sealing key; one that only seals uses {@link requireSealingKey}.
 * @throws ServiceError `MASTER_KEY_CHANGED`
 */
export async function requireMasterKeys({
  keys,
  vault,
  clock,
  randomBytes,
}: {
  keys: WalletKeyStore;
  vault: KeyVault;
  clock: Clock;
  randomBytes: (size: number) => Uint8Array;
}): Promise<void> {
  if (!vault.opensKeys) return;
  const before = await findChangedMasterKeys({ keys, vault });
  refuse(before.changed);
  const nowMs = clock.now();
  const sealingKey = vault.sealingKey();
  const announced = await keys.readSealingKeys();
  if (!announced.some(({ version }) => version === sealingKey.version)) {
    await keys.addSealingKey({ sealingKey, nowMs });
  }
  if (before.unknown.length === 0) return;
  const proofs = before.unknown.map((version) => {
    const salt = Buffer.from(randomBytes(16)).toString('base64url');
    return { version, salt, proof: vault.masterKeyProof({ version, salt }) };
  });
  await keys.addMasterKeyProofs({ proofs, nowMs });
  // Of two processes that start at once with different keys, the first one's proofs are stored.
  refuse((await findChangedMasterKeys({ keys, vault })).changed);
}

function refuse(changed: number[]): void {
  if (changed.length === 0) return;
  throw new ServiceError(
    'MASTER_KEY_CHANGED',
    `the master key of version ${changed.join(', ')} is not the one that this database knows for it`,
  );
}

/** For versions older than the proofs: whether the key opens one of those stored under it, if there are any. */
async function opensWhatIsStored({
  keys,
  vault,
  version,
}: {
  keys: WalletKeyStore;
  vault: KeyVault;
  version: number;
}): Promise<boolean> {
  const stored = await keys.readKeysOfVersion({ version, limit: keysTried });
  const whole = stored.flatMap((key) => wholeKey(key) ?? []);
  for (const key of whole) if ((await openedBy(vault, key)) === version) return true;
  return whole.length === 0;
}

async function openedBy(vault: KeyVault, key: StoredKey): Promise<number | null> {
  try {
    return (await vault.verifyWalletKey(key)).version;
  } catch (error) {
    if (error instanceof WalletError || error instanceof ServiceError) return null;
    throw error;
  }
}
