import { createDecipheriv, hkdfSync } from 'node:crypto';
import { secretKeyText } from '../adapters/keys/ed25519-key.ts';

const nonceLength = 12;
const tagLength = 16;

/** A stored key in clear, opened beside the vault: with this master key alone, or it throws. */
export function openWalletKey({
  encryptedPrivateKey,
  accountId,
  masterKey,
}: {
  encryptedPrivateKey: string;
  accountId: string;
  masterKey: Uint8Array;
}): string {
  const sealed = Buffer.from(encryptedPrivateKey.replace(/^v\d+\./, ''), 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', masterKey, sealed.subarray(0, nonceLength));
  decipher.setAAD(Buffer.from(accountId));
  decipher.setAuthTag(sealed.subarray(-tagLength));
  const text = sealed.subarray(nonceLength, -tagLength);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
}

/** The private key of a derived lane, derived beside the vault. */
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
