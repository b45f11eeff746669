import { baseDecode, baseEncode } from 'near-api-js';
import { Ed25519Key } from '../adapters/keys/ed25519-key.ts';

/** The inner digits, which neighbouring bytes do not change. */
function base64Inside(bytes: Uint8Array, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const isCut = (bytes.length + offset) % 3 !== 0;
  return text.slice(Math.ceil((offset * 8) / 6), isCut ? -1 : undefined);
}

/**
 * Secret bytes in every form in which they could leak: raw (in a file read as latin1), base58, hex,
 * decimals as in a buffer's JSON, and base64 and base64url at any offset within other bytes, such as
 * a seed in a PEM file.
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
 * The forms of an ed25519 private key (`ed25519:` and base58): its seed, and the 64 bytes of seed and
 * public key.
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

/** The forms found in the text, also with white space between their digits. */
export function findForms(text: string, forms: readonly string[]): string[] {
  const dense = text.replace(/\s+/g, '');
  return forms.filter((form) => text.includes(form) || dense.includes(form));
}
