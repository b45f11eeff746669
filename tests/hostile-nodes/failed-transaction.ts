import { CHOCO_TOKEN, developmentKey, FAUCET_ACCOUNT } from '@choonsim/near-devnet';
import {
  actions,
  baseDecode,
  createTransaction,
  encodeTransaction,
  JsonRpcProvider,
  KeyPairSigner,
} from 'near-api-js';

/**
 * Another account's transaction that failed for good, for crossed replies to show instead of ours.
 * @returns its hash
 */
export async function failSomewhere(nodeUrl: string): Promise<string> {
  const provider = new JsonRpcProvider({ url: nodeUrl }, { retries: 1 });
  const signer = KeyPairSigner.fromSecretKey(developmentKey(FAUCET_ACCOUNT).secretKey);
  const publicKey = await signer.getPublicKey();
  const key = await provider.viewAccessKey({ accountId: FAUCET_ACCOUNT, publicKey });
  const block = await provider.viewBlock({ finality: 'final' });
  const transaction = createTransaction(
    FAUCET_ACCOUNT,
    publicKey,
    CHOCO_TOKEN,
    BigInt(key.nonce) + 1n,
    // The account is not registered with the token.
    [actions.functionCall('ft_transfer', { receiver_id: 'devnet', amount: '1' }, 10n ** 13n, 1n)],
    baseDecode(block.header.hash),
  );
  const { signedTransaction } = await signer.signTransaction(transaction);
  const signed_tx_base64 = Buffer.from(encodeTransaction(signedTransaction)).toString('base64');
  const answer = await fetch(nodeUrl, {
    method: 'POST',
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'send_tx',
      params: { signed_tx_base64, wait_until: 'FINAL' },
    }),
  });
  const { result } = (await answer.json()) as {
    result: { status: { Failure?: object }; transaction: { hash: string } };
  };
  if (!result.status.Failure) throw new Error('it did not fail');
  return result.transaction.hash;
}
