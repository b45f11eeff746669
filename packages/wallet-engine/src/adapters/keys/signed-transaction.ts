import { createHash } from 'node:crypto';
import {
  baseDecode,
  baseEncode,
  actions as buildAction,
  createTransaction,
  encodeTransaction,
  PublicKey,
  Signature,
  SignedTransaction,
} from 'near-api-js';
import type { BlockReference, NearAction } from '../../ports/near-chain.ts';
import type { Ed25519Key } from './ed25519-key.ts';

/** The signed bytes that a node accepts. The vault decides whether they may be signed. */
export function signedTransactionOf({
  key,
  signerId,
  receiverId,
  nonce,
  actions,
  reference,
}: {
  key: Ed25519Key;
  signerId: string;
  receiverId: string;
  nonce: number;
  actions: NearAction[];
  reference: BlockReference;
}): { hash: string; publicKey: string; signedBytes: string } {
  const transaction = createTransaction(
    signerId,
    key.publicKey,
    receiverId,
    BigInt(nonce),
    actions.map(toBorshAction),
    baseDecode(reference.hash),
  );
  const hash = createHash('sha256').update(encodeTransaction(transaction)).digest();
  const signature = new Signature({ keyType: 0, data: key.sign(hash) });
  const signed = new SignedTransaction({ transaction, signature });
  return {
    hash: baseEncode(hash),
    publicKey: key.publicKeyText,
    signedBytes: Buffer.from(encodeTransaction(signed)).toString('base64'),
  };
}

function toBorshAction(action: NearAction) {
  switch (action.type) {
    case 'createAccount':
      return buildAction.createAccount();
    case 'transfer':
      return buildAction.transfer(action.amountYocto);
    case 'addFullAccessKey':
      return buildAction.addFullAccessKey(PublicKey.fromString(action.publicKey));
    case 'functionCall':
      return buildAction.functionCall(action.method, action.args, action.gas, action.depositYocto);
  }
}
