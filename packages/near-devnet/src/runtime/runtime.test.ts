import { actions, KeyPair } from 'near-api-js';
import { describe, expect, test } from 'vitest';
import { CHOCO_TOKEN, ROOT_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';

const NEAR = 10n ** 24n;
const TGAS = 10n ** 12n;
const walletKey = () => KeyPair.fromRandom('ed25519').getPublicKey();

function createWallet(accountId: string, amountYocto = 0n) {
  const list = [actions.createAccount(), actions.addFullAccessKey(walletKey())];
  if (amountYocto > 0n) list.push(actions.transfer(amountYocto));
  return { signerId: SERVICE_ACCOUNT, receiverId: accountId, actions: list };
}

describe('the cost of a new account', () => {
  test('holds 0.0075 NEAR and burns 0.0071', async () => {
    const node = new TestNode();
    const before = node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
    const pending = node.send(node.sign(createWallet('a.choonsim.devnet')));
    node.blocks(1);
    const held = before - (node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n);
    expect(held).toBe(7_480_807_087_500_000_000_000n);
    node.blocks(6);
    expect((await pending).result.status).toEqual({ SuccessValue: '' });
    const spent = before - (node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n);
    expect(spent).toBe(node.devnet.inspect().totals().burntYocto);
    expect(spent).toBe(7_091_964_925_000_000_000_000n);
  });

  test('an account of 182 bytes needs no balance', async () => {
    const node = new TestNode();
    await node.execute(createWallet('a.choonsim.devnet'));
    expect(node.devnet.inspect().account('a.choonsim.devnet')).toMatchObject({
      amountYocto: 0n,
      storageUsage: 182,
    });
  });

  test('creating an existing account fails; deposit and unused gas are refunded', async () => {
    const node = new TestNode();
    await node.execute(createWallet('a.choonsim.devnet'));
    const before = node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
    const { result } = await node.execute(createWallet('a.choonsim.devnet', NEAR));
    expect(result.status.Failure?.ActionError).toEqual({
      index: 0,
      kind: { AccountAlreadyExists: { account_id: 'a.choonsim.devnet' } },
    });
    const spent = before - (node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n);
    expect(spent).toBeLessThan(NEAR / 1000n);
  });

  test('only the direct parent creates a sub-account, and only the registrar a short top-level one', async () => {
    const node = new TestNode();
    const foreign = await node.execute({
      ...createWallet('b.choonsim.devnet'),
      signerId: ROOT_ACCOUNT,
    });
    expect(foreign.result.status.Failure?.ActionError.kind).toHaveProperty(
      'CreateAccountNotAllowed',
    );
    const top = await node.execute(createWallet('toplevel'));
    expect(top.result.status.Failure?.ActionError.kind).toHaveProperty(
      'CreateAccountOnlyByRegistrar',
    );
  });

  test('a transfer to an implicit id creates it with its key', async () => {
    const node = new TestNode();
    const id = 'ab'.repeat(32);
    await node.execute({
      signerId: SERVICE_ACCOUNT,
      receiverId: id,
      actions: [actions.transfer(NEAR)],
    });
    expect(node.devnet.inspect().account(id)).toMatchObject({
      amountYocto: NEAR,
      storageUsage: 182,
    });
  });
});

describe('timing', () => {
  test('charged in a block, executed in the next, refunded in the one after', async () => {
    const node = new TestNode();
    const signed = node.sign(createWallet('a.choonsim.devnet'));
    const answer = node.send(signed);
    const start = node.devnet.inspect().height;
    node.blocks(6);
    const { result } = await answer;
    const height = async (hash: string) =>
      (await node.call('block', { block_id: hash })).result.header.height;
    expect(await height(result.transaction_outcome.block_hash)).toBe(start + 1);
    expect(await height(result.receipts_outcome[0].block_hash)).toBe(start + 2);
    expect(await height(result.receipts_outcome[1].block_hash)).toBe(start + 3);
    expect(result.receipts_outcome[1].outcome).toMatchObject({
      gas_burnt: 223_182_562_500,
      tokens_burnt: '0',
    });
  });

  test('a new key begins at (height - 1) * 1,000,000', async () => {
    const node = new TestNode();
    const key = walletKey();
    const start = node.devnet.inspect().height;
    await node.execute({
      signerId: SERVICE_ACCOUNT,
      receiverId: 'a.choonsim.devnet',
      actions: [actions.createAccount(), actions.addFullAccessKey(key)],
    });
    const nonce = node.devnet.inspect().accessKey('a.choonsim.devnet', key.toString())?.nonce;
    expect(nonce).toBe(BigInt(start + 1) * 1_000_000n);
  });

  test('the pool drains a key in ascending nonce order', async () => {
    const node = new TestNode();
    const send = async (nonce: bigint) =>
      node.send(
        node.sign({
          signerId: SERVICE_ACCOUNT,
          receiverId: ROOT_ACCOUNT,
          actions: [actions.transfer(1n)],
          nonce,
        }),
        'NONE',
      );
    for (const nonce of [5n, 2n, 9n]) await send(nonce);
    node.blocks(4);
    const nonces = node.devnet
      .inspect()
      .transactions()
      .map(({ transaction }) => transaction.nonce);
    expect(nonces).toEqual([2n, 5n, 9n]);
  });

  test('a transaction whose nonce was used is dropped and its sender gets the error', async () => {
    const node = new TestNode();
    const base = { signerId: SERVICE_ACCOUNT, receiverId: ROOT_ACCOUNT };
    const late = node.sign({ ...base, actions: [actions.transfer(1n)], nonce: 7n });
    const early = node.sign({ ...base, actions: [actions.transfer(2n)], nonce: 7n });
    const first = node.send(late, 'INCLUDED');
    const second = node.send(early, 'INCLUDED');
    node.blocks(1);
    expect((await first).result.final_execution_status).toBe('INCLUDED');
    expect((await second).error.data.TxExecutionError.InvalidTxError).toEqual({
      InvalidNonce: { tx_nonce: 7, ak_nonce: 7 },
    });
  });

  test('transactions beyond the gas of a chunk wait for the next block', async () => {
    const node = new TestNode({ protocol: { chunkTransactionGasLimit: 400_000_000_000n } });
    for (let nonce = 1n; nonce <= 5n; nonce++) {
      const signed = node.sign({
        signerId: SERVICE_ACCOUNT,
        receiverId: ROOT_ACCOUNT,
        actions: [actions.transfer(1n)],
        nonce,
      });
      await node.send(signed, 'NONE');
    }
    node.blocks(1);
    expect(node.devnet.inspect().transactions()).toHaveLength(2);
    node.blocks(2);
    expect(node.devnet.inspect().transactions()).toHaveLength(5);
  });

  test('receipts beyond the gas of a chunk are carried over', async () => {
    const node = new TestNode({ protocol: { chunkGasLimit: 10n * TGAS } });
    const waits = [];
    for (let i = 1; i <= 3; i++) {
      const signed = node.sign({
        ...createWallet(`a${i}.choonsim.devnet`),
        nonce: BigInt(i),
      });
      waits.push(node.send(signed));
    }
    node.blocks(2);
    expect(node.devnet.inspect().account('a2.choonsim.devnet')).toBeDefined();
    expect(node.devnet.inspect().account('a3.choonsim.devnet')).toBeUndefined();
    node.blocks(6);
    for (const wait of waits) expect((await wait).result.final_execution_status).toBe('FINAL');
  });
});

describe('the token call of a sign-up', () => {
  const fund = (accountId: string) => ({
    signerId: SERVICE_ACCOUNT,
    receiverId: CHOCO_TOKEN,
    actions: [
      actions.functionCall(
        'storage_deposit',
        { account_id: accountId, registration_only: true },
        10n * TGAS,
        1_250_000_000_000_000_000_000n,
      ),
      actions.functionCall(
        'ft_transfer',
        { receiver_id: accountId, amount: '100' },
        10n * TGAS,
        1n,
      ),
    ],
  });

  test('registers and pays in one receipt, burns about 0.0003 NEAR', async () => {
    const node = new TestNode();
    const before = node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
    const pending = node.send(node.sign(fund('a.choonsim.devnet')));
    node.blocks(1);
    const held = before - (node.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n);
    expect(held).toBeGreaterThan((22n * NEAR) / 1000n);
    expect(held).toBeLessThan((24n * NEAR) / 1000n);
    node.blocks(7);
    const { result } = await pending;
    expect(result.status).toEqual({ SuccessValue: '' });
    expect(result.receipts_outcome[0].outcome.logs).toEqual([
      'EVENT_JSON:{"standard":"nep141","version":"1.0.0","event":"ft_transfer","data":[{"old_owner_id":"choonsim.devnet","new_owner_id":"a.choonsim.devnet","amount":"100"}]}',
    ]);
    expect(node.devnet.inspect().totals().burntYocto).toBeLessThan(NEAR / 2500n);
    expect(node.devnet.inspect().tokenBalance('a.choonsim.devnet')).toBe(100n);
  });

  test('is atomic: a failing action names its index and undoes the others', async () => {
    const node = new TestNode();
    const { result } = await node.execute({
      ...fund('a.choonsim.devnet'),
      actions: [
        ...fund('a.choonsim.devnet').actions,
        actions.functionCall(
          'ft_transfer',
          { receiver_id: 'b.devnet', amount: '1' },
          10n * TGAS,
          1n,
        ),
      ],
    });
    expect(result.status.Failure?.ActionError).toEqual({
      index: 2,
      kind: {
        FunctionCallError: {
          ExecutionError: 'Smart contract panicked: The account b.devnet is not registered',
        },
      },
    });
    expect(node.devnet.inspect().tokenBalance('a.choonsim.devnet')).toBeNull();
  });

  test("fails without enough gas with nearcore's message", async () => {
    const node = new TestNode();
    const { result } = await node.execute({
      signerId: SERVICE_ACCOUNT,
      receiverId: CHOCO_TOKEN,
      actions: [actions.functionCall('ft_transfer', {}, 1000n, 1n)],
    });
    expect(result.status.Failure?.ActionError.kind).toEqual({
      FunctionCallError: { ExecutionError: 'Exceeded the prepaid gas.' },
    });
  });
});
