import { VALIDATION_SCHEMA_MAP } from '@near-js/jsonrpc-types';
import fc from 'fast-check';
import { actions } from 'near-api-js';
import { expect, test } from 'vitest';
import { CHOCO_TOKEN, developmentKey, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { busyMs, fuzz, MAX_BUSY_MS } from '../testing/fuzz.ts';
import { TestNode } from '../testing/test-node.ts';
import { Faults } from './faults.ts';

// Timers fire at once, so that no request waits.
const node = new TestNode({
  faults: new Faults(),
  setTimer: (callback) => {
    queueMicrotask(callback);
    return () => undefined;
  },
});
const { hash, base64 } = node.sign({
  signerId: SERVICE_ACCOUNT,
  receiverId: CHOCO_TOKEN,
  actions: [actions.functionCall('ft_balance_of', { account_id: 'a.b' }, 10n ** 13n, 0n)],
});
void node.send({ hash, base64 }, 'NONE');
node.blocks(6);
const { publicKey } = developmentKey(SERVICE_ACCOUNT);
const block = { block_id: node.devnet.inspect().height };
const account = { account_id: SERVICE_ACCOUNT, finality: 'final' };
const keys = { public_key: publicKey, limit: 3, after_key: publicKey };
const call = { method_name: 'ft_balance_of', args_base64: Buffer.from('{}').toString('base64') };
const state = { prefix_base64: '', after_key_base64: 'AAAA', include_proof: true };
const transaction = { tx_hash: hash, sender_account_id: SERVICE_ACCOUNT, wait_until: 'FINAL' };
const head = { light_client_head: node.finalBlockHash() };
const changed = { account_ids: [SERVICE_ACCOUNT], key_prefix_base64: '', ...block };
const named = (type: string) => ({ request_type: type, ...account, ...keys, ...call, ...state });

/** Parameters that each method takes, from which the hostile ones are made. */
const VALID: Readonly<Record<string, readonly unknown[]>> = {
  block: [block, { finality: 'final' }, { sync_checkpoint: 'genesis' }, [100]],
  chunk: [{ ...block, shard_id: 0 }, [100, 0], [[100, 0]], { chunk_id: hash }],
  changes: [
    { changes_type: 'account_changes', ...changed },
    { changes_type: 'all_access_key_changes', ...changed },
    { changes_type: 'contract_code_changes', ...changed },
    { changes_type: 'data_changes', ...changed },
    {
      changes_type: 'single_access_key_changes',
      keys: [{ account_id: SERVICE_ACCOUNT, public_key: publicKey }],
      ...block,
    },
  ],
  query: [
    ...['view_account', 'view_access_key', 'view_access_key_list', 'view_gas_key_nonces'].map(
      named,
    ),
    ...['view_code', 'view_state', 'call_function'].map(named),
    { ...named('view_global_contract_code'), code_hash: hash },
    named('view_global_contract_code_by_account_id'),
    [`access_key/${SERVICE_ACCOUNT}/${publicKey}`, ''],
    [`call/${CHOCO_TOKEN}/ft_metadata`, ''],
  ],
  send_tx: [{ signed_tx_base64: base64, wait_until: 'NONE' }, [base64]],
  tx: [transaction, { signed_tx_base64: base64, wait_until: 'FINAL' }, [hash, SERVICE_ACCOUNT]],
  gas_price: [[null], [100], block],
  validators: [[null], 'latest', { epoch_id: hash }, block],
  receipt: [{ receipt_id: hash }],
  light_client_proof: [
    { type: 'transaction', transaction_hash: hash, sender_id: SERVICE_ACCOUNT, ...head },
    { type: 'receipt', receipt_id: hash, receiver_id: SERVICE_ACCOUNT, ...head },
  ],
  block_proof: [{ block_hash: node.finalBlockHash(), ...head }],
  next_light_client_block: [{ last_block_hash: node.finalBlockHash() }, [hash]],
  maintenance_windows: [{ account_id: SERVICE_ACCOUNT }],
  sandbox_fast_forward: [{ delta_height: 3 }],
  sandbox_patch_state: [
    {
      records: [
        { Account: { account_id: 'p.devnet', account: { amount: '1', locked: '0' } } },
        {
          AccessKey: {
            account_id: 'p.devnet',
            public_key: publicKey,
            access_key: { nonce: 1, permission: 'FullAccess' },
          },
        },
        { Contract: { account_id: 'p.devnet', code: 'AAAA' } },
        { Data: { account_id: 'p.devnet', data_key: 'AAAA', value: 'AAAA' } },
      ],
    },
  ],
  any: [[], {}, null],
};
const ALIKE: Readonly<Record<string, string>> = {
  EXPERIMENTAL_changes: 'changes',
  EXPERIMENTAL_changes_in_block: 'block',
  EXPERIMENTAL_congestion_level: 'chunk',
  EXPERIMENTAL_light_client_block_proof: 'block_proof',
  EXPERIMENTAL_light_client_proof: 'light_client_proof',
  EXPERIMENTAL_maintenance_windows: 'maintenance_windows',
  EXPERIMENTAL_protocol_config: 'block',
  EXPERIMENTAL_receipt: 'receipt',
  EXPERIMENTAL_receipt_to_tx: 'receipt',
  EXPERIMENTAL_tx_status: 'tx',
  EXPERIMENTAL_validators_ordered: 'gas_price',
  block_effects: 'block',
  broadcast_tx_async: 'send_tx',
  broadcast_tx_commit: 'send_tx',
  tx_status: 'tx',
};
const METHODS = [
  ...Object.keys(VALIDATION_SCHEMA_MAP),
  'EXPERIMENTAL_receipt_to_tx',
  'sandbox_fast_forward',
  'sandbox_patch_state',
];

const nested = (depth: number, leaf: unknown) => {
  let value = leaf;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
};
const HOSTILE = [
  ...['', 'a', '\u0000', '\ud800', 'ᄀ', '__proto__', '0', '-1', 'null', '1'.repeat(5_000)],
  ...[
    'x'.repeat(100_000),
    'A'.repeat(40_000),
    '1'.repeat(44),
    'ed25519:',
    `ml-dsa-65:${'z'.repeat(2_600)}`,
  ],
  ...[0, -0, -1, 1.5, 1e300, -1e300, 2 ** 53, 2 ** 64, 1e-300, null, true, false],
  ...[[], {}, [[]], [null], nested(300, 1), Array(2_000).fill(0), Array(50).fill({ a: [] })],
  ...[{ toString: 1, valueOf: 2 }, { toJSON: 1 }, { length: 1e9 }, { constructor: { name: 1 } }],
  ...[JSON.parse('{"__proto__":{"finality":"final"}}'), { $n: 'x' }],
  ...[hash, base64, publicKey, SERVICE_ACCOUNT, 'final', 'FINAL', 100],
];

/** A copy in which what lies on a random path is replaced, removed or repeated. */
function damaged(value: unknown, random: readonly number[], hostile: unknown): unknown {
  const [at = 0, ...rest] = random;
  if (typeof value !== 'object' || value === null || rest.length === 0) return hostile;
  if (Array.isArray(value)) {
    const index = at % (value.length + 1);
    const copy = [...value];
    if (rest[0] === 0) copy.splice(index, 1);
    else if (rest[0] === 1) copy.splice(index, 0, hostile);
    else copy[index] = damaged(value[index], rest, hostile);
    return copy;
  }
  const entries = Object.entries(value);
  const [name, item] = entries[at % Math.max(1, entries.length)] ?? ['a', null];
  if (rest[0] === 0) return Object.fromEntries(entries.filter(([other]) => other !== name));
  if (rest[0] === 1)
    return { ...value, [typeof hostile === 'string' ? hostile.slice(0, 50) : 'a']: item };
  return { ...value, [name]: damaged(item, rest, hostile) };
}

const hostileParams = (method: string): fc.Arbitrary<unknown> => {
  const valid =
    VALID[ALIKE[method] ?? method] ??
    (method.startsWith('EXPERIMENTAL_view') || method.startsWith('EXPERIMENTAL_call')
      ? VALID.query
      : VALID.any) ??
    [];
  const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.jsonValue({ maxDepth: 3 }));
  const path = fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 6 });
  const changed = fc
    .tuple(
      fc.constantFrom(...valid),
      fc.array(fc.tuple(path, hostile), { minLength: 1, maxLength: 3 }),
    )
    .map(([params, changes]) =>
      changes.reduce((value, [at, replacement]) => damaged(value, at, replacement), params),
    );
  return fc.oneof({ weight: 5, arbitrary: changed }, hostile);
};

