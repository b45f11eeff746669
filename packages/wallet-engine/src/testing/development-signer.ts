import type { Devnet } from '@choonsim/near-devnet';
import { developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { hashToBase58 } from '../../../near-devnet/src/bytes/hash.ts';
import { Ed25519Key } from '../adapters/keys/ed25519-key.ts';
import { signedTransactionOf } from '../adapters/keys/signed-transaction.ts';
import type { NearAction } from '../ports/near-chain.ts';

export interface DevelopmentTransaction {
  hash: string;
  signedBytes: string;
  signerId: string;
  publicKey: string;
  nonce: number;
  referenceHeight: number;
}

/** Signs as a genesis account, or with the given keys, at the newest final block. */
export async function signAs(
  devnet: Devnet,
  {
    signerId = SERVICE_ACCOUNT,
    receiverId,
    actions,
    noncesAhead = 1,
    keys = developmentKey(signerId),
  }: {
    signerId?: string;
    receiverId: string;
    actions: NearAction[];
    noncesAhead?: number;
    keys?: { publicKey: string; secretKey: string };
  },
): Promise<DevelopmentTransaction> {
  const { publicKey, secretKey } = keys;
  const chain = devnet.inspect();
  const nonce = Number(chain.accessKey(signerId, publicKey)?.nonce ?? 0n) + noncesAhead;
  const reference = { height: chain.finalHeight, hash: hashToBase58(chain.finalBlockHash) };
  const { hash, signedBytes } = signedTransactionOf({
    key: Ed25519Key.fromText(secretKey),
    ...{ signerId, receiverId, nonce, actions, reference },
  });
  return { hash, signedBytes, signerId, publicKey, nonce, referenceHeight: reference.height };
}

/** Sends it directly to the devnet, without engine and faults. @throws when the node rejects it */
export async function deliver(
  devnet: Devnet,
  { signedBytes }: { signedBytes: string },
): Promise<void> {
  const { body } = await devnet.handle({
    jsonrpc: '2.0',
    id: 1,
    method: 'broadcast_tx_async',
    params: [signedBytes],
  });
  if (typeof body !== 'object' || body === null || 'error' in body) {
    throw new Error(`refused: ${JSON.stringify(body)}`);
  }
}
