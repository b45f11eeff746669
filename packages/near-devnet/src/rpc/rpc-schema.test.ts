import { VALIDATION_SCHEMA_MAP } from '@near-js/jsonrpc-types';
import { actions, KeyPair } from 'near-api-js';
import { beforeAll, expect, test } from 'vitest';
import { CHOCO_TOKEN, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { type SignedBytes, TestNode } from '../testing/test-node.ts';

// Validates every kind of answer, results and errors, with the official schemas of the RPC.
type Method = keyof typeof VALIDATION_SCHEMA_MAP;
const node = new TestNode();
let executed: SignedBytes;
let failed: SignedBytes;

beforeAll(async () => {
  const wallet = KeyPair.fromRandom('ed25519').getPublicKey();
  executed = node.sign({
    signerId: SERVICE_ACCOUNT,
    receiverId: 'a.choonsim.devnet',
    actions: [
      actions.createAccount(),
      actions.addFullAccessKey(wallet),
      actions.addFunctionCallAccessKey(
        KeyPair.fromRandom('ed25519').getPublicKey(),
        CHOCO_TOKEN,
        ['a'],
        5n,
      ),
      actions.transfer(10n ** 24n),
    ],
    nonce: 1n,
  });
  failed = node.sign({
    signerId: SERVICE_ACCOUNT,
    receiverId: CHOCO_TOKEN,
    actions: [
      actions.functionCall('ft_transfer', { receiver_id: 'x.devnet', amount: '1' }, 10n ** 13n, 1n),
    ],
    nonce: 2n,
  });
  const answers = [node.send(executed), node.send(failed)];
  node.blocks(6);
  await Promise.all(answers);
});

async function validate(method: Method, params: unknown) {
  const request = { jsonrpc: '2.0', id: 'schema', method, params };
  const { body } = await node.devnet.handle(request);
  const sent = JSON.parse(JSON.stringify(body));
  const schema = VALIDATION_SCHEMA_MAP[method]?.responseSchema?.();
  expect(schema?.safeParse({ jsonrpc: '2.0', id: 'schema' }).success).toBe(false);
  const parsed = schema?.safeParse(camelized(sent));
  expect(parsed?.error?.message).toBeUndefined();
  return sent;
}

/** The schemas have camelCase names for the RPC's snake_case. */
function camelized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      camelized(item),
    ]),
  );
}

const blockOf = (hash: string) => node.devnet.inspect().transaction(hash)?.includedHeight;

test.each<[string, Method, () => unknown]>([
  ['block', 'block', () => ({ finality: 'final' })],
  ['genesis block', 'block', () => ({ sync_checkpoint: 'genesis' })],
  ['block by height', 'block', () => ({ block_id: node.devnet.inspect().height })],
  ['chunk', 'chunk', () => ({ block_id: blockOf(executed.hash), shard_id: 0 })],
  ['gas price', 'gas_price', () => [null]],
  ['status', 'status', () => []],
  ['health', 'health', () => []],
  ['network', 'network_info', () => []],
  ['validators', 'validators', () => [null]],
  ['protocol', 'EXPERIMENTAL_protocol_config', () => ({ finality: 'final' })],
  ['transaction', 'tx', () => txParams(executed)],
  ['transaction with receipts', 'EXPERIMENTAL_tx_status', () => txParams(executed)],
  ['failed transaction', 'tx', () => txParams(failed)],
  ['send', 'send_tx', () => ({ signed_tx_base64: executed.base64, wait_until: 'FINAL' })],
  ['send async', 'broadcast_tx_async', () => ({ signed_tx_base64: executed.base64 })],
  ['send commit', 'broadcast_tx_commit', () => ({ signed_tx_base64: executed.base64 })],
  [
    'account changes',
    'EXPERIMENTAL_changes',
    () => ({
      changes_type: 'account_changes',
      account_ids: [SERVICE_ACCOUNT],
      block_id: blockOf(executed.hash),
    }),
  ],
  [
    'key changes',
    'EXPERIMENTAL_changes',
    () => ({
      changes_type: 'all_access_key_changes',
      account_ids: [SERVICE_ACCOUNT],
      block_id: blockOf(executed.hash),
    }),
  ],
  [
    'changes in block',
    'EXPERIMENTAL_changes_in_block',
    () => ({ block_id: blockOf(executed.hash) }),
  ],
  ['congestion', 'EXPERIMENTAL_congestion_level', () => ({ block_id: 101, shard_id: 0 })],
  ['genesis', 'genesis_config', () => []],
  ['genesis, older name', 'EXPERIMENTAL_genesis_config', () => []],
  ['client', 'client_config', () => []],
  ['maintenance', 'maintenance_windows', () => ({ account_id: SERVICE_ACCOUNT })],
  ['maintenance, older', 'EXPERIMENTAL_maintenance_windows', () => ({ account_id: 'devnet' })],
  ['storage', 'EXPERIMENTAL_split_storage_info', () => ({})],
  ['validators in order', 'EXPERIMENTAL_validators_ordered', () => [null]],
  [
    'next light client block',
    'next_light_client_block',
    () => ({ last_block_hash: node.finalBlockHash() }),
  ],
  ['block effects', 'block_effects', () => ({ finality: 'final' })],
  [
    'data changes',
    'changes',
    () => ({
      changes_type: 'data_changes',
      account_ids: [SERVICE_ACCOUNT],
      key_prefix_base64: '',
      finality: 'final',
    }),
  ],
])('%s', async (_, method, params) => {
  expect(await validate(method, params())).toHaveProperty('result');
});

