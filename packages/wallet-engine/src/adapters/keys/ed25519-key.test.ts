import { KeyPair, type KeyPairString } from 'near-api-js';
import { describe, expect, it } from 'vitest';
import { Ed25519Key, secretKeyText } from './ed25519-key.ts';

const seeds = Array.from({ length: 20 }, (_, index) => new Uint8Array(32).fill(index * 13));
const message = new TextEncoder().encode('a message');

describe('an ed25519 key', () => {
  it("has the client library's public key and signatures, byte for byte", () => {
    for (const seed of seeds) {
      const key = new Ed25519Key(seed);
      const library = KeyPair.fromString(secretKeyText(seed) as KeyPairString);
      expect(key.publicKeyText).toBe(library.getPublicKey().toString());
      expect(key.sign(message)).toEqual(library.sign(message).signature);
    }
  });

  it('reads both forms of a secret key: the seed alone, and with the public key behind it', () => {
    for (let times = 0; times < 5; times += 1) {
      const long = KeyPair.fromRandom('ed25519');
      expect(Ed25519Key.fromText(long.toString()).publicKeyText).toBe(
        long.getPublicKey().toString(),
      );
    }
    for (const seed of seeds) {
      const read = Ed25519Key.fromText(secretKeyText(seed));
      expect(read.publicKeyText).toBe(new Ed25519Key(seed).publicKeyText);
    }
  });

  it('rejects other texts without quoting them', () => {
    const short = secretKeyText(new Uint8Array(31).fill(5));
    const other = KeyPair.fromRandom('secp256k1').toString();
    for (const text of [short, other, 'ed25519:', 'ed25519:0OIl', '', 'secret']) {
      expect(() => Ed25519Key.fromText(text)).toThrow();
    }
    expect(() => Ed25519Key.fromText(short)).toThrow(/^not a secret key of ed25519$/);
  });
});