const request = fc.constantFrom(...METHODS).chain((method) =>
  fc.record({
    method: fc.constant(method),
    params: hostileParams(method),
    id: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.constantFrom(...HOSTILE)),
  }),
);

test('every method answers any parameters in time, never with an internal error', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ method, params, id }) => {
      // As sent: what is not JSON does not arrive, and objects are fresh.
      const sent = JSON.parse(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      const before = busyMs();
      const { httpStatus, body } = await node.devnet.handle(sent);
      expect(busyMs() - before).toBeLessThan(MAX_BUSY_MS);
      const { error } = JSON.parse(JSON.stringify(body));
      // Proofs for light clients are an error by name, which nearcore has no other code for.
      const isWithoutProofs = error?.data?.includes?.('no proofs for light clients');
      const allowed = isWithoutProofs ? [500] : [200, 400, 408, 422];
      expect({ method, httpStatus, error }).toMatchObject({
        httpStatus: expect.toBeOneOf(allowed),
      });
    }),
    fuzz(4_000),
  );
  node.blocks(2);
  expect((await node.call('status', [])).result).toMatchObject({ chain_id: 'devnet' });
});

test.each<[string, string]>([
  ['five million open brackets', '['.repeat(5_000_000)],
  ['a million nested lists', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`],
  ['a million nested objects', `${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}`],
])(
  '%s are answered in time',
  async (_, text) => {
    const before = busyMs();
    for (const body of [text, `{"jsonrpc":"2.0","id":1,"method":"chunk","params":${text}}`]) {
      let parsed: unknown;
      try {
        parsed = JSON.parse(body);
      } catch {
        continue;
      }
      const { httpStatus } = await node.devnet.handle(parsed);
      expect(httpStatus).toBe(400);
    }
    expect(busyMs() - before).toBeLessThan(MAX_BUSY_MS);
  },
  120_000,
);
