import { hashToBase58, sha256 } from '../../../../../near-devnet/src/bytes/hash.ts';
import { isRecord } from '../../../adapters/near-rpc/rpc-reply.ts';
import type { RpcRequest } from '../../suites/false-replies.ts';

/** The signature and the byte before it that names its type: neither is hashed. */
const signatureBytes = 65;

/** The hash of the transaction that a request asks for or sends; null if it does neither. */
export function askedHash({ method, params }: RpcRequest): string | null {
  const { tx_hash: hash, signed_tx_base64: signed } = isRecord(params) ? params : {};
  if (method === 'tx') return String(hash);
  if (method !== 'send_tx') return null;
  const bytes = Buffer.from(String(signed), 'base64');
  return hashToBase58(sha256(bytes.subarray(0, bytes.length - signatureBytes)));
}
