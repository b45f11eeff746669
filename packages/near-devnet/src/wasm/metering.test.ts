import { expect, test } from 'vitest';
import { HOST_COSTS } from '../rules/host-costs.ts';
import { DEFAULT_PROTOCOL_CONFIG } from '../rules/protocol-config.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { TestNode } from '../testing/test-node.ts';

const { fees, vm } = DEFAULT_PROTOCOL_CONFIG;
const NO_VALUES = [0x60, 0, 0];
const TO_NUMBER = [0x60, 0, 1, 0x7f];
const PANIC = [1, 3, 0x65, 0x6e, 0x76, 5, 0x70, 0x61, 0x6e, 0x69, 0x63, 0, 0];
const I32 = 0x7f;

interface Sketch {
  /** The instructions of `main` without the last `end`. */
  body: number[];
  /** Local variables of type i32. */
  locals?: number;
  /** The imports, or what stands between the functions and the exports. */
  before?: number[];
  types?: number[][];
  /** The type of a second function, which does nothing. */
  other?: number;
}

const leb = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
const sized = (id: number, content: number[]) => [id, ...leb(content.length), ...content];
/** Pushes this many 64-bit numbers, then drops them. */
const operands = (count: number) => [
  ...Array(count).fill([0x42, 0]).flat(),
  ...Array(count).fill(0x1a),
];

/** A contract whose first own function is `main`. */
function contractOf(sketch: Sketch) {
  const { body, locals = 0, before = [], types = [NO_VALUES], other } = sketch;
  const imports = before[0] === 2 ? 1 : 0;
  const declared = locals === 0 ? [0] : [1, ...leb(locals), I32];
  const own = other === undefined ? [1, 0] : [2, 0, other];
  const bodies = [...leb(declared.length + body.length + 1), ...declared, ...body, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...sized(1, [...leb(types.length), ...types.flat()]),
    ...(before[0] === 2 ? before : []),
    ...sized(3, own),
    ...(before[0] === 2 ? [] : before),
    ...sized(7, [1, 4, 0x6d, 0x61, 0x69, 0x6e, 0, imports]),
    ...sized(10, [own.length - 1, ...bodies, ...(other === undefined ? [] : [2, 0, 0x0b])]),
  ]);
}

async function run(sketch: Sketch) {
  const code = contractOf(sketch);
  const node = new TestNode();
  const contract = await ContractAccount.create(node, 'contract', code);
  const { result } = await contract.answer('main');
  const outside =
    Number(fees.actionReceipt.execution + fees.functionCall.execution) +
    Number(fees.functionCallPerByte.execution) * 'main'.length;
  const loading =
    HOST_COSTS.contract_loading_base + HOST_COSTS.contract_loading_bytes * code.length;
  return {
    gas: result.receipts_outcome[0].outcome.gas_burnt - outside - loading,
    kind: result.status.Failure?.ActionError.kind,
  };
}

// As recorded in nearcore's tests (`runtime_errors.rs` of `near-vm-runner`), without the fee for loading.
test.each<[string, Sketch, number, string | undefined]>([
  ['an empty function', { body: [] }, 8, undefined],
  ['unreachable', { body: [0x00] }, 9, 'WebAssembly trap: An `unreachable` opcode was executed.'],
  [
    'a division by zero',
    { body: [0x41, 1, 0x41, 0, 0x6d, 0x0f] },
    11,
    'WebAssembly trap: An arithmetic exception, e.g. divided by zero.',
  ],
  [
    'a float too large for its integer',
    { body: [0x44, 0, 0, 0, 0, 0, 0, 0xe0, 0x7f, 0xaa, 0x0f] },
    10,
    'WebAssembly trap: An arithmetic exception, e.g. divided by zero.',
  ],
  [
    'a call through an empty table',
    { types: [NO_VALUES, TO_NUMBER], before: [4, 4, 1, 0x70, 0, 1], body: [0x41, 0, 0x11, 1, 0] },
    10,
    'WebAssembly trap: Call indirect incorrect signature trap.',
  ],
  ['an endless recursion', { body: [0x10, 0] }, 4096 * 9, 'Accessed memory outside the bounds.'],
  [
    'one with a local variable',
    { locals: 1, body: [0x10, 0] },
    3855 * 10,
    'Accessed memory outside the bounds.',
  ],
  [
    'one with four',
    { locals: 4, body: [0x10, 0] },
    3276 * 11,
    'Accessed memory outside the bounds.',
  ],
])('instructions of %s', async (_, sketch, instructions, error) => {
  const { gas, kind } = await run(
    error?.includes('indirect') ? { ...sketch, body: [...sketch.body, 0x1a] } : sketch,
  );
  expect(gas).toBe(instructions * vm.instructionGas);
  expect(kind?.FunctionCallError.ExecutionError).toBe(error);
});

