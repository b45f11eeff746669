import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

/** Apple takes one of up to six months; ours lives for the one request that it is signed for. */
const SECRET_SECONDS = 5 * 60;

/** What Apple's pages for developers show of an application and its key. */
export interface AppleKey {
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/**
 * Reads the content of the file `AuthKey_….p8`, with or without its line breaks.
 * @returns null for what is no private key on the curve P-256
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

/** The client secret that Apple asks for: a token that our key has signed, for Apple alone. */
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
