import { actions } from 'near-api-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { CHOCO_TOKEN, ROOT_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { type JsonRpcBody, type SignedBytes, TestNode } from '../testing/test-node.ts';
import { type FaultRule, Faults } from './faults.ts';
import { withFaults } from './faulty-rpc.ts';

let faults: Faults;
let node: TestNode;

beforeEach(() => {
  faults = new Faults();
  node = new TestNode({ faults });
});

const call = async (id: unknown, method: string, params: unknown) =>
  (await node.devnet.handle({ jsonrpc: '2.0', id, method, params })).body as Answer;
type Answer = JsonRpcBody & { readonly id: unknown };

/** The answers to one request without a fault and with one. */
async function withAndWithout(rule: FaultRule, method: string, params: unknown) {
  const plain = await node.call(method, params);
  faults.add(rule);
  return { plain, struck: await node.call(method, params) };
}

async function executed(nonce: bigint, amountNear: bigint): Promise<SignedBytes> {
  const signed = node.sign({
    signerId: SERVICE_ACCOUNT,
    receiverId: 'nobody.devnet',
    actions: [actions.transfer(amountNear)],
    nonce,
  });
  const answer = node.send(signed);
  node.blocks(6);
  await answer;
  return signed;
}

const txParams = (hash: string) => ({
  tx_hash: hash,
  sender_account_id: SERVICE_ACCOUNT,
  wait_until: 'NONE',
});

describe('true answers to another request', () => {
  const view = (accountId: string) => ({
    request_type: 'view_account',
    finality: 'final',
    account_id: accountId,
  });

  test('a crossed reply answers an earlier request, with the id of this one or its own', async () => {
    await call('first', 'query', view(ROOT_ACCOUNT));
    const other = await call('second', 'query', view(CHOCO_TOKEN));
    faults.add({ kind: 'crossed-reply', method: 'query' });
    faults.add({ kind: 'crossed-reply', method: 'query', id: 'own' });
    expect(await call('third', 'query', view(SERVICE_ACCOUNT))).toEqual({ ...other, id: 'third' });
    expect(await call('fourth', 'query', view(ROOT_ACCOUNT))).toMatchObject({ id: 'third' });
  });

  test("the answer is another transaction's failure, and ours is accepted all the same", async () => {
    const failed = await executed(1n, 1n);
    faults.add({ kind: 'other-transaction', method: 'send_tx', accept: true });
    const ours = node.sign({
      signerId: SERVICE_ACCOUNT,
      receiverId: ROOT_ACCOUNT,
      actions: [actions.transfer(1n)],
    });
    const { result } = await node.send(ours, 'INCLUDED');
    expect(result).toMatchObject({
      final_execution_status: 'FINAL',
      transaction: { hash: failed.hash },
      status: { Failure: { ActionError: { kind: { AccountDoesNotExist: {} } } } },
    });
    node.blocks(6);
    expect((await node.call('tx', txParams(ours.hash))).result.status).toEqual({
      SuccessValue: '',
    });
  });

  test('without an earlier request the answer is the right one', async () => {
    faults.add({ kind: 'crossed-reply' });
    expect((await node.query('view_account', { account_id: ROOT_ACCOUNT })).result.amount).toBe(
      node.devnet.inspect().account(ROOT_ACCOUNT)?.amountYocto.toString(),
    );
  });
});

describe('errors', () => {
  test('of a provider, inside HTTP 200', async () => {
    faults.add({ kind: 'rpc-error', code: -429, message: 'slow down' });
    const answer = await node.devnet.handle({ jsonrpc: '2.0', id: 7, method: 'status' });
    expect(answer).toEqual({
      httpStatus: 200,
      body: { jsonrpc: '2.0', id: 7, error: { code: -429, message: 'slow down' } },
    });
  });

  test.each(['NO_SYNCED_BLOCKS', 'NOT_SYNCED_YET', 'UNAVAILABLE_SHARD'])(
    'of the node about itself: %s',
    async (name) => {
      faults.add({ kind: 'node-error', name });
      expect((await node.call('block', { finality: 'final' })).error).toMatchObject({
        name: 'HANDLER_ERROR',
        cause: { name },
      });
    },
  );

  test('of a broken contract cache, as a result', async () => {
    const error = 'wasm execution failed with error: CacheError(ReadError)';
    faults.add({ kind: 'view-error', error, method: 'query' });
    const { result } = await node.query('call_function', {
      account_id: CHOCO_TOKEN,
      method_name: 'ft_total_supply',
      args_base64: '',
    });
    expect(result).toMatchObject({ error, logs: [], block_height: node.devnet.inspect().height });
    expect(result).not.toHaveProperty('result');
  });
});