test('a host function costs its call and its price', async () => {
  const { gas, kind } = await run({ before: sized(2, PANIC), body: [0x10, 0] });
  expect(gas).toBe(9 * vm.instructionGas + HOST_COSTS.base);
  expect(kind?.FunctionCallError.ExecutionError).toBe(
    'Smart contract panicked: explicit guest panic',
  );
});

test('a loop is paid for in each iteration', async () => {
  const fiveTurns = [0x41, 5, 0x21, 0, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b];
  const { gas } = await run({ locals: 1, body: fiveTurns });
  expect(gas).toBe((9 + 2 + 5 * 6) * vm.instructionGas);
});

test('memory.grow costs 32 instructions and one per page, whether it succeeds or not', async () => {
  const growBy = async (pages: number[]) => {
    const { gas } = await run({ before: [5, 3, 1, 0, 1], body: [0x41, ...pages, 0x40, 0, 0x1a] });
    return gas / vm.instructionGas;
  };
  expect(await growBy([3])).toBe(8 + 1 + 32 + 3 + 1);
  expect(await growBy([0x80, 0xa0, 0])).toBe(8 + 1 + 32 + 4096 + 1);
});

test('a contract with an unknown import pays for its loading', async () => {
  const unknown = [1, 3, 0x65, 0x6e, 0x76, 4, 0x6e, 0x6f, 0x6e, 0x65, 0, 0];
  const { gas, kind } = await run({ before: sized(2, unknown), body: [] });
  expect(gas).toBe(0);
  expect(kind?.FunctionCallError.ExecutionError).toBe('Link Error: unknown or invalid import');
});

test('a call or view that exceeds the limit of burnt gas reports it', async () => {
  const node = new TestNode();
  const gas = [1, 3, 0x65, 0x6e, 0x76, 3, 0x67, 0x61, 0x73, 0, 1];
  const types = [NO_VALUES, [0x60, 1, I32, 0]];
  const code = contractOf({ types, before: sized(2, gas), body: [0x41, 0x7f, 0x10, 0] });
  const contract = await ContractAccount.create(node, 'contract', code);
  const errorWith = async (attached: bigint) => {
    const { result } = await contract.answer('main', '', { gas: attached });
    return result.status.Failure?.ActionError.kind.FunctionCallError.ExecutionError;
  };
  const { maxTotalPrepaidGas: most } = DEFAULT_PROTOCOL_CONFIG;
  const tooMuch = 'Exceeded the maximum amount of gas allowed to burn per contract.';
  expect(await errorWith(most)).toBe(tooMuch);
  expect(await errorWith(10n ** 13n)).toBe(tooMuch);
  await expect(contract.view('main')).rejects.toThrow('HostError(GasLimitExceeded)');
});

test.each<[string, Sketch, string]>([
  ['a type too many', { types: Array(1_025).fill(NO_VALUES), body: [] }, 'TooManyTypes'],
  ['too many operands', { body: operands(1_025) }, 'OperandStackTooLarge'],
  [
    'too many blocks',
    { body: Array(5_001).fill([0x02, 0x40, 0x0b]).flat() },
    'TooManyBlocksPerFunction',
  ],
  [
    'locals times blocks, which V8 could not compile in bounded memory',
    { locals: 5_000, body: Array(3_000).fill([0x02, 0x40, 0x0b]).flat() },
    'TooManyLocals',
  ],
  ['a body too long', { body: Array(196_609).fill(0x01) }, 'FunctionBodyTooLarge'],
  [
    'too many parameters',
    { types: [NO_VALUES, [0x60, 65, ...Array(65).fill(I32), 0]], other: 1, body: [] },
    'TooManyParamsPerFunction',
  ],
])('%s is refused', async (_, sketch, error) => {
  const { kind } = await run(sketch);
  expect(kind?.FunctionCallError).toEqual({ CompilationError: { PrepareError: error } });
});
