import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { actions } from 'near-api-js';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAUCET_ACCOUNT } from '../rules/genesis.ts';
import { DEFAULT_PROTOCOL_CONFIG } from '../rules/protocol-config.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { TestNode } from '../testing/test-node.ts';

const TGAS = 10n ** 12n;
let code: Uint8Array;
let node: TestNode;
let probe: ContractAccount;

beforeAll(async () => {
  code = await compileContract('probe');
}, 60_000);

beforeEach(async () => {
  node = new TestNode();
  probe = await ContractAccount.create(node, 'probe', code);
});

const failure = async (...parameters: Parameters<ContractAccount['answer']>) => {
  const { result } = await probe.answer(...parameters);
  return result.status.Failure?.ActionError.kind;
};
const executionError = (text: unknown) => ({ FunctionCallError: { ExecutionError: text } });

describe('a contract', () => {
  test('reads its input and returns a result', async () => {
    expect(await probe.call('echo', 'hello')).toBe('hello');
    expect(await probe.view('echo', 'hello')).toBe('hello');
  });

  test('sees its account, its caller, the deposit and its gas', async () => {
    const facts = await probe.call('facts', '', { deposit: 7n });
    const [own, caller, height, deposit, gas, hasUsed] = facts.split(' ');
    expect([own, caller, deposit, gas, hasUsed]).toEqual([
      probe.id,
      FAUCET_ACCOUNT,
      '7',
      (100n * TGAS).toString(),
      'true',
    ]);
    expect(Number(height)).toBeGreaterThan(100);
  });

  test('stores values, replaces and removes them', async () => {
    expect(await probe.view('get', 'a')).toBe('nothing');
    await probe.call('put', 'a=1');
    expect(await probe.view('get', 'a')).toBe('1');
    await probe.call('put', 'a=22');
    expect(await probe.view('get', 'a')).toBe('22');
    await probe.call('cut', 'a');
    expect(await probe.view('get', 'a')).toBe('nothing');
  });

  test('is charged for storage by the byte, and view_state shows it', async () => {
    const usage = async () =>
      (await node.query('view_account', { account_id: probe.id })).result.storage_usage;
    const before = await usage();
    await probe.call('put', 'key=value');
    expect((await usage()) - before).toBe('key'.length + 'value'.length + 40);
    await probe.call('put', 'other=1');
    const { result } = await node.query('view_state', {
      account_id: probe.id,
      prefix_base64: Buffer.from('ke').toString('base64'),
    });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    expect(result.values).toEqual([{ key: base64('key'), value: base64('value') }]);
    await probe.call('cut', 'key');
    await probe.call('cut', 'other');
    expect(await usage()).toBe(before);
  });

  test('has a gas profile with the names and order of nearcore', async () => {
    const { result } = await probe.answer('ask', `${probe.id} echo hello`);
    const { metadata } = result.receipts_outcome[0].outcome;
    const names = metadata.gas_profile.map(({ cost_category, cost }) => `${cost_category} ${cost}`);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(
      expect.arrayContaining([
        'ACTION_COST FUNCTION_CALL_BASE',
        'ACTION_COST NEW_ACTION_RECEIPT',
        'ACTION_COST NEW_DATA_RECEIPT_BASE',
        'WASM_HOST_COST BASE',
        'WASM_HOST_COST CONTRACT_LOADING_BYTES',
        'WASM_HOST_COST WASM_INSTRUCTION',
      ]),
    );
    const { fees } = DEFAULT_PROTOCOL_CONFIG;
    const outside = fees.actionReceipt.execution + fees.functionCall.execution;
    const ofBytes =
      fees.functionCallPerByte.execution * BigInt('ask'.length + `${probe.id} echo hello`.length);
    const inside = metadata.gas_profile.reduce((sum, { gas_used }) => sum + BigInt(gas_used), 0n);
    const { gas_burnt } = result.receipts_outcome[0].outcome;
    expect(inside + outside + ofBytes).toBe(BigInt(gas_burnt));
    expect(result.transaction_outcome.outcome.metadata).toEqual({ version: 1, gas_profile: null });
  });

  test('computes hashes and verifies signatures', async () => {
    const message = Buffer.from('a message');
    const digest = createHash('sha256').update(message).digest();
    expect(await probe.bytes('hashes', message)).toEqual(
      Buffer.concat([digest, keccak_256(message), ripemd160(message)]),
    );
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const signature = sign(null, message, privateKey);
    expect(await probe.call('verify', Buffer.concat([signature, key, message]))).toBe('1');
    expect(await probe.call('verify', Buffer.concat([signature, key, digest]))).toBe('0');
    const secret = secp256k1.utils.randomSecretKey();
    const signed = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' });
    const asked = Buffer.concat([signed.subarray(0, 1), digest, signed.subarray(1)]);
    const found = await probe.bytes('recover', asked);
    expect(found).toEqual(Buffer.from(secp256k1.getPublicKey(secret, false).subarray(1)));
  });

  test('computes on the curve alt_bn128', async () => {
    const { G1, G2 } = bn254;
    const field = (value: bigint) =>
      Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
    const g1 = (point: InstanceType<typeof G1.Point>) => {
      const { x, y } = point.toAffine();
      return Buffer.concat([field(x), field(y)]);
    };
    const g2 = (point: InstanceType<typeof G2.Point>) => {
      const { x, y } = point.toAffine();
      return Buffer.concat([x.c0, x.c1, y.c0, y.c1].map(field));
    };
    const [one, other] = [G1.Point.BASE, G2.Point.BASE];
    const sum = [Buffer.of(0), g1(one.multiply(5n)), Buffer.of(1), g1(one.multiply(2n))];
    expect(await probe.bytes('bn_sum', Buffer.concat(sum))).toEqual(g1(one.multiply(3n)));
    const multiple = Buffer.concat([g1(one), field(7n), g1(one), field(4n)]);
    const gas = { gas: 300n * TGAS };
    expect(await probe.bytes('bn_multiply', multiple, gas)).toEqual(g1(one.multiply(11n)));
    const pairs = (second: bigint) =>
      Buffer.concat([
        g1(one.multiply(6n)),
        g2(other),
        g1(one.multiply(second).negate()),
        g2(other.multiply(2n)),
      ]);
    expect(await probe.call('bn_pair', pairs(3n), gas)).toBe('1');
    expect(await probe.call('bn_pair', pairs(4n), gas)).toBe('0');
    expect(await failure('bn_sum', Buffer.alloc(65, 1))).toEqual(
      executionError(expect.stringMatching(/^AltBn128 invalid input: invalid g1: \[1, 1/)),
    );
    expect(await failure('bn_sum', Buffer.alloc(64))).toEqual(
      executionError(expect.stringContaining('chunks of size 65')),
    );
  });

  test('computes on the curve BLS12-381', async () => {
    const { G1, G2 } = bls12_381;
    const [one, other] = [G1.Point.BASE, G2.Point.BASE];
    const gas = { gas: 300n * TGAS };
    const bls = (which: number, ...parts: Uint8Array[]) =>
      probe.bytes('bls', Buffer.concat([Buffer.of(which), ...parts]), gas);
    const full = (point: { toBytes(isCompressed: boolean): Uint8Array }) =>
      Buffer.from(point.toBytes(false));
    const [plus, minus] = [Buffer.of(0), Buffer.of(1)];
    const five = full(one.multiply(5n));
    expect(await bls(0, plus, five, minus, full(one))).toEqual(full(one.multiply(4n)));
    const infinite = Buffer.alloc(96);
    infinite[0] = 0x40;
    expect(await bls(0, plus, five, minus, five)).toEqual(infinite);
    expect(await bls(0, plus, infinite, plus, five)).toEqual(five);
    const scalar = Buffer.alloc(32);
    scalar[0] = 9;
    expect(await bls(1, full(other), scalar)).toEqual(full(other.multiply(9n)));
    // A mapped point is in the group: the sum with its negative is infinity.
    const mapped = await bls(2, Buffer.alloc(48, 3));
    G1.Point.fromBytes(mapped).assertValidity();
    G2.Point.fromBytes(await bls(3, Buffer.alloc(96, 2))).assertValidity();
    expect(await bls(0, plus, mapped, minus, mapped)).toEqual(infinite);
    const points = [one.multiply(7n), one.multiply(8n)];
    expect(await bls(4, ...points.map((point) => point.toBytes(true)))).toEqual(
      Buffer.concat(points.map(full)),
    );
    const compressed = other.multiply(11n).toBytes(true);
    expect(await bls(5, compressed)).toEqual(full(other.multiply(11n)));
    const pair = (count: bigint) => [
      full(one.multiply(6n)),
      full(other),
      full(one.multiply(count).negate()),
      full(other.multiply(2n)),
    ];
    expect((await bls(6, ...pair(3n))).toString()).toBe('10');
    expect((await bls(6, ...pair(4n))).toString()).toBe('12');
    expect((await bls(0, plus, Buffer.alloc(96, 1))).toString()).toBe('1');
    expect(await failure('bls', Buffer.alloc(10))).toEqual(
      executionError(
        'BLS12-381 invalid input: Incorrect input length for bls12381_p1_sum: 9 is not divisible by 97',
      ),
    );
  });

  test('has a different random seed in each call', async () => {
    const first = await probe.bytes('seed');
    expect(first).toHaveLength(32);
    expect(await probe.bytes('seed')).not.toEqual(first);
  });

  test('logs', async () => {
    const { result } = await probe.answer('say', 'said');
    expect(result.receipts_outcome[0].outcome.logs).toEqual(['said']);
  });
});

describe('a call that fails', () => {
  test('undoes what it wrote', async () => {
    expect(await failure('fail', 'no')).toEqual(executionError('Smart contract panicked: no'));
    expect(await probe.view('get', 'never')).toBe('nothing');
  });

  test.each([
    ['trap', 'WebAssembly trap: An `unreachable` opcode was executed.'],
    ['divide', 'WebAssembly trap: An arithmetic exception, e.g. divided by zero.'],
    ['overrun', 'WebAssembly trap: Memory out of bounds trap.'],
    ['host_overrun', 'Accessed memory outside the bounds.'],
    ['dive', 'Accessed memory outside the bounds.'],
    ['spin', 'Exceeded the prepaid gas.'],
    ['say_much', 'The number of logs will exceed the limit 100'],
    ['assertion', expect.stringMatching(/^Smart contract panicked: asserted, filename: "probe/)],
  ])('%s', async (method, text) => {
    const before = performance.now();
    expect(await failure(method)).toEqual(executionError(text));
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('a contract cannot grow its memory beyond the limit', async () => {
    expect(await probe.call('bomb')).toBe('2048');
  });

  test.each([
    ['missing', { MethodResolveError: 'MethodNotFound' }],
    ['takes_a_number', { MethodResolveError: 'MethodInvalidSignature' }],
    ['', { MethodResolveError: 'MethodEmptyName' }],
  ])('method "%s"', async (method, error) => {
    expect(await failure(method)).toEqual({ FunctionCallError: error });
  });

  test('code that is not WebAssembly fails when it is called', async () => {
    const broken = await ContractAccount.create(node, 'broken', Buffer.from('not a contract'));
    const { result } = await broken.answer('any');
    expect(result.status.Failure?.ActionError.kind).toEqual({
      FunctionCallError: { CompilationError: { PrepareError: 'Deserialization' } },
    });
  });

  test('burns all attached gas if it is not enough', async () => {
    const gas = await probe.gasOf('spin', '', { gas: 5n * TGAS });
    const { result } = await probe.answer('spin', '', { gas: 6n * TGAS });
    expect(result.receipts_outcome[0].outcome.gas_burnt - gas).toBe(Number(TGAS));
  });

  test('a view returns the error', async () => {
    await expect(probe.view('fail', 'no')).rejects.toThrow(
      'wasm execution failed with error: HostError(ProhibitedInView { method_name: "storage_write" })',
    );
    await expect(probe.view('trap')).rejects.toThrow('WasmTrap(Unreachable)');
    await expect(probe.view('missing')).rejects.toThrow('MethodResolveError(MethodNotFound)');
  });

  test('storage that the balance does not cover is rejected', async () => {
    const poor = await ContractAccount.create(node, 'poor', code);
    await node.execute({
      signerId: poor.id,
      receiverId: poor.id,
      actions: [actions.functionCall('pay', Buffer.from(`${FAUCET_ACCOUNT} 1`), 10n * TGAS, 0n)],
    });
    const { amount } = (await node.query('view_account', { account_id: poor.id })).result;
    await node.execute({
      signerId: poor.id,
      receiverId: FAUCET_ACCOUNT,
      actions: [actions.transfer(BigInt(amount) - 150_000n * 10n ** 18n)],
    });
    const { result } = await poor.answer('put_many', '200', { gas: 300n * TGAS });
    expect(result.status.Failure?.ActionError).toMatchObject({
      index: null,
      kind: { LackBalanceForState: { account_id: poor.id } },
    });
    expect(await poor.view('get', 'many1')).toBe('nothing');
  });
});

describe('promises', () => {
  test('a callback gets the result', async () => {
    const other = await ContractAccount.create(node, 'other', code);
    expect(await probe.call('ask', `${other.id} echo hello`)).toBe('hello');
    expect(await probe.call('ask', `${other.id} fail hello`)).toBe('failed');
    expect(await probe.call('ask', 'nobody.devnet echo hello')).toBe('failed');
  });

  test('a callback can wait for several promises', async () => {
    const other = await ContractAccount.create(node, 'other', code);
    expect(await probe.call('ask_both', `${other.id} ${probe.id} echo x`)).toBe('x,x');
    expect(await probe.call('ask_both', `${other.id} nobody.devnet echo x`)).toBe('x,failed');
  });

  test('remaining gas is distributed by weight', async () => {
    const given = Number(await probe.call('pass_gas', '', { gas: 50n * TGAS }));
    expect(given).toBeGreaterThan(40e12);
    expect(given).toBeLessThan(50e12);
  });

  test('a contract transfers NEAR', async () => {
    const before = node.devnet.inspect().account(FAUCET_ACCOUNT)?.amountYocto ?? 0n;
    await probe.call('pay', 'choonsim.devnet 12345');
    const after = node.devnet.inspect().account('choonsim.devnet')?.amountYocto ?? 0n;
    expect(after % 100_000n).toBe(12_345n);
    expect(before).toBeGreaterThan(0n);
  });

  test('a contract creates an account with a contract', async () => {
    await probe.call('spawn', code, { gas: 300n * TGAS });
    const { result } = await node.query('call_function', {
      account_id: `child.${probe.id}`,
      method_name: 'echo',
      args_base64: Buffer.from('born').toString('base64'),
    });
    expect(Buffer.from(result.result).toString()).toBe('born');
  });

  test('a yielded promise is resumed with data', async () => {
    const sleeping = probe.answer('sleep', '', { blocks: 4 });
    expect(await probe.call('wake', 'morning')).toBe('1');
    const { result } = await sleeping;
    expect(Buffer.from(result.status.SuccessValue ?? '', 'base64').toString()).toBe('morning');
    expect(await probe.call('wake', 'again')).toBe('0');
  });

  test('a yielded promise that is not resumed times out with a failure', async () => {
    const signed = node.sign({
      signerId: FAUCET_ACCOUNT,
      receiverId: probe.id,
      actions: [actions.functionCall('sleep', new Uint8Array(0), 100n * TGAS, 0n)],
    });
    void node.send(signed, 'INCLUDED');
    node.blocks(220);
    const { result } = await node.call('tx', {
      tx_hash: signed.hash,
      sender_account_id: FAUCET_ACCOUNT,
      wait_until: 'FINAL',
    });
    expect(Buffer.from(result.status.SuccessValue ?? '', 'base64').toString()).toBe('failed');
  });
});

test('calls conserve NEAR', async () => {
  const other = await ContractAccount.create(node, 'other', code);
  await probe.call('ask', `${other.id} fail hello`, { deposit: 5n });
  await probe.answer('spin', '', { deposit: 9n });
  void probe.answer('sleep', '', { blocks: 2 });
  const totals = node.devnet.inspect().totals();
  expect(totals.balancesYocto + totals.inFlightYocto + totals.burntYocto).toBe(
    totals.genesisSupplyYocto + totals.patchedYocto,
  );
});

test('view_state pages through a large state', async () => {
  await probe.call('put_many', '5');
  const page = async (more: object) =>
    (await node.query('view_state', { account_id: probe.id, prefix_base64: '', ...more })).result;
  const first = await page({ limit: 3 });
  expect(first.values).toHaveLength(3);
  const second = await page({ limit: 3, after_key_base64: first.last_key });
  expect(second.values).toHaveLength(2);
  expect(second).not.toHaveProperty('last_key');
  const all = await node.call('EXPERIMENTAL_view_state', {
    account_id: probe.id,
    prefix_base64: '',
    finality: 'optimistic',
  });
  expect(all.result.values).toEqual([...first.values, ...second.values]);
});

test('EXPERIMENTAL_receipt_to_tx finds the transaction of a receipt', async () => {
  const { result } = await probe.answer('echo', 'x');
  const [id] = result.transaction_outcome.outcome.receipt_ids;
  const found = await node.call('EXPERIMENTAL_receipt_to_tx', { receipt_id: id });
  expect(found.result).toMatchObject({ sender_account_id: FAUCET_ACCOUNT });
});

test('global code is used by its hash or by its publisher', async () => {
  const identifiers = [
    { by: { accountId: probe.id }, mode: { AccountId: null } },
    { by: { codeHash: createHash('sha256').update(code).digest() }, mode: { CodeHash: null } },
  ];
  for (const { by, mode } of identifiers) {
    await node.execute({
      signerId: probe.id,
      receiverId: probe.id,
      actions: [actions.deployGlobalContract(code, 'AccountId' in mode ? 'accountId' : 'codeHash')],
    });
    const user = await ContractAccount.create(node, `u${Object.keys(mode)[0]?.length}`, code);
    await node.execute({
      signerId: user.id,
      receiverId: user.id,
      actions: [actions.useGlobalContract(by)],
    });
    expect(await user.call('echo', 'shared')).toBe('shared');
  }
  const byAccount = await node.query('view_global_contract_code_by_account_id', {
    account_id: probe.id,
  });
  expect(Buffer.from(byAccount.result.code_base64, 'base64')).toEqual(Buffer.from(code));
  const missing = await node.query('view_global_contract_code_by_account_id', {
    account_id: 'no.devnet',
  });
  expect(missing.error.cause.name).toBe('NO_GLOBAL_CONTRACT_CODE');
});

test('changes lists code and data by block', async () => {
  const changes = async (type: string, height: number) =>
    node.call('changes', {
      changes_type: type,
      account_ids: [probe.id],
      key_prefix_base64: '',
      block_id: height,
    });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const { result } = await probe.answer('put', 'a=1');
  const { block_hash: hash } = result.receipts_outcome[0];
  const { header } = (await node.call('block', { block_id: hash })).result;
  expect((await changes('data_changes', header.height)).result.changes).toMatchObject([
    {
      type: 'data_update',
      change: { account_id: probe.id, key_base64: base64('a'), value_base64: base64('1') },
    },
  ]);
  expect((await changes('contract_code_changes', header.height)).result.changes).toEqual([]);
  const touched = await node.call('block_effects', { block_id: header.height });
  expect(touched.result.changes).toContainEqual({ type: 'data_touched', account_id: probe.id });
});

test('code can be upgraded and viewed, and is deleted with its account', async () => {
  await probe.call('put', 'a=1');
  const first = (await node.query('view_code', { account_id: probe.id })).result;
  expect(Buffer.from(first.code_base64, 'base64')).toEqual(Buffer.from(code));
  const deploy = (bytes: Uint8Array) =>
    node.execute({
      signerId: probe.id,
      receiverId: probe.id,
      actions: [actions.deployContract(bytes)],
    });
  await deploy(Buffer.concat([code, Buffer.of(0, 2, 1, 65)]));
  expect(await probe.view('get', 'a')).toBe('1');
  await node.execute({
    signerId: probe.id,
    receiverId: probe.id,
    actions: [actions.deleteAccount(FAUCET_ACCOUNT)],
  });
  const again = await ContractAccount.create(node, 'probe', code);
  expect(await again.view('get', 'a')).toBe('nothing');
});
