import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { PublicKey } from 'near-api-js';
import { decodeBase58, encodeBase58 } from './base58.ts';

const CURVES: readonly string[] = ['ed25519', 'secp256k1', 'ml-dsa-65'];
/** Bytes of a public key by the curve's number in borsh. */
export const PUBLIC_KEY_LENGTHS = [32, 64, 1952] as const;
/** Bytes of a signature by the curve's number in borsh. */
export const SIGNATURE_LENGTHS = [64, 65, 3309] as const;

/** A signature of a transaction. */
export interface CurveSignature {
  readonly curve: number;
  readonly bytes: Uint8Array;
}

// All are caches of pure functions; they are emptied when full so that a flood of keys cannot grow them.
const MAX_CACHED = 20_000;
const texts = new Map<string, string>();
const parsedKeys = new Map<string, ParsedKey>();
const keyObjects = new Map<string, KeyObject>();

interface ParsedKey {
  readonly curve: number;
  /** Shared by every caller that parses the same text: must not be modified. */
  readonly bytes: Uint8Array;
}

/** The `curve:base58` text of a public key. */
export function publicKeyText(curve: number, bytes: Uint8Array): string {
  const id = `${curve}${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
  let text = texts.get(id);
  if (text === undefined) {
    if (texts.size >= MAX_CACHED) texts.clear();
    text = `${CURVES[curve] ?? curve}:${encodeBase58(bytes)}`;
    texts.set(id, text);
  }
  return text;
}

/** Reads a `curve:base58` text (a bare base58 text is ed25519), or null when it is not a public key. */
export function parsePublicKey(text: string): ParsedKey | null {
  const known = parsedKeys.get(text);
  if (known) return known;
  const separator = text.indexOf(':');
  const curve = separator < 0 ? 0 : CURVES.indexOf(text.slice(0, separator));
  const length = PUBLIC_KEY_LENGTHS[curve];
  if (length === undefined || text.length > 2 * length + 16) return null;
  const bytes = decodeBase58(text.slice(separator + 1));
  if (bytes?.length !== length) return null;
  if (parsedKeys.size >= MAX_CACHED) parsedKeys.clear();
  const key = { curve, bytes };
  parsedKeys.set(text, key);
  return key;
}

/** A signature as the RPC shows it. */
export function signatureText(signature: CurveSignature): string {
  return `${CURVES[signature.curve] ?? signature.curve}:${encodeBase58(signature.bytes)}`;
}

const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether the signature over `message` was made by the key; false for broken keys too. */
export function isSignatureValid(
  publicKey: string,
  signature: CurveSignature,
  message: Uint8Array,
): boolean {
  const parsed = parsePublicKey(publicKey);
  if (parsed === null || parsed.curve !== signature.curve) return false;
  try {
    if (parsed.curve === 0)
      return verify(null, message, ed25519KeyObject(publicKey, parsed.bytes), signature.bytes);
    // The other curves are rare: the client library's own check is good enough for them.
    return PublicKey.fromString(publicKey).verify(message, signature.bytes);
  } catch {
    return false;
  }
}

function ed25519KeyObject(text: string, bytes: Uint8Array): KeyObject {
  let key = keyObjects.get(text);
  if (key === undefined) {
    if (keyObjects.size >= MAX_CACHED) keyObjects.clear();
    const der = Buffer.concat([ED25519_SPKI_PREFIX, bytes]);
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    keyObjects.set(text, key);
  }
  return key;
}
