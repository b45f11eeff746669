import {
  type Action,
  actions,
  baseDecode,
  createTransaction,
  JsonRpcProvider,
  KeyPair,
  KeyPairSigner,
  PublicKey,
} from 'near-api-js';
import { afterEach, expect, test } from 'vitest';
import { type DevnetServer, startDevnetServer } from './devnet-server.ts';
import { CHOCO_TOKEN, developmentKey, SERVICE_ACCOUNT } from './genesis.ts';

let server: DevnetServer | undefined;
afterEach(async () => {
  await server?.close();
});

const signer = KeyPairSigner.fromSecretKey(developmentKey(SERVICE_ACCOUNT).secretKey);

async function sign(provider: JsonRpcProvider, receiverId: string, list: Action[]) {
  const publicKey = await signer.getPublicKey();
  const key = await provider.viewAccessKey({ accountId: SERVICE_ACCOUNT, publicKey });
  const block = await provider.viewBlock({ finality: 'final' });
  const nonce = BigInt(key.nonce) + 1n;
  const tx = createTransaction(
    SERVICE_ACCOUNT,
    publicKey,
    receiverId,
    nonce,
    list,
    baseDecode(block.header.hash),
  );
  return (await signer.signTransaction(tx)).signedTransaction;
}

test('near-api-js creates, registers and rewards a wallet over HTTP', async () => {
  server = await startDevnetServer({ port: 0, blockTimeMs: 5 });
  const provider = new JsonRpcProvider({ url: server.rpcUrl }, { retries: 1 });
  const wallet = KeyPair.fromRandom('ed25519').getPublicKey();
  const created = await provider.sendTransactionUntil(
    await sign(provider, 'alice.choonsim.devnet', [
      actions.createAccount(),
      actions.addFullAccessKey(wallet),
      actions.transfer(10n ** 23n),
    ]),
    'FINAL',
  );
  expect(created.status).toEqual({ SuccessValue: '' });
  const rewarded = await provider.sendTransactionUntil(
    await sign(provider, CHOCO_TOKEN, [
      actions.functionCall(
        'storage_deposit',
        { account_id: 'alice.choonsim.devnet', registration_only: true },
        10n ** 13n,
        125n * 10n ** 19n,
      ),
      actions.functionCall(
        'ft_transfer',
        { receiver_id: 'alice.choonsim.devnet', amount: `${100n * 10n ** 18n}` },
        10n ** 13n,
        1n,
      ),
    ]),
    'FINAL',
  );
  expect(rewarded.status).toEqual({ SuccessValue: '' });
  const balance = await provider.callFunction({
    contractId: CHOCO_TOKEN,
    method: 'ft_balance_of',
    args: { account_id: 'alice.choonsim.devnet' },
  });
  expect(balance).toBe(`${100n * 10n ** 18n}`);
  const key = await provider.viewAccessKey({
    accountId: 'alice.choonsim.devnet',
    publicKey: PublicKey.fromString(wallet.toString()),
  });
  expect(key.permission).toBe('FullAccess');
  while (!server.devnet.inspect().isQuiet) server.devnet.produceBlock();
  const totals = server.devnet.inspect().totals();
  expect(totals.balancesYocto + totals.burntYocto).toBe(totals.genesisSupplyYocto);
});