describe('a frozen node', () => {
  test('answers as of its block, knows nothing newer and includes nothing', async () => {
    const { finalHeight } = node.devnet.inspect();
    const { hash } = await executed(1n, 1n);
    faults.add({ kind: 'frozen', atHeight: finalHeight, count: null });
    const { header } = (await node.call('block', { finality: 'final' })).result;
    expect(header.height).toBe(finalHeight);
    const { publicKeys } = node.devnet.inspect().account(SERVICE_ACCOUNT) ?? {};
    const key = { account_id: SERVICE_ACCOUNT, public_key: publicKeys?.[0] };
    expect((await node.query('view_access_key', key)).result).toMatchObject({ nonce: 0 });
    expect((await node.call('status', [])).result.sync_info).toMatchObject({
      latest_block_height: finalHeight,
      latest_block_hash: header.hash,
    });
    expect((await node.call('tx', txParams(hash))).error.cause.name).toBe('UNKNOWN_TRANSACTION');
    const sent = node.send(
      node.sign({ signerId: ROOT_ACCOUNT, receiverId: ROOT_ACCOUNT, actions: [] }),
    );
    node.blocks(17);
    expect((await sent).error.cause.name).toBe('TIMEOUT_ERROR');
    expect(node.devnet.inspect().transactions()).toHaveLength(1);
  });

  test('can be served beside one that goes on, for the same chain', async () => {
    const mine = new Faults();
    const never = () => () => undefined;
    const face = withFaults((request) => node.devnet.handle(request), mine, never);
    const { finalHeight } = node.devnet.inspect();
    mine.add({ kind: 'frozen', atHeight: finalHeight, count: null });
    node.blocks(5);
    const request = { jsonrpc: '2.0', id: 1, method: 'block', params: { finality: 'final' } };
    expect((await face(request)).body).toMatchObject({
      result: { header: { height: finalHeight } },
    });
    expect((await node.call('block', { finality: 'final' })).result.header.height).toBe(
      finalHeight + 5,
    );
  });
});

describe('changed answers', () => {
  test('another chain has its own identity and heights, and none of our transactions', async () => {
    const { hash } = await executed(1n, 1n);
    const rule: FaultRule = { kind: 'foreign-chain', chainId: 'mainnet', aheadBlocks: 120_000 };
    const { plain, struck } = await withAndWithout(rule, 'status', []);
    expect(struck.result).toMatchObject({ chain_id: 'mainnet' });
    expect(struck.result.genesis_hash).not.toBe(plain.result.genesis_hash);
    const blocks = await withAndWithout(rule, 'block', { finality: 'final' });
    expect(blocks.struck.result.header.height).toBe(blocks.plain.result.header.height + 120_000);
    expect(blocks.struck.result.header.hash).not.toBe(blocks.plain.result.header.hash);
    faults.add(rule);
    expect((await node.call('tx', txParams(hash))).error.cause.name).toBe('UNKNOWN_TRANSACTION');
  });

  test('a block lies in the future', async () => {
    const rule: FaultRule = { kind: 'future-block', aheadMs: 86_400_000 };
    const { plain, struck } = await withAndWithout(rule, 'block', { finality: 'final' });
    const time = ({ result }: JsonRpcBody) =>
      Number((result.header as unknown as { timestamp: number }).timestamp) / 1e6;
    expect(time(struck) - time(plain)).toBeCloseTo(86_400_000, -1);
    expect(struck.result.header.height).toBe(plain.result.header.height);
  });

  test('a field is missing or malformed', async () => {
    const { hash } = await executed(1n, 1n);
    const path = 'result.transaction_outcome.outcome.gas_burnt';
    const odd = await withAndWithout({ kind: 'misshapen', path, value: {} }, 'tx', txParams(hash));
    expect(odd.struck.result.transaction_outcome.outcome).toMatchObject({ gas_burnt: {} });
    const rule: FaultRule = { kind: 'misshapen', path: 'result.receipts_outcome' };
    const { plain, struck } = await withAndWithout(rule, 'tx', txParams(hash));
    const { receipts_outcome: _, ...rest } = plain.result;
    expect(struck.result).toEqual(rest);
    // The record inside the node is unchanged.
    expect((await node.call('tx', txParams(hash))).result).toEqual(plain.result);
    await withAndWithout({ kind: 'misshapen', path: '__proto__.polluted', value: 1 }, 'status', []);
    expect({}).not.toHaveProperty('polluted');
  });

  test('an answer is huge', async () => {
    faults.add({ kind: 'huge-reply', bytes: 3_000_000 });
    expect(JSON.stringify(await call(1, 'status', [])).length).toBeGreaterThan(3_000_000);
  });
});
