import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

/** Apple accepts up to six months; ours is signed for one request. */
const SECRET_SECONDS = 5 * 60;

/** Shown on Apple's developer pages for an application and its key. */
export interface AppleKey {
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/**
 * Reads the content of the file `AuthKey_….p8`, with or without its line breaks.
 * @returns null unless it is a private key on the curve P-256
 */
export function readAppleKey(text: string): KeyObject | null {
  const base64 = text.replace(/-----(BEGIN|END) PRIVATE KEY-----|\\n|\s/g, '');
  try {
    const der = Buffer.from(base64, 'base64');
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null;
  } catch {
    return null;
  }
}

/** Apple's client secret: a token signed with our key, for Apple only. */
export function appleClientSecret(
  { teamId, keyId, privateKey }: AppleKey,
  { clientId, issuer, now = new Date() }: { clientId: string; issuer: string; now?: Date },
): string {
  const iat = Math.floor(now.getTime() / 1000);
  const claims = { iss: teamId, iat, exp: iat + SECRET_SECONDS, aud: issuer, sub: clientId };
  const signed = [{ alg: 'ES256', kid: keyId }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(signed), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${signed}.${signature.toString('base64url')}`;
}
