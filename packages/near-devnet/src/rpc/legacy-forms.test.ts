import { isDeepStrictEqual } from 'node:util';
import { actions, baseEncode } from 'near-api-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { EPOCH_BLOCKS } from '../chain/chain.ts';
import { CHOCO_TOKEN, developmentKey, FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { type SignedBytes, TestNode } from '../testing/test-node.ts';

// Each form of parameters that nearcore parses, in `chain/jsonrpc/src/api`, and each that it does not.
const node = new TestNode();
let executed: SignedBytes;
let receiptId: string;
let height: number;
const UNKNOWN = '11111111111111111111111111111112';
const PROBE = `probe.${FAUCET_ACCOUNT}`;
const { publicKey } = developmentKey(SERVICE_ACCOUNT);

beforeAll(async () => {
  const probe = await ContractAccount.create(node, 'probe', await compileContract('probe'));
  await probe.call('put', 'key=value');
  executed = node.sign({
    signerId: SERVICE_ACCOUNT,
    receiverId: FAUCET_ACCOUNT,
    actions: [actions.transfer(1n)],
  });
  const answer = node.send(executed);
  node.blocks(6);
  const { result } = await answer;
  [receiptId] = result.transaction_outcome.outcome.receipt_ids;
  height = node.devnet.inspect().transaction(executed.hash)?.includedHeight ?? 0;
}, 60_000);

const errorOf = async (method: string, params: unknown) =>
  (await node.call(method, params)).error?.cause.name ?? null;
const blockHash = async () => (await node.call('block', [height])).result.header.hash;

describe('accepted', () => {
  test.each<[string, () => unknown]>([
    ['block', () => [height]],
    ['block', () => ({ block_id: height })],
    ['block', () => ({ finality: 'near-final' })],
    ['block', () => ({ sync_checkpoint: 'genesis' })],
    ['block', () => ({ sync_checkpoint: 'earliest_available' })],
    ['chunk', () => [height, 0]],
    ['chunk', () => [[height, 0]]],
    ['chunk', () => ({ block_id: height, shard_id: 0 })],
    ['EXPERIMENTAL_congestion_level', () => ({ block_id: height, shard_id: 0 })],
    ['gas_price', () => [null]],
    ['gas_price', () => [height]],
    ['gas_price', () => ({ block_id: height })],
    ['gas_price', () => ({ block_id: null })],
    ['validators', () => [null]],
    ['validators', () => 'latest'],
    ['validators', () => ({ latest: null })],
    ['EXPERIMENTAL_validators_ordered', () => [null]],
    ['EXPERIMENTAL_validators_ordered', () => ({ block_id: height })],
    ['EXPERIMENTAL_protocol_config', () => ({ block_id: height })],
    ['EXPERIMENTAL_receipt', () => ({ receipt_id: receiptId })],
    ['EXPERIMENTAL_receipt_to_tx', () => ({ receipt_id: receiptId })],
    ['EXPERIMENTAL_split_storage_info', () => ({})],
    ['maintenance_windows', () => ({ account_id: 'devnet' })],
    ['EXPERIMENTAL_changes_in_block', () => ({ block_id: height })],
    ['block_effects', () => ({ finality: 'final' })],
    ['changes', () => ({ changes_type: 'account_changes', account_ids: [], block_id: height })],
    ['next_light_client_block', () => [node.finalBlockHash()]],
    ['tx', () => [executed.hash, SERVICE_ACCOUNT]],
    ['tx', () => [executed.base64]],
    ['EXPERIMENTAL_tx_status', () => ({ signed_tx_base64: executed.base64 })],
    ['send_tx', () => [executed.base64]],
    ['broadcast_tx_async', () => [executed.base64]],
    ['query', () => [`account/${SERVICE_ACCOUNT}`, '']],
    ['query', () => [`access_key/${SERVICE_ACCOUNT}`, '']],
    ['query', () => [`access_key/${SERVICE_ACCOUNT}/${publicKey}`, '']],
    ['query', () => [`code/${PROBE}`, '']],
  ])('%s %#', async (method, params) => {
    expect(await node.call(method, params())).toHaveProperty('result');
  });

  test('by the hash of a block or chunk', async () => {
    const block_id = await blockHash();
    for (const method of ['block', 'gas_price']) {
      expect(await errorOf(method, [block_id])).toBeNull();
    }
    const { chunk_hash: chunk_id } = (await node.call('chunk', [block_id, 0])).result.header;
    expect(await errorOf('chunk', [chunk_id])).toBeNull();
    expect(await errorOf('chunk', { chunk_id })).toBeNull();
  });

  test('paths with their data in base58', async () => {
    const { result: state } = await node.call('query', [
      `contract/${PROBE}`,
      baseEncode(Buffer.from('key')),
    ]);
    expect(state.values).toHaveLength(1);
    const { result: called } = await node.call('query', [
      `call/${PROBE}/echo`,
      baseEncode(Buffer.from('hello')),
    ]);
    expect(Buffer.from(called.result).toString()).toBe('hello');
  });
});

test.each<[string, object | readonly unknown[], object, string]>([
  ['block', { block_id: 7 }, {}, 'BLOCK HEIGHT: 7 \n Cause: Unknown'],
  ['block', { block_id: UNKNOWN }, {}, `BLOCK: ${UNKNOWN} \n Cause: Unknown`],
  ['chunk', { block_id: 7, shard_id: 0 }, {}, 'BLOCK HEIGHT: 7 \n Cause: Unknown'],
  ['gas_price', [7], {}, 'BLOCK HEIGHT: 7 \n Cause: Unknown'],
  ['EXPERIMENTAL_protocol_config', { block_id: 7 }, {}, 'BLOCK HEIGHT: 7 \n Cause: Unknown'],
  [
    'query',
    { request_type: 'view_account', account_id: SERVICE_ACCOUNT, block_id: 7 },
    { block_reference: { block_id: 7 } },
    'BLOCK HEIGHT: 7 \n Cause: Unknown',
  ],
  [
    'query',
    { request_type: 'view_account', account_id: SERVICE_ACCOUNT, block_id: UNKNOWN },
    { block_reference: { block_id: UNKNOWN } },
    `BLOCK HEADER: ${UNKNOWN}`,
  ],
])(
  'an unknown block is named in the text; by a query, in the cause, too: %s %j',
  async (method, params, info, text) => {
    expect((await node.call(method, params)).error).toMatchObject({
      cause: { name: 'UNKNOWN_BLOCK', info: expect.toSatisfy((it) => isDeepStrictEqual(it, info)) },
      data: `DB Not Found Error: ${text}`,
    });
  },
);

describe('rejected', () => {
  test.each<[string, unknown, string]>([
    ['block', [], 'PARSE_ERROR'],
    ['block', [1, 2], 'PARSE_ERROR'],
    ['block', { finality: 'soon' }, 'PARSE_ERROR'],
    ['block', { sync_checkpoint: 'latest' }, 'PARSE_ERROR'],
    ['block', { block_id: -1 }, 'PARSE_ERROR'],
    ['block', { block_id: UNKNOWN }, 'UNKNOWN_BLOCK'],
    ['chunk', { block_id: 100 }, 'PARSE_ERROR'],
    ['chunk', { block_id: 100, shard_id: '0' }, 'PARSE_ERROR'],
    ['chunk', { block_id: 100, shard_id: { toString: 1 } }, 'PARSE_ERROR'],
    ['chunk', { block_id: 100, shard_id: 5 }, 'INVALID_SHARD_ID'],
    ['chunk', { block_id: 1, shard_id: 0 }, 'UNKNOWN_BLOCK'],
    ['chunk', { chunk_id: 'no hash' }, 'PARSE_ERROR'],
    ['chunk', { chunk_id: UNKNOWN }, 'UNKNOWN_CHUNK'],
    ['gas_price', [], 'PARSE_ERROR'],
    ['gas_price', [1], 'UNKNOWN_BLOCK'],
    ['gas_price', ['x'], 'PARSE_ERROR'],
    ['validators', [], 'PARSE_ERROR'],
    ['validators', {}, 'PARSE_ERROR'],
    ['validators', { epoch_id: UNKNOWN }, 'UNKNOWN_EPOCH'],
    ['validators', { block_id: UNKNOWN }, 'UNKNOWN_EPOCH'],
    ['validators', [100], 'VALIDATOR_INFO_UNAVAILABLE'],
    ['EXPERIMENTAL_validators_ordered', { block_id: 1 }, 'UNKNOWN_EPOCH'],
    ['EXPERIMENTAL_receipt', { receipt_id: UNKNOWN }, 'UNKNOWN_RECEIPT'],
    ['EXPERIMENTAL_receipt', {}, 'PARSE_ERROR'],
    ['maintenance_windows', {}, 'PARSE_ERROR'],
    ['changes', { changes_type: 'account_changes', finality: 'final' }, 'PARSE_ERROR'],
    ['changes', { changes_type: 'x', account_ids: [], finality: 'final' }, 'PARSE_ERROR'],
    ['next_light_client_block', [UNKNOWN], 'UNKNOWN_BLOCK'],
    ['tx', [UNKNOWN], 'PARSE_ERROR'],
    ['tx', [UNKNOWN, 'a.b', 'FINAL'], 'PARSE_ERROR'],
    ['tx', { tx_hash: UNKNOWN }, 'PARSE_ERROR'],
    ['send_tx', ['AAAA', 'FINAL'], 'PARSE_ERROR'],
    ['query', [`account/${SERVICE_ACCOUNT}`], 'PARSE_ERROR'],
    ['query', ['account', ''], 'PARSE_ERROR'],
    ['query', [`call/${CHOCO_TOKEN}`, ''], 'PARSE_ERROR'],
    ['query', [`call/${CHOCO_TOKEN}/ft_metadata`, '0'], 'PARSE_ERROR'],
    ['query', [`call/${CHOCO_TOKEN}/ft_metadata`, '2'.repeat(10_240)], 'PARSE_ERROR'],
    ['query', { request_type: 'view_account', account_id: SERVICE_ACCOUNT }, 'PARSE_ERROR'],
    ['EXPERIMENTAL_view_account', [`account/${SERVICE_ACCOUNT}`, ''], 'PARSE_ERROR'],
  ])('%s %j', async (method, params, name) => {
    expect(await errorOf(method, params)).toBe(name);
  });

  test.each(['', 'EXPERIMENTAL_'])('%sview_state with a proof, by name', async (prefix) => {
    const params = { account_id: PROBE, prefix_base64: '', include_proof: true, finality: 'final' };
    const { error } =
      prefix === ''
        ? await node.query('view_state', params)
        : await node.call('EXPERIMENTAL_view_state', params);
    expect(error.data).toContain('no proofs');
  });
});

test('validators are there for the last block of an epoch', async () => {
  const later = new TestNode();
  const end = 100 + EPOCH_BLOCKS - 1;
  later.devnet.producer.fastForward(EPOCH_BLOCKS + 10);
  expect(await later.call('validators', [end])).toHaveProperty('result');
  expect((await later.call('validators', [end + 1])).error.cause.name).toBe(
    'VALIDATOR_INFO_UNAVAILABLE',
  );
});
