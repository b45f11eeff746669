import { createHash } from 'node:crypto';
import { decodeBase58, encodeBase58 } from './base58.ts';

/** A 32-byte hash as 64 lower-case hex digits: the internal form. Only RPC answers use base58. */
export type Hash = string;

/** sha256 over the parts one after another. */
export function sha256(...parts: (Uint8Array | string)[]): Hash {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** sha256 as bytes. */
export function sha256Bytes(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

/** The base58 text the RPC uses for a hash. */
export function hashToBase58(hash: Hash): string {
  return encodeBase58(Buffer.from(hash, 'hex'));
}

// Clients poll the same transaction. Emptied when full, so that a flood cannot grow it.
const MAX_CACHED = 20_000;
const decodedHashes = new Map<string, Hash | null>();

/** The hash behind a base58 text, or null when the text is not 32 bytes of base58. */
export function hashFromBase58(text: string): Hash | null {
  // 32 bytes never need more than 44 digits; decoding is quadratic, so longer texts are not tried.
  if (text.length > 44) return null;
  const known = decodedHashes.get(text);
  if (known !== undefined) return known;
  if (decodedHashes.size >= MAX_CACHED) decodedHashes.clear();
  const hash = decodeHash(text);
  decodedHashes.set(text, hash);
  return hash;
}

function decodeHash(text: string): Hash | null {
  const bytes = decodeBase58(text);
  return bytes?.length === 32 ? Buffer.from(bytes).toString('hex') : null;
}

/** An unsigned 64-bit integer, little endian, as borsh writes it. */
export function u64LittleEndian(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
