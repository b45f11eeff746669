import { sign } from 'node:crypto';
import type { KeyPairString } from 'near-api-js';
import { hashToBase58, sha256 } from '../bytes/hash.ts';
import { parsePublicKey } from '../bytes/public-key.ts';
import { type SignedBytes, signingKey } from './test-node.ts';

// Parts of borsh, for transactions that near-api-js does not build.
export const u8 = (value: number) => Buffer.of(value);
export const u16 = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
export const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
export const u64 = (value: bigint) => Buffer.from(BigUint64Array.of(value).buffer);
export const u128 = (value: bigint) =>
  Buffer.concat([u64(value & (2n ** 64n - 1n)), u64(value >> 64n)]);
export const text = (value: string) => Buffer.concat([u32(value.length), Buffer.from(value)]);
export const keyBytes = (publicKey: string) =>
  Buffer.concat([u8(0), parsePublicKey(publicKey)?.bytes ?? Buffer.alloc(0)]);

/** Signs the bytes of a transaction. */
export function signBytes(unsigned: Uint8Array, secretKey: KeyPairString): SignedBytes {
  const hash = sha256(unsigned);
  const { privateKey } = signingKey(secretKey);
  const signature = sign(null, Buffer.from(hash, 'hex'), privateKey);
  // After the transaction: the curve, then the signature.
  const bytes = Buffer.concat([unsigned, u8(0), signature]);
  return { hash: hashToBase58(hash), base64: bytes.toString('base64') };
}
