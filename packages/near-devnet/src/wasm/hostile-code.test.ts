import fc from 'fast-check';
import { actions } from 'near-api-js';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { busyMs, fuzz, MAX_BUSY_MS, mutationsOf } from '../testing/fuzz.ts';
import { TestNode } from '../testing/test-node.ts';
import { type WasmSketch, wasmOf } from '../testing/wasm-sketch.ts';
import { I32, I64 } from './operators.ts';
import { WasmWriter } from './wasm-writer.ts';

const TGAS = 10n ** 12n;
const HOSTILE = `hostile.${FAUCET_ACCOUNT}`;
let codes: Uint8Array[];
let node: TestNode;
beforeAll(async () => {
  codes = await Promise.all(['probe', 'token', 'newer'].map((name) => compileContract(name)));
}, 60_000);
beforeEach(() => {
  node = new TestNode();
});

/** Puts code on an account and calls it; the status of the transaction. */
async function run(code: Uint8Array, method = 'main', input = 'call', gas = 30n * TGAS) {
  const amountYocto = (10n ** 30n).toString();
  node.devnet.producer.patch([
    { type: 'account', accountId: HOSTILE, amountYocto, lockedYocto: '0' },
    { type: 'contract', accountId: HOSTILE, codeBase64: Buffer.from(code).toString('base64') },
  ]);
  const signed = node.sign({
    signerId: FAUCET_ACCOUNT,
    receiverId: HOSTILE,
    actions: [actions.functionCall(method, Buffer.from(input), gas, 0n)],
  });
  const before = busyMs();
  const answer = node.send(signed, 'EXECUTED_OPTIMISTIC');
  node.blocks(4);
  // What waits for more than that has no result yet.
  node.pass(10_000);
  const { result, error } = await answer;
  expect(error?.cause.name ?? 'TIMEOUT_ERROR').toBe('TIMEOUT_ERROR');
  expect(busyMs() - before).toBeLessThan(MAX_BUSY_MS);
  return result?.status;
}

async function expectAlive() {
  node.blocks(10);
  const { balancesYocto, inFlightYocto, burntYocto, genesisSupplyYocto, patchedYocto } = node.devnet
    .inspect()
    .totals();
  expect(balancesYocto + inFlightYocto + burntYocto).toBe(genesisSupplyYocto + patchedYocto);
  const transfer = { receiverId: FAUCET_ACCOUNT, actions: [actions.transfer(1n)] };
  const { result } = await node.execute({ signerId: SERVICE_ACCOUNT, ...transfer });
  expect(result.status).toEqual({ SuccessValue: '' });
}

test('changed modules of real contracts are run or rejected', async () => {
  const method = fc.constantFrom(
    'echo',
    'program',
    'ft_metadata',
    'init',
    'sleep',
    'derive',
    'main',
  );
  const input = fc.constantFrom(
    'work:5 call put:a:b',
    '{"owner_id":"a.b","total_supply":"5"}',
    '',
    'a=b',
  );
  const changed = fc
    .constantFrom(0, 1, 2)
    .chain((which) => mutationsOf(codes[which] ?? Buffer.alloc(1)));
  await fc.assert(
    fc.asyncProperty(changed, method, input, async (code, name, text) => {
      await run(code, name, text);
    }),
    fuzz(250),
  );
  await expectAlive();
});

// By name, the letters of the parameters and the result: all 64 bits wide but where the host has 32.
const HOST_FUNCTIONS =
  `read_register jj register_len j>j write_register jjj current_account_id j signer_account_id j
  signer_account_pk j predecessor_account_id j refund_to_account_id j input j block_index >j storage_usage >j account_balance j
  attached_deposit j prepaid_gas >j used_gas >j validator_stake jjj random_seed j current_contract_code j>j chain_id j
  value_return jj panic_utf8 jj log_utf8 jj log_utf16 jj abort iiii gas i storage_write jjjjj>j storage_read jjj>j
  storage_remove jjj>j storage_has_key jj>j storage_iter_prefix jj>j sha256 jjj keccak256 jjj keccak512 jjj ripemd160 jjj
  ed25519_verify jjjjjj>j p256_verify jjjjjj>j ecrecover jjjjjjj>j alt_bn128_g1_sum jjj alt_bn128_g1_multiexp jjj
  alt_bn128_pairing_check jj>j bls12381_p1_sum jjj>j bls12381_p2_sum jjj>j bls12381_g1_multiexp jjj>j
  bls12381_g2_multiexp jjj>j bls12381_map_fp_to_g1 jjj>j bls12381_map_fp2_to_g2 jjj>j bls12381_p1_decompress jjj>j
  bls12381_p2_decompress jjj>j bls12381_pairing_check jj>j promise_create jjjjjjjj>j promise_then jjjjjjjjj>j promise_and jj>j
  promise_batch_create jj>j promise_batch_then jjj>j promise_set_refund_to jjj promise_results_count >j promise_result jj>j
  promise_return j promise_yield_create jjjjjjj>j promise_yield_create_with_id jjjjjjjjj>j promise_yield_resume jjjj>i
  promise_yield_resume_with_yield_id jjjj>i promise_batch_action_create_account j promise_batch_action_deploy_contract jjj
  promise_batch_action_function_call jjjjjjj promise_batch_action_function_call_weight jjjjjjjj promise_batch_action_transfer jj
  promise_batch_action_stake jjjj promise_batch_action_add_key_with_full_access jjjj
  promise_batch_action_add_key_with_function_call jjjjjjjjj promise_batch_action_transfer_to_gas_key jjjj
  promise_batch_action_add_gas_key_with_full_access jjjj promise_batch_action_add_gas_key_with_function_call jjjjjjjjj
  promise_batch_action_delete_key jjj promise_batch_action_delete_account jjj promise_batch_action_deploy_global_contract jjj
  promise_batch_action_deploy_global_contract_by_account_id jjj promise_batch_action_use_global_contract jjj
  promise_batch_action_use_global_contract_by_account_id jjj promise_batch_action_state_init jjjj>j
  promise_batch_action_state_init_by_account_id jjjj>j set_state_init_data_entry jjjjjj`
    .split(/\s+/)
    .reduce<[string, string][]>((pairs, word, index, words) => {
      if (index % 2 === 0) pairs.push([word, words[index + 1] ?? '']);
      return pairs;
    }, []);

