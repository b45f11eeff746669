import { actions } from 'near-api-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashToBase58, sha256 } from '../bytes/hash.ts';
import { developmentKey, ROOT_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { type SignedBytes, TestNode } from '../testing/test-node.ts';
import { ConnectionLostError, Faults } from './faults.ts';

let faults: Faults;
let node: TestNode;

beforeEach(() => {
  faults = new Faults();
  node = new TestNode({ faults });
});

async function transfer(nonce: bigint, signerId: string = SERVICE_ACCOUNT): Promise<SignedBytes> {
  return node.sign({ signerId, receiverId: ROOT_ACCOUNT, actions: [actions.transfer(1n)], nonce });
}

const isIncluded = ({ hash }: SignedBytes) => node.devnet.inspect().transaction(hash) !== null;

describe('faults of requests', () => {
  test('drop-answer on the second send of an account: the transaction is included, the answer lost', async () => {
    faults.add({ kind: 'drop-answer', method: 'send_tx', accountId: SERVICE_ACCOUNT, skip: 1 });
    const [first, second] = [await transfer(1n), await transfer(2n)];
    const answered = node.send(first, 'INCLUDED');
    await expect(node.send(second, 'INCLUDED')).rejects.toBeInstanceOf(ConnectionLostError);
    node.blocks(1);
    expect((await answered).result.final_execution_status).toBe('INCLUDED');
    expect(isIncluded(second)).toBe(true);
    expect(faults.list()).toEqual([]);
  });

  test('drop-request: the transaction is never seen', async () => {
    faults.add({ kind: 'drop-request' });
    const signed = await transfer(1n);
    await expect(node.send(signed)).rejects.toBeInstanceOf(ConnectionLostError);
    node.blocks(1);
    expect(isIncluded(signed)).toBe(false);
  });

  test.each([408, 429, 503])('HTTP %i, with or without accepting the request', async (status) => {
    for (const accept of [false, true]) {
      faults.add({ kind: 'http-status', status, text: 'slow down', accept, method: 'send_tx' });
      const signed = await transfer(accept ? 2n : 1n);
      const request = { signed_tx_base64: signed.base64, wait_until: 'INCLUDED' };
      const answer = await node.devnet.handle({
        jsonrpc: '2.0',
        id: 1,
        method: 'send_tx',
        params: request,
      });
      expect(answer).toEqual({ httpStatus: status, body: 'slow down', isText: true });
      node.blocks(1);
      expect(isIncluded(signed)).toBe(accept);
    }
  });

  test('a delay ends with the clock', async () => {
    faults.add({ kind: 'delay', delayMs: 5_000, method: 'block' });
    let isAnswered = false;
    const answer = node.call('block', { finality: 'final' }).then(() => {
      isAnswered = true;
    });
    node.pass(4_999);
    await Promise.resolve();
    expect(isAnswered).toBe(false);
    node.pass(1);
    await answer;
  });

  test('a lagging node answers InvalidNonce, Expired or UNKNOWN_TRANSACTION for an executed transaction', async () => {
    const signed = await transfer(1n);
    const executed = node.send(signed);
    node.blocks(6);
    await executed;
    faults.add({ kind: 'invalid-nonce', method: 'send_tx' });
    faults.add({ kind: 'expired', method: 'send_tx' });
    faults.add({ kind: 'unknown-transaction', method: 'tx', count: 2 });
    const resend = async () =>
      (await node.send(signed)).error?.data.TxExecutionError.InvalidTxError;
    expect(await resend()).toEqual({ InvalidNonce: { tx_nonce: 1, ak_nonce: 1 } });
    expect(await resend()).toBe('Expired');
    const ask = () => node.call('tx', { tx_hash: signed.hash, sender_account_id: SERVICE_ACCOUNT });
    for (let i = 0; i < 2; i++) expect((await ask()).error.cause.name).toBe('UNKNOWN_TRANSACTION');
    expect((await ask()).result.final_execution_status).toBe('FINAL');
  });

  test('a fault strikes only its method and account, until it is removed', async () => {
    const id = faults.add({
      kind: 'timeout',
      method: 'send_tx',
      accountId: 'other.devnet',
      count: null,
    });
    expect((await node.send(await transfer(1n), 'NONE')).result).toBeDefined();
    const rule = faults.strikeRequest('send_tx', ['other.devnet']);
    expect(rule?.kind).toBe('timeout');
    expect(faults.list()).toHaveLength(1);
    faults.clear(id);
    expect(faults.strikeRequest('send_tx', ['other.devnet'])).toBeNull();
  });
});

describe('faults of the chain', () => {
  test('a transaction included although invalid has an outcome, no effect, and can execute later', async () => {
    faults.add({ kind: 'include-invalid', error: 'Expired', accountId: SERVICE_ACCOUNT });
    const signed = await transfer(1n);
    const before = node.devnet.inspect().account(SERVICE_ACCOUNT);
    const answer = node.send(signed);
    node.blocks(4);
    expect((await answer).result.status).toEqual({ Failure: { InvalidTxError: 'Expired' } });
    expect(node.devnet.inspect().account(SERVICE_ACCOUNT)).toEqual(before);
    const again = node.send(signed, 'FINAL');
    node.blocks(1);
    const later = node.send(signed, 'EXECUTED');
    node.blocks(6);
    await again;
    expect((await later).result.status).toEqual({ SuccessValue: '' });
  });

  test('the transactions of a reverted block return to the pool, or are lost', async () => {
    const returned = await transfer(1n);
    const answer = node.send(returned, 'INCLUDED');
    node.blocks(1);
    await answer;
    const { header } = (await node.call('block', { finality: 'optimistic' })).result;
    const reverted = header.hash;
    node.devnet.producer.revertHead('return');
    expect(isIncluded(returned)).toBe(false);
    node.blocks(1);
    const again = node.devnet.inspect().transaction(returned.hash);
    expect(again).not.toBeNull();
    // Another block of the same height.
    const old = await node.call('block', { block_id: reverted });
    expect(old.error.cause.name).toBe('UNKNOWN_BLOCK');
    node.devnet.producer.revertHead('drop');
    node.blocks(3);
    expect(isIncluded(returned)).toBe(false);
    expect(node.devnet.inspect().accessKey(SERVICE_ACCOUNT, await keyOf())?.nonce).toBe(0n);
  });

  async function keyOf(): Promise<string> {
    return node.devnet.inspect().account(SERVICE_ACCOUNT)?.publicKeys[0] ?? '';
  }

  test('a final block is never undone, and the final height never decreases', async () => {
    const { height, finalHeight } = node.devnet.inspect();
    for (let i = 0; i < 5; i++) node.devnet.producer.revertHead('return');
    expect(node.devnet.inspect()).toMatchObject({ height: height - 2, finalHeight });
    node.blocks(1);
    expect(node.devnet.inspect()).toMatchObject({ height: height - 1, finalHeight });
    node.blocks(3);
    expect(node.devnet.inspect().finalHeight).toBe(height);
  });

  test('a block below a patch is never undone: the patch would be lost, its NEAR still counted', async () => {
    node.devnet.producer.patch([
      { type: 'account', accountId: 'rich.devnet', amountYocto: '5', lockedYocto: '0' },
    ]);
    const { height } = node.devnet.inspect();
    node.blocks(1);
    for (let i = 0; i < 3; i++) node.devnet.producer.revertHead('return');
    const chain = node.devnet.inspect();
    expect(chain.height).toBe(height);
    expect(chain.account('rich.devnet')?.amountYocto).toBe(5n);
    const { balancesYocto, genesisSupplyYocto, patchedYocto } = chain.totals();
    expect(balancesYocto).toBe(genesisSupplyYocto + patchedYocto);
  });

  test('skipped heights have no block, and finality counts blocks', async () => {
    const { height } = node.devnet.inspect();
    node.devnet.producer.skipBlocks(2);
    node.blocks(3);
    expect(node.devnet.inspect()).toMatchObject({ height: height + 3, finalHeight: height - 1 });
    expect((await node.call('block', { block_id: height + 1 })).error.cause.name).toBe(
      'UNKNOWN_BLOCK',
    );
    const head = await node.call('block', { block_id: height + 3 });
    expect(head.result.header.prev_height).toBe(height);
  });

  test('an unknown height below the head is HTTP 422, any other unknown block 200', async () => {
    const { height } = node.devnet.inspect();
    node.devnet.producer.skipBlocks(2);
    node.blocks(3);
    const statusOf = async (method: string, params: unknown) =>
      (await node.devnet.handle({ jsonrpc: '2.0', id: 1, method, params })).httpStatus;
    const skipped = { block_id: height + 1 };
    const view = { request_type: 'view_account', account_id: ROOT_ACCOUNT };
    expect(await statusOf('block', skipped)).toBe(422);
    expect(await statusOf('query', { ...view, ...skipped })).toBe(422);
    expect(await statusOf('chunk', { ...skipped, shard_id: 0 })).toBe(422);
    expect(await statusOf('block', [height + 1])).toBe(200);
    expect(await statusOf('block', { block_id: height + 4 })).toBe(200);
    expect(await statusOf('block', { block_id: '1'.repeat(32) })).toBe(200);
    expect(await statusOf('query', { ...view, account_id: 'nobody', finality: 'final' })).toBe(200);
  });

  test('a halted chain answers, but waits time out after 10 s', async () => {
    node.devnet.producer.halt();
    const { height } = node.devnet.inspect();
    const answer = node.send(await transfer(1n));
    node.blocks(16);
    expect(node.devnet.inspect().height).toBe(height);
    node.pass(400);
    expect((await answer).error.cause.name).toBe('TIMEOUT_ERROR');
    node.devnet.producer.resume();
    node.blocks(1);
    expect(node.devnet.inspect().height).toBe(height + 1);
  });

  test('pruned history is gone, and status reports the earliest block', async () => {
    const signed = await transfer(1n);
    const answer = node.send(signed);
    node.blocks(20);
    await answer;
    node.devnet.producer.prune(5);
    const { result } = await node.call('status', []);
    expect(result.sync_info.earliest_block_height).toBe(node.devnet.inspect().height - 5);
    const ask = await node.call('tx', {
      tx_hash: signed.hash,
      sender_account_id: SERVICE_ACCOUNT,
      wait_until: 'NONE',
    });
    expect(ask.error.cause.name).toBe('UNKNOWN_TRANSACTION');
    expect((await node.call('block', { block_id: 101 })).error.cause.name).toBe('UNKNOWN_BLOCK');
  });
});

describe('time', () => {
  test('views are pinned to their block; too old ones are garbage collected', async () => {
    const amountAt = async (height: number) => {
      const { result, error } = await node.call('query', {
        request_type: 'view_account',
        account_id: ROOT_ACCOUNT,
        block_id: height,
      });
      return error?.cause.name ?? BigInt(result.amount);
    };
    const start = node.devnet.inspect().height;
    const before = await amountAt(start);
    const answer = node.send(await transfer(1n));
    node.blocks(6);
    await answer;
    expect(await amountAt(start + 1)).toBe(before);
    expect(await amountAt(start + 2)).toBe(before + 1n);
    node.devnet.producer.fastForward(1_000);
    expect(await amountAt(start)).toBe('GARBAGE_COLLECTED_BLOCK');
  });

  test('a transaction is valid for 86,400 blocks after its reference', async () => {
    const reference = node.devnet.inspect();
    const early = await transfer(1n);
    node.devnet.producer.fastForward(reference.finalHeight + 86_400 - reference.height);
    expect((await node.send(early, 'NONE')).result).toBeDefined();
    const valid = node.send(early, 'INCLUDED');
    node.blocks(1);
    expect((await valid).result).toBeDefined();
    const late = node.sign({
      signerId: SERVICE_ACCOUNT,
      receiverId: ROOT_ACCOUNT,
      actions: [],
      blockHash: (await node.call('block', { block_id: reference.finalHeight })).result.header.hash,
    });
    expect((await node.send(late)).error.data.TxExecutionError.InvalidTxError).toBe('Expired');
  });

  test('sandbox_fast_forward and sandbox_patch_state', async () => {
    const { height } = node.devnet.inspect();
    await node.call('sandbox_fast_forward', { delta_height: 500 });
    expect(node.devnet.inspect().height).toBe(height + 500);
    const account = {
      amount: '7',
      locked: '0',
      code_hash: '11111111111111111111111111111111',
      storage_usage: 100,
    };
    const records = [{ Account: { account_id: 'new.devnet', account } }];
    expect((await node.call('sandbox_patch_state', { records })).result).toEqual({});
    expect(node.devnet.inspect().account('new.devnet')?.amountYocto).toBe(7n);
    expect(node.devnet.inspect().totals().patchedYocto).toBe(7n);
  });

  test('sandbox_patch_state takes storage usage and code hash as they are', async () => {
    const account_id = 'new.devnet';
    const { publicKey: public_key } = developmentKey(account_id);
    const code = Buffer.from('code');
    const code_hash = hashToBase58(sha256(code));
    const patch = (...records: object[]) => node.call('sandbox_patch_state', { records });
    const account = { amount: '7', locked: '0', storage_usage: 0, code_hash };
    const access_key = { nonce: 0, permission: 'FullAccess' };
    const key = { AccessKey: { account_id, public_key, access_key } };
    await patch({ Account: { account_id, account } }, key);
    const view = async () => (await node.query('view_account', { account_id })).result;
    expect(await view()).toMatchObject({ storage_usage: 0, code_hash });
    expect((await node.query('view_code', { account_id })).error.cause.name).toBe(
      'NO_CONTRACT_CODE',
    );
    await patch({ Contract: { account_id, code: code.toString('base64') } });
    expect(await view()).toMatchObject({ storage_usage: code.length, code_hash });
    await patch({ Account: { account_id, account: { amount: '8', locked: '0' } } });
    expect(await view()).toMatchObject({ amount: '8', storage_usage: code.length, code_hash });
  });

  test.each([
    { access_key: { nonce: 1.5, permission: 'FullAccess' } },
    { access_key: { nonce: -1, permission: 'FullAccess' } },
    { access_key: { nonce: 1e300, permission: 'FullAccess' } },
    { amount: (2n ** 128n).toString() },
  ])(
    'a record that cannot be stored is rejected before it is in the journal: %j',
    async (fields) => {
      const { publicKey: public_key } = developmentKey('x');
      const account_id = 'new.devnet';
      const record =
        'amount' in fields
          ? { Account: { account_id, account: fields } }
          : { AccessKey: { account_id, public_key, ...fields } };
      const { error } = await node.call('sandbox_patch_state', { records: [record] });
      expect(error.cause.name).toBe('PARSE_ERROR');
      expect(node.devnet.inspect().account(account_id)).toBeUndefined();
    },
  );

  test('genesis_config shows when the chain began, however long ago', async () => {
    const time = async () => (await node.call('genesis_config', [])).result.genesis_time;
    const began = await time();
    node.devnet.producer.fastForward(600_000);
    expect(await time()).toBe(began);
  });
});
