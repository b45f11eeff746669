import { expect, test } from 'vitest';
import { DEFAULT_PROTOCOL_CONFIG } from '../rules/protocol-config.ts';
import { ContractModules } from './contract-module.ts';
import { GAS_EXPORT, MEMORY_IMPORT, METHOD_PREFIX, STACK_EXPORT } from './instrument.ts';
import { F32, F64 } from './operators.ts';
import { WasmWriter } from './wasm-writer.ts';

// The same NaN has other bits on another machine, and with optimised code on the same one.
const CANONICAL = { [F32]: '7fc00000', [F64]: '7ff8000000000000' };
// As the memory has them: little-endian, with a sign and a payload, and a signalling one.
const NANS = { [F32]: ['010080ff', '0100807f'], [F64]: ['010000000000f8ff', '010000000000f07f'] };
const CODES = { [F32]: { load: 0x2a, store: 0x38 }, [F64]: { load: 0x2b, store: 0x39 } };
const RESULT_AT = 16;

type Float = typeof F32 | typeof F64;
const bytesOf = (hex: string) => [...Buffer.from(hex, 'hex')];

/** A module whose `main` applies an operator to operands in memory, many times, and stores the last result. */
function moduleOf(opcode: number, operands: readonly Float[], result: Float): Uint8Array {
  const loads = operands.flatMap((type, index) => [0x41, index * 8, CODES[type].load, 0, 0]);
  const body = new WasmWriter().u8(1, 1, 0x7f, 0x41).s32(20_000).u8(0x21, 0, 0x03, 0x40);
  body.u8(0x41, RESULT_AT, ...loads, opcode, CODES[result].store, 0, 0);
  body.u8(0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x0b);
  const module = new WasmWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const section = (id: number, content: WasmWriter) => module.u8(id).sized(content);
  section(1, new WasmWriter().u8(1, 0x60, 0, 0));
  section(3, new WasmWriter().u8(1, 0));
  section(5, new WasmWriter().u8(1, 0, 1));
  section(7, new WasmWriter().u8(1).name('main').u8(0, 0));
  section(10, new WasmWriter().u8(1).sized(body));
  return module.bytes().slice();
}

function run(code: Uint8Array, operands: readonly number[][]): string {
  const { module, memories } = new ContractModules(DEFAULT_PROTOCOL_CONFIG.vm).get(code);
  const memory = memories.take();
  const bytes = Buffer.from(memory.buffer);
  for (const [index, operand] of operands.entries()) bytes.set(operand, index * 8);
  const imports = { env: {}, [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } };
  const { exports } = new WebAssembly.Instance(module, imports);
  for (const name of [GAS_EXPORT, STACK_EXPORT]) {
    (exports[name] as WebAssembly.Global).value = 1_000_000_000_000;
  }
  (exports[STACK_EXPORT] as WebAssembly.Global).value = 100_000;
  (exports[`${METHOD_PREFIX}main`] as () => void)();
  return Buffer.from(bytes.subarray(RESULT_AT, RESULT_AT + 8))
    .reverse()
    .toString('hex');
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test.each<[string, number[], Float[], Float]>([
  ['rounding and root of f32', range(0x8d, 0x91), [F32], F32],
  ['arithmetic of f32', range(0x92, 0x97), [F32, F32], F32],
  ['rounding and root of f64', range(0x9b, 0x9f), [F64], F64],
  ['arithmetic of f64', range(0xa0, 0xa5), [F64, F64], F64],
  ['demotion', [0xb6], [F64], F32],
  ['promotion', [0xbb], [F32], F64],
])('%s gives the canonical NaN', (_, opcodes, operands, result) => {
  for (const opcode of opcodes) {
    const code = moduleOf(opcode, operands, result);
    for (const which of [0, 1]) {
      const given = operands.map((type) => bytesOf(NANS[type][which] ?? ''));
      expect([opcode, run(code, given).slice(result === F32 ? 8 : 0)]).toEqual([
        opcode,
        CANONICAL[result],
      ]);
    }
  }
});

test.each<[string, number, Float[], string]>([
  ['the root of -1', 0x9f, [F64], 'bff0000000000000'],
  ['0 / 0', 0xa3, [F64, F64], '0000000000000000'],
  ['infinity - infinity', 0xa1, [F64, F64], '7ff0000000000000'],
])('%s is the canonical NaN', (_, opcode, operands, hex) => {
  const operand = bytesOf(hex).reverse();
  const code = moduleOf(opcode, operands, F64);
  expect(
    run(
      code,
      operands.map(() => operand),
    ),
  ).toBe(CANONICAL[F64]);
});

test.each<[string, number, string]>([
  ['negation', 0x9a, '7ff8000000000001'],
  ['absolute value', 0x99, '7ff8000000000001'],
])('%s keeps the payload of a NaN', (_, opcode, expected) => {
  expect(run(moduleOf(opcode, [F64], F64), [bytesOf('010000000000f8ff')])).toBe(expected);
});

test('numbers are left alone', () => {
  const double = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return [...bytes];
  };
  const sum = run(moduleOf(0xa0, [F64, F64], F64), [double(0.1), double(0.2)]);
  expect(Buffer.from(sum, 'hex').readDoubleBE()).toBe(0.1 + 0.2);
  const root = run(moduleOf(0x9f, [F64], F64), [double(-0)]);
  expect(Buffer.from(root, 'hex').readDoubleBE()).toBe(-0);
});