const typeOf = (signature: string) => {
  const [parameters = '', results = ''] = signature.split('>');
  const codesOf = (letters: string) => [...letters].map((letter) => (letter === 'i' ? I32 : I64));
  const [taken, given] = [codesOf(parameters), codesOf(results)];
  return [0x60, taken.length, ...taken, given.length, ...given];
};

// In memory, so that small numbers point at an account id, a method name, numbers and a key.
const MEMORY = Buffer.alloc(4_096);
MEMORY.write(HOSTILE, 0);
MEMORY.write('main', 32);
MEMORY.write('probe.faucet.devnet', 64);
MEMORY.fill(1, 128, 256);
MEMORY.writeUInt8(0, 300);

const argument = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      0n,
      1n,
      2n,
      4n,
      8n,
      16n,
      19n,
      32n,
      33n,
      64n,
      65n,
      96n,
      128n,
      160n,
      192n,
      300n,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      -1n,
      -2n,
      2n ** 31n,
      2n ** 32n,
      2n ** 62n,
      -(2n ** 63n),
      4_095n,
      65_536n,
    ),
  },
  { weight: 1, arbitrary: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) },
);
const hostCalls = fc.array(
  fc.tuple(
    fc.nat({ max: HOST_FUNCTIONS.length - 1 }),
    fc.array(argument, { minLength: 9, maxLength: 9 }),
  ),
  { minLength: 1, maxLength: 6 },
);

/** A signed number of up to 64 bits, as a constant is written. */
function leb(value: bigint): number[] {
  const low = Number(BigInt.asUintN(7, value));
  const rest = value >> 7n;
  const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...leb(rest)];
}

function callingHost(calls: readonly [number, bigint[]][]): Uint8Array {
  const imports = calls.map(([which]) => {
    const [name, signature] = HOST_FUNCTIONS[which] ?? ['', ''];
    return { name, type: typeOf(signature) };
  });
  const body = calls.flatMap(([which, values], index) => {
    const [parameters = '', results = ''] = HOST_FUNCTIONS[which]?.[1].split('>') ?? [];
    const pushed = [...parameters].flatMap((letter, at) =>
      letter === 'i'
        ? [0x41, ...leb(BigInt.asIntN(32, values[at] ?? 0n))]
        : [0x42, ...leb(values[at] ?? 0n)],
    );
    return [...pushed, 0x10, index, ...(results === '' ? [] : [0x1a])];
  });
  const data = new WasmWriter().u8(1, 0, 0x41, 0, 0x0b).u32(MEMORY.length).raw(MEMORY);
  return wasmOf({ body, imports, sections: { 5: Uint8Array.of(1, 0, 1), 11: data.bytes() } });
}

test('host functions take any numbers', async () => {
  const reached = new Set<number>();
  await fc.assert(
    fc.asyncProperty(hostCalls, async (calls) => {
      const status = await run(callingHost(calls), 'main', 'call', 100n * TGAS);
      // A promise that waits to be resumed has no result yet.
      const error = JSON.stringify(status ?? null);
      expect(error).not.toMatch(/CompilationError|Link Error|MethodResolveError/);
      for (const [which] of calls.slice(0, 1)) reached.add(which);
    }),
    fuzz(500),
  );
  expect(reached.size).toBe(HOST_FUNCTIONS.length);
  await expectAlive();
});

