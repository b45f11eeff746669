import { createHash } from 'node:crypto';
import { baseDecode } from 'near-api-js';

/** The devnet's fixed, public key of its service account; a test holds it against the devnet. */
export const devnetServiceKey =
  'ed25519:2X1srLcLw6UHvna89FdMEaGZcVhuP8c7oVZSjPdjnz5EwF1zX2iJAeYXX1WjU7WYXfoFHbmUiN6VbkHiTWFvL6B7';

/** Accounts of the devnet whose keys are derived from their names, for everybody to know. */
const DEVNET_ACCOUNTS = [
  'devnet',
  'choonsim.devnet',
  'choco.devnet',
  'test-token.devnet',
  'faucet.devnet',
];

/** Of keys that stand in our tests. */
const TESTED_KEYS = [
  'ed25519:5Zfxuf4QAbgoaRqxm4Fe5XcUgKmRd1Kbm7TkUQRxhRPN4QVZ8q9V7yKCNT5JYnTBNKLLiBaxCB6FdPXRbDCQoBXe',
  'ed25519:3D4YudUahN1nawWogh8pAKSj92sUNMdbZGjn7kERKzYoTy8tnFQuwoGUC51DowKqorvkr2pytJSnwuSbsNVfqygr',
];

/**
 * Whether a secret key is one that this project publishes: off the devnet anybody could spend with it.
 * @param accountId the devnet derives a key for any name, so the one configured is tried too
 */
export function isPublishedKey(secretKey: string, accountId: string): boolean {
  const seed = secretSeed(secretKey);
  if (seed === null) return false;
  const derived = [...DEVNET_ACCOUNTS, accountId].map((name) =>
    createHash('sha256').update(`choonsim devnet public key of ${name}`).digest(),
  );
  const tested = TESTED_KEYS.flatMap((key) => secretSeed(key) ?? []);
  return [...derived, ...tested].some((published) => published.equals(seed));
}

/** The half of a secret key that signs; the public key may stand behind it. Null: no ed25519 key. */
export function secretSeed(secretKey: string): Buffer | null {
  const [, base58 = ''] = /^ed25519:([1-9A-HJ-NP-Za-km-z]{32,90})$/.exec(secretKey) ?? [];
  const seed = Buffer.from(baseDecode(base58)).subarray(0, 32);
  return seed.length === 32 ? seed : null;
}
