import { baseDecode, baseEncode } from 'near-api-js';
import { Ed25519Key } from '../adapters/keys/ed25519-key.ts';

/** Where the encoding of other bytes around them would change its first and last digits. */
function base64Inside(bytes: Uint8Array, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const isCut = (bytes.length + offset) % 3 !== 0;
  return text.slice(Math.ceil((offset * 8) / 6), isCut ? -1 : undefined);
}

/**
 * Secret bytes in every form in which they could slip out: raw (of a file read as latin1), base58,
 * hex, decimals as in JSON of a buffer, and base64 and base64url wherever they begin within other
 * bytes, as a seed does in a PEM file.
 */
export function formsOfBytes(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  const base64 = [0, 1, 2].map((offset) => base64Inside(bytes, offset));
  return [
    buffer.toString('latin1'),
    baseEncode(bytes),
    buffer.toString('hex'),
    buffer.toString('hex').toUpperCase(),
    bytes.join(','),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/**
 * Of an ed25519 private key, given as `ed25519:` and base58: of its seed, and of the 64 bytes with
 * the public key behind it.
 */
export function formsOfKey(secretKey: string): string[] {
  const { publicKeyText } = Ed25519Key.fromText(secretKey);
  const [secret, publicKey] = [secretKey, publicKeyText].map((text) =>
    baseDecode(text.replace('ed25519:', '')),
  );
  if (!secret || !publicKey) throw new Error('two keys were decoded');
  const seed = secret.slice(0, 32);
  return [...formsOfBytes(seed), ...formsOfBytes(Uint8Array.from([...seed, ...publicKey]))];
}

/** Those that stand in the text, whatever white space a formatter has put between their digits. */
export function findForms(text: string, forms: readonly string[]): string[] {
  const dense = text.replace(/\s+/g, '');
  return forms.filter((form) => text.includes(form) || dense.includes(form));
}