const times = (count: number, ...code: number[]) => Array<number[]>(count).fill(code).flat();
const u32 = (value: number) => [...new WasmWriter().u32(value).bytes()];
const branchTable = (count: number) => [
  0x02,
  0x40,
  0x41,
  0,
  0x0e,
  ...u32(count),
  ...times(count + 1, 0),
  0x0b,
];
const elements = (segments: number, each: number) =>
  new WasmWriter()
    .u32(segments)
    .raw(Uint8Array.from(times(segments, 0, 0x41, 0, 0x0b, ...u32(each), ...times(each, 0))))
    .bytes();
const table = (...size: number[]) => Uint8Array.of(1, 0x70, 0, ...size);
const memory = (pages: number) => Uint8Array.of(1, 0, ...u32(pages));

test.each<[string, WasmSketch, string]>([
  [
    '50,000 locals in 4,900 nested blocks',
    { locals: 50_000, body: [...times(4_900, 0x41, 0, 0x04, 0x40), ...times(4_900, 0x0b)] },
    'TooManyLocals',
  ],
  [
    'as many locals and blocks as are allowed',
    { locals: 2_000, body: [...times(4_990, 0x03, 0x40), ...times(4_990, 0x0b)] },
    'SuccessValue',
  ],
  ['a million locals', { locals: 1_000_000, body: [] }, 'Deserialization'],
  [
    'deep blocks',
    { body: [...times(100_000, 0x02, 0x40), ...times(100_000, 0x0b)] },
    'FunctionBodyTooLarge',
  ],
  ['a branch table of 60,000', { body: branchTable(60_000) }, 'SuccessValue'],
  [
    'a branch table that is longer than its module',
    { body: [0x41, 0, 0x0e, 0xff, 0xff, 0xff, 0x7f, 0] },
    'Deserialization',
  ],
  ['a table of 10,000', { body: [], sections: { 4: table(...u32(10_000)) } }, 'SuccessValue'],
  [
    'a table of 10,000,000',
    { body: [], sections: { 4: table(...u32(10_000_000)) } },
    'TooManyTableElements',
  ],
  [
    'a table that grows by a billion',
    {
      body: [0xd0, 0x70, 0x41, ...leb(1_000_000_000n), 0xfc, 15, 0, 0x1a],
      sections: { 4: table(1) },
    },
    'Exceeded the prepaid gas',
  ],
  [
    '300 element segments of 10,000',
    { body: [], sections: { 4: table(...u32(10_000)), 9: elements(300, 10_000) } },
    'SuccessValue',
  ],
  [
    'elements out of bounds',
    { body: [], sections: { 4: table(1), 9: elements(1, 2) } },
    'Memory out of bounds',
  ],
  ['a memory of 4 GB', { body: [], sections: { 5: memory(65_536) } }, 'SuccessValue'],
  [
    'a memory that grows and is filled',
    {
      body: [
        0x41,
        ...u32(2_000),
        0x40,
        0,
        0x1a,
        0x41,
        0,
        0x41,
        7,
        0x41,
        ...leb(100_000_000n),
        0xfc,
        11,
        0,
      ],
      sections: { 5: memory(1) },
    },
    'Exceeded the prepaid gas',
  ],
  [
    'a start function without end',
    { body: [0x03, 0x40, 0x0c, 0, 0x0b], sections: { 8: Uint8Array.of(0) } },
    'Exceeded the prepaid gas',
  ],
  [
    'data out of bounds',
    {
      body: [],
      sections: { 5: memory(1), 11: Uint8Array.of(1, 0, 0x41, ...leb(65_536n), 0x0b, 1, 1) },
    },
    'Memory out of bounds',
  ],
  [
    '500,000 globals',
    {
      body: [],
      sections: {
        6: new WasmWriter()
          .u32(500_000)
          .raw(Uint8Array.from(times(500_000, I32, 1, 0x41, 0, 0x0b)))
          .bytes(),
      },
    },
    'SuccessValue',
  ],
  [
    '50,000 exports',
    { body: [], names: Array.from({ length: 50_000 }, (_, index) => `main${index || ''}`) },
    'SuccessValue',
  ],
  ['a long straight body', { body: times(65_000, 0x41, 0, 0x1a) }, 'SuccessValue'],
  [
    'a long body of floats',
    { locals: 1, body: [0x43, 0, 0, 0, 0, ...times(190_000, 0x91), 0x1a] },
    'SuccessValue',
  ],
  ['a recursion without end', { body: [0x10, 0] }, 'Accessed memory outside the bounds'],
])('%s', async (_, sketch, expected) => {
  const before = process.memoryUsage().rss;
  expect(JSON.stringify(await run(wasmOf(sketch)))).toContain(expected);
  expect(process.memoryUsage().rss - before).toBeLessThan(1e9);
  await expectAlive();
});

test('a module that is cut off anywhere is rejected', async () => {
  const code = wasmOf({ body: [0x41, 1, 0x1a], sections: { 5: memory(1) } });
  for (let length = 0; length < code.length; length++) {
    const status = JSON.stringify(await run(code.slice(0, length)));
    // Cut between two sections it is a module without a method.
    expect(status).toMatch(/Deserialization|MethodNotFound/);
  }
});
