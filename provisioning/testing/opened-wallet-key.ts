import { createDecipheriv } from 'node:crypto';

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
