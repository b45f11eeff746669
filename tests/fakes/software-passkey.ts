import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const [USER_PRESENT, USER_VERIFIED, WITH_CREDENTIAL] = [0x01, 0x04, 0x40];
/** COSE (RFC 9053): an elliptic curve key for ES256 on P-256. */
const [KTY, ALG, CRV, X, Y] = [1, 3, -1, -2, -3];

interface Ceremony {
  readonly challenge: string;
  readonly origin: string;
  readonly isVerified?: boolean;
  /** How often the device says it was used. */
  readonly counter?: number;
}

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');

/** What a device does with a passkey, in this process: makes one, and signs challenges with it. */
export function createSoftwarePasskey(rpId: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);

  function authenticatorData(flags: number, { isVerified = true, counter = 0 }: Ceremony) {
    const head = Buffer.alloc(5);
    head[0] = flags | USER_PRESENT | (isVerified ? USER_VERIFIED : 0);
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), head]);
  }

  function credential(response: object): string {
    const shown = { id: base64url(id), rawId: base64url(id), type: 'public-key' };
    return JSON.stringify({ ...shown, response, clientExtensionResults: {} });
  }

  return {
    make(ceremony: Ceremony): string {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = Buffer.concat([
        authenticatorData(WITH_CREDENTIAL, ceremony),
        ...[Buffer.alloc(16), length, id, isoCBOR.encode(coseKey(publicKey))],
      ]);
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ]);
      return credential({
        clientDataJSON: base64url(clientData('webauthn.create', ceremony)),
        attestationObject: base64url(isoCBOR.encode(attestation as never)),
        transports: ['internal'],
      });
    },

    sign(ceremony: Ceremony): string {
      const data = clientData('webauthn.get', ceremony);
      const authData = authenticatorData(0, ceremony);
      const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()]);
      return credential({
        clientDataJSON: base64url(data),
        authenticatorData: base64url(authData),
        signature: base64url(sign('sha256', signed, privateKey)),
      });
    },
  };
}

function clientData(type: 'webauthn.create' | 'webauthn.get', { challenge, origin }: Ceremony) {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function coseKey(publicKey: KeyObject): Map<number, number | Uint8Array> {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return new Map<number, number | Uint8Array>([
    [KTY, 2],
    [ALG, -7],
    [CRV, 1],
    [X, new Uint8Array(Buffer.from(x, 'base64url'))],
    [Y, new Uint8Array(Buffer.from(y, 'base64url'))],
  ]);
}
