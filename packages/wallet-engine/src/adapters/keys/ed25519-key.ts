import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { baseDecode, baseEncode, PublicKey } from 'near-api-js';

const seedLength = 32;
const secretKeyPrefix = 'ed25519:';
/** RFC 8410: everything of a private key in PKCS #8 but its seed. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * An ed25519 key pair (RFC 8032, deterministic) in Node's own OpenSSL: a signature takes 60 µs, with
 * the client library's JavaScript curves 540 µs, and each wallet and each transaction needs some.
 */
export class Ed25519Key {
  readonly publicKey: PublicKey;
  /** `ed25519:` and base58. */
  readonly publicKeyText: string;
  readonly #privateKey: KeyObject;

  /** @param seed 32 bytes */
  constructor(seed: Uint8Array) {
    if (seed.length !== seedLength) throw new Error('an ed25519 seed has 32 bytes');
    this.#privateKey = createPrivateKey({
      key: Buffer.concat([pkcs8Prefix, seed]),
      format: 'der',
      type: 'pkcs8',
    });
    const { x } = this.#privateKey.export({ format: 'jwk' });
    this.publicKey = new PublicKey({ keyType: 0, data: Buffer.from(String(x), 'base64url') });
    this.publicKeyText = this.publicKey.toString();
  }

  /**
   * Reads `ed25519:` and base58 of the seed, with or without the public key behind it.
   * @throws when it is neither; the message does not quote it
   */
  static fromText(secretKey: string): Ed25519Key {
    const isEd25519 = secretKey.startsWith(secretKeyPrefix);
    const bytes = isEd25519 ? baseDecode(secretKey.slice(secretKeyPrefix.length)) : [];
    if (bytes.length !== seedLength && bytes.length !== 2 * seedLength) {
      throw new Error('not a secret key of ed25519');
    }
    return new Ed25519Key(Uint8Array.from(bytes.slice(0, seedLength)));
  }

  /** `ed25519:` and base58 of seed and public key: NEAR tools require both. */
  exportText(): string {
    const { d, x } = this.#privateKey.export({ format: 'jwk' });
    const bytes = [d, x].map((part) => Buffer.from(String(part), 'base64url'));
    return `${secretKeyPrefix}${baseEncode(Buffer.concat(bytes))}`;
  }

  /** @returns 64 bytes */
  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#privateKey));
  }
}

/** The secret key's text, as {@link Ed25519Key.fromText} reads it. */
export function secretKeyText(seed: Uint8Array): string {
  return `${secretKeyPrefix}${baseEncode(seed)}`;
}
