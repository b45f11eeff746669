import { hashToBase58, sha256 } from '../../../../near-devnet/src/bytes/hash.ts';
import { isRecord } from '../../adapters/near-rpc/rpc-reply.ts';
import type { RpcRequest } from '../suites/false-replies.ts';

/** The signature, and one byte of its kind before it, are no part of what is hashed. */
const signatureBytes = 65;

/** Which transaction a request is about, be it asked for or sent; null: about none. */
export function askedHash({ method, params }: RpcRequest): string | null {
  const { tx_hash: hash, signed_tx_base64: signed } = isRecord(params) ? params : {};
  if (method === 'tx') return String(hash);
  if (method !== 'send_tx') return null;
  const bytes = Buffer.from(String(signed), 'base64');
  return hashToBase58(sha256(bytes.subarray(0, bytes.length - signatureBytes)));
}
