import { BorshError } from '../bytes/borsh-reader.ts';
import { hashToBase58 } from '../bytes/hash.ts';
import { decodeTransaction } from '../rules/decode-transaction.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import { RpcError } from './rpc-error.ts';
import { isObject } from './rpc-params.ts';

/** The accounts and the transaction of a request, as far as they can be read. */
export interface RequestSubject {
  /** Signer and receiver, or the requested account. */
  readonly accountIds: readonly string[];
  readonly tx: SignedTransaction | null;
  /** base58, or empty. */
  readonly txHash: string;
}

/** Reads the accounts and the transaction from the parameters of any method. */
export function readSubject(params: unknown): RequestSubject {
  if (Array.isArray(params)) {
    const [first, second] = params;
    if (typeof second === 'string') {
      return subject([second], null, typeof first === 'string' ? first : '');
    }
    return signedSubject(first);
  }
  if (!isObject(params)) return subject([], null, '');
  if (params.signed_tx_base64 !== undefined) return signedSubject(params.signed_tx_base64);
  const accountIds = [params.account_id, params.sender_account_id].filter(
    (id) => typeof id === 'string',
  );
  return subject(accountIds, null, typeof params.tx_hash === 'string' ? params.tx_hash : '');
}

function signedSubject(value: unknown): RequestSubject {
  if (typeof value !== 'string') return subject([], null, '');
  try {
    const tx = decodeTransaction(Buffer.from(value, 'base64'));
    return subject([tx.signerId, tx.receiverId], tx, hashToBase58(tx.hash));
  } catch (caught) {
    if (caught instanceof BorshError || caught instanceof RpcError) return subject([], null, '');
    throw caught;
  }
}

function subject(
  accountIds: string[],
  tx: SignedTransaction | null,
  txHash: string,
): RequestSubject {
  return { accountIds, tx, txHash };
}