test('every method of the official schema exists', async () => {
  for (const method of Object.keys(VALIDATION_SCHEMA_MAP)) {
    const { error } = await node.call(method, {});
    expect([method, error?.cause.name]).not.toEqual([method, 'METHOD_NOT_FOUND']);
  }
});

test.each<[Method, object]>([
  ['light_client_proof', { type: 'transaction', transaction_hash: '', sender_id: SERVICE_ACCOUNT }],
  ['EXPERIMENTAL_light_client_block_proof', { block_hash: '' }],
])('%s is an error that names the reason', async (method, params) => {
  const filled = Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      key === 'transaction_hash' ? executed.hash : value || node.finalBlockHash(),
    ]),
  );
  const sent = await validate(method, { ...filled, light_client_head: node.finalBlockHash() });
  expect(sent.error.data).toContain('no proofs for light clients');
});

const txParams = ({ hash }: SignedBytes) => ({
  tx_hash: hash,
  sender_account_id: SERVICE_ACCOUNT,
  wait_until: 'FINAL',
});

test.each([
  { request_type: 'view_account', account_id: 'a.choonsim.devnet' },
  { request_type: 'view_access_key_list', account_id: 'a.choonsim.devnet' },
  { request_type: 'view_code', account_id: CHOCO_TOKEN },
  {
    request_type: 'call_function',
    account_id: CHOCO_TOKEN,
    method_name: 'ft_metadata',
    args_base64: '',
  },
])('query $request_type', async (params) => {
  expect(await validate('query', { finality: 'final', ...params })).toHaveProperty('result');
});

test('a receipt', async () => {
  const { result } = await node.call('tx', txParams(executed));
  const [id] = result.transaction_outcome.outcome.receipt_ids;
  expect(await validate('EXPERIMENTAL_receipt', { receipt_id: id })).toHaveProperty('result');
});

test.each<[string, Method, unknown]>([
  ['unknown block', 'block', { block_id: 1 }],
  [
    'unknown account',
    'query',
    { request_type: 'view_account', finality: 'final', account_id: 'no.devnet' },
  ],
  [
    'no code',
    'query',
    { request_type: 'view_code', finality: 'final', account_id: SERVICE_ACCOUNT },
  ],
  ['missing parameters', 'query', {}],
  [
    'unknown transaction',
    'tx',
    {
      tx_hash: '11111111111111111111111111111112',
      sender_account_id: 'a.b',
      wait_until: 'NONE',
    },
  ],
  ['unknown receipt', 'EXPERIMENTAL_receipt', { receipt_id: '11111111111111111111111111111112' }],
  ['unknown chunk', 'chunk', { chunk_id: '11111111111111111111111111111112' }],
  ['bad transaction', 'send_tx', { signed_tx_base64: 'AAAA' }],
])('error: %s', async (_, method, params) => {
  expect(await validate(method, params)).toHaveProperty('error');
});

test('an invalid transaction', async () => {
  const late = node.sign({
    signerId: SERVICE_ACCOUNT,
    receiverId: CHOCO_TOKEN,
    actions: [],
    nonce: 1n,
  });
  const sent = await validate('send_tx', { signed_tx_base64: late.base64 });
  expect(sent.error).toMatchObject({
    name: 'HANDLER_ERROR',
    cause: { name: 'INVALID_TRANSACTION', info: {} },
    code: -32_000,
    message: 'Server error',
    data: { TxExecutionError: { InvalidTxError: { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } } } },
  });
});
