import { WasmError, type WasmReader } from './wasm-reader.ts';

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
const FUNCREF = 0x70;
const EXTERNREF = 0x6f;

/** Bytes of a value of this type on the stack, as the protocol counts them; throws WasmError for other types. */
export function valueSize(type: number): number {
  switch (type) {
    case I32:
    case F32:
      return 4;
    case I64:
    case F64:
    case FUNCREF:
    case EXTERNREF:
      return 8;
    default:
      throw new WasmError(`unsupported value type ${type}`);
  }
}

/** The effect of a plain operator on the operand stack: values popped, size of the value pushed (0: none). */
export interface PlainOperator {
  readonly pops: number;
  readonly pushSize: number;
  skipImmediates(reader: WasmReader): void;
}

const none = () => undefined;
const index = (reader: WasmReader) => reader.skipLeb(5);
const memoryArgument = (reader: WasmReader) => {
  reader.skipLeb(5);
  reader.skipLeb(5);
};
const plainOperators = new Map<number, PlainOperator>();
const prefixedOperators = new Map<number, PlainOperator>();

function define(
  [first, last]: readonly [number, number],
  pops: number,
  pushSize: number,
  skipImmediates: (reader: WasmReader) => void = none,
): void {
  for (let opcode = first; opcode <= last; opcode++) {
    plainOperators.set(opcode, { pops, pushSize, skipImmediates });
  }
}

function definePrefixed(
  opcodes: readonly number[],
  pops: number,
  pushSize: number,
  skipImmediates: (reader: WasmReader) => void = none,
): void {
  for (const opcode of opcodes) prefixedOperators.set(opcode, { pops, pushSize, skipImmediates });
}

define([0x01, 0x01], 0, 0); // nop
define([0x1a, 0x1a], 1, 0); // drop
define([0x25, 0x25], 1, 8, index); // table.get
define([0x26, 0x26], 2, 0, index); // table.set
define([0x28, 0x28], 1, 4, memoryArgument); // loads, by what they leave
define([0x29, 0x29], 1, 8, memoryArgument);
define([0x2a, 0x2a], 1, 4, memoryArgument);
define([0x2b, 0x2b], 1, 8, memoryArgument);
define([0x2c, 0x2f], 1, 4, memoryArgument);
define([0x30, 0x35], 1, 8, memoryArgument);
define([0x36, 0x3e], 2, 0, memoryArgument); // stores
define([0x3f, 0x3f], 0, 4, index); // memory.size
define([0x41, 0x41], 0, 4, (reader) => reader.skipLeb(5)); // constants
define([0x42, 0x42], 0, 8, (reader) => reader.skipLeb(10));
define([0x43, 0x43], 0, 4, (reader) => reader.skip(4));
define([0x44, 0x44], 0, 8, (reader) => reader.skip(8));
define([0x45, 0x45], 1, 4); // tests and comparisons
define([0x46, 0x4f], 2, 4);
define([0x50, 0x50], 1, 4);
define([0x51, 0x66], 2, 4);
define([0x67, 0x69], 1, 4); // i32 arithmetic
define([0x6a, 0x78], 2, 4);
define([0x79, 0x7b], 1, 8); // i64 arithmetic
define([0x7c, 0x8a], 2, 8);
define([0x8b, 0x91], 1, 4); // f32 arithmetic
define([0x92, 0x98], 2, 4);
define([0x99, 0x9f], 1, 8); // f64 arithmetic
define([0xa0, 0xa6], 2, 8);
define([0xa7, 0xab], 1, 4); // conversions, by what they leave
define([0xac, 0xb1], 1, 8);
define([0xb2, 0xb6], 1, 4);
define([0xb7, 0xbb], 1, 8);
define([0xbc, 0xbc], 1, 4);
define([0xbd, 0xbd], 1, 8);
define([0xbe, 0xbe], 1, 4);
define([0xbf, 0xbf], 1, 8);
define([0xc0, 0xc1], 1, 4); // sign extension
define([0xc2, 0xc4], 1, 8);
define([0xd0, 0xd0], 0, 8, (reader) => reader.skipLeb(5)); // ref.null
define([0xd1, 0xd1], 1, 4); // ref.is_null
define([0xd2, 0xd2], 0, 8, index); // ref.func
definePrefixed([0, 1, 2, 3], 1, 4); // saturating truncations
definePrefixed([4, 5, 6, 7], 1, 8);
definePrefixed([9, 13], 0, 0, index); // data.drop, elem.drop
definePrefixed([16], 0, 4, index); // table.size

/** An operator whose work grows with its last operand. */
export interface LinearOperator {
  readonly immediates: number;
  readonly pops: number;
  readonly pushSize: number;
}

export const MEMORY_GROW: LinearOperator = { immediates: 1, pops: 1, pushSize: 4 };
const linearOperators = new Map<number, LinearOperator>([
  [8, { immediates: 2, pops: 3, pushSize: 0 }], // memory.init
  [10, { immediates: 2, pops: 3, pushSize: 0 }], // memory.copy
  [11, { immediates: 1, pops: 3, pushSize: 0 }], // memory.fill
  [12, { immediates: 2, pops: 3, pushSize: 0 }], // table.init
  [14, { immediates: 2, pops: 3, pushSize: 0 }], // table.copy
  [15, { immediates: 1, pops: 2, pushSize: 4 }], // table.grow
  [17, { immediates: 1, pops: 3, pushSize: 0 }], // table.fill
]);

/** Whether arithmetic can trap here: division, remainder, and conversion of a float that does not fit. */
export function isTrappingArithmetic(opcode: number): boolean {
  const isDivision = (opcode >= 0x6d && opcode <= 0x70) || (opcode >= 0x7f && opcode <= 0x82);
  const isTruncation = (opcode >= 0xa8 && opcode <= 0xab) || (opcode >= 0xae && opcode <= 0xb1);
  return isDivision || isTruncation;
}

/**
 * The float type whose arithmetic can give any NaN here, or null. As in nearcore, which replaces such a NaN by one value;
 * operators of the sign bit alone keep theirs.
 */
export function arithmeticFloat(opcode: number): typeof F32 | typeof F64 | null {
  // ceil to sqrt and add to max, without copysign; demotion and promotion.
  if ((opcode >= 0x8d && opcode <= 0x97) || opcode === 0xb6) return F32;
  if ((opcode >= 0x9b && opcode <= 0xa5) || opcode === 0xbb) return F64;
  return null;
}

/** A plain operator of one byte, or undefined for control flow, variables and calls. */
export function plainOperator(opcode: number): PlainOperator | undefined {
  return plainOperators.get(opcode);
}

/** An operator of the 0xfc group; throws WasmError for what the protocol does not allow. */
export function prefixedOperator(
  opcode: number,
):
  | { readonly isLinear: false; readonly plain: PlainOperator }
  | { readonly isLinear: true; readonly linear: LinearOperator } {
  const linear = linearOperators.get(opcode);
  if (linear !== undefined) return { isLinear: true, linear };
  const plain = prefixedOperators.get(opcode);
  if (plain === undefined) throw new WasmError(`unsupported operator 0xfc ${opcode}`);
  return { isLinear: false, plain };
}
