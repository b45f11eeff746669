import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { secretKeyText } from '../adapters/keys/ed25519-key.ts';
import type { StoredKey } from '../ports/key-vault.ts';
import type { MasterKey } from '../ports/master-keys.ts';

const nonceLength = 12;
const tagLength = 16;

/** Decrypts a stored key without the vault. @throws with any other master key */
export function openWalletKey({
  encryptedPrivateKey,
  deploymentId,
  walletId,
  accountId,
  masterKey,
}: Omit<StoredKey, 'publicKey'> & { masterKey: Uint8Array }): string {
  const sealed = Buffer.from(encryptedPrivateKey.replace(/^v\d+\.2\./, ''), 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', masterKey, sealed.subarray(0, nonceLength));
  const bound = ["a wallet's private key", deploymentId, walletId, accountId];
  decipher.setAAD(Buffer.from(JSON.stringify(bound)));
  decipher.setAuthTag(sealed.subarray(-tagLength));
  const text = sealed.subarray(nonceLength, -tagLength);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
}

/** A stored key in the older form, bound to its account only. */
export function keyOfAccountAlone({
  privateKey,
  accountId,
  masterKey: { version, key },
}: {
  privateKey: string;
  accountId: string;
  masterKey: MasterKey;
}): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(accountId));
  const text = Buffer.concat([cipher.update(privateKey, 'utf8'), cipher.final()]);
  const sealed = Buffer.concat([nonce, text, cipher.getAuthTag()]);
  return `v${version}.${sealed.toString('base64url')}`;
}

/** Derives the private key of a lane without the vault. */
export function deriveLaneKey({
  servicePrivateKey,
  deploymentId,
  laneNumber,
}: {
  servicePrivateKey: string;
  deploymentId: string;
  laneNumber: number;
}): string {
  const info = `choonsim/lane/${laneNumber}`;
  return secretKeyText(
    new Uint8Array(hkdfSync('sha256', servicePrivateKey, deploymentId, info, 32)),
  );
}
