import { PrepareError } from './module-content.ts';
import { at, type FunctionType, type ModuleFacts } from './module-facts.ts';
import { OperandStack } from './operand-stack.ts';
import {
  arithmeticFloat,
  F32,
  F64,
  I32,
  isTrappingArithmetic,
  type LinearOperator,
  MEMORY_GROW,
  plainOperator,
  prefixedOperator,
  valueSize,
} from './operators.ts';
import { WasmError, type WasmReader } from './wasm-reader.ts';
import { WasmWriter } from './wasm-writer.ts';

// Saved registers and the return address, as the protocol counts them.
const ACTIVATION_BYTES = 64;
// Entering a function costs one plain instruction per this many bytes of its activation and locals.
const FRAME_BYTES_PER_INSTRUCTION = 8;
// The base cost of copying, filling, growing and the like, in plain instructions.
const LINEAR_BASE_INSTRUCTIONS = 32;

const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BR = 0x0c;
const CALL = 0x10;
const SELECT = 0x1b;

// By the type of float: the canonical NaN as a constant, and the comparison of two floats.
const CANONICAL_NAN = {
  [F32]: { constant: [0x43, 0, 0, 0xc0, 0x7f], equal: 0x5b },
  [F64]: { constant: [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], equal: 0x61 },
} as const;

/** Instruments one function body: counts its instructions and its stack. */
export class FunctionMeter {
  readonly #facts: ModuleFacts;
  readonly #reader: WasmReader;
  readonly #type: FunctionType;
  readonly #localTypes: number[];
  readonly #operands = new OperandStack();
  readonly #code = new WasmWriter();
  /** The start of the straight run of instructions that is not written yet, and its length. */
  #runStart = 0;
  #runInstructions = 0;
  /** Code of the run before `#runStart`. */
  #runCode: Uint8Array[] = [];
  /** Local variables of the instrumentation: their index, by type. */
  readonly #scratch = new Map<number, number>();
  #blocks = 0;

  /** @param reader at the locals of the body, ending with it */
  constructor(facts: ModuleFacts, type: FunctionType, reader: WasmReader) {
    this.#facts = facts;
    this.#type = type;
    this.#reader = reader;
    this.#localTypes = [...type.parameters];
  }

  get localsCount(): number {
    return this.#localTypes.length - this.#type.parameters.length;
  }

  get blocksCount(): number {
    return this.#blocks;
  }

  get operandBytes(): number {
    return this.#operands.greatestSize;
  }

  /** The instrumented body; throws WasmError for what the protocol does not allow. */
  run(maxLocals: number): WasmWriter {
    const groups = this.#readLocals(maxLocals);
    const localsBytes = this.#localTypes.reduce((total, type) => total + valueSize(type), 0);
    const activationBytes = ACTIVATION_BYTES + localsBytes;
    this.#runStart = this.#reader.offset;
    this.#runInstructions = Math.ceil(activationBytes / FRAME_BYTES_PER_INSTRUCTION);
    let isOpen = true;
    while (isOpen) isOpen = this.#step();
    if (!this.#reader.isAtEnd) throw new WasmError('bytes after the end of a function');
    const body = new WasmWriter();
    for (const type of this.#scratch.keys()) groups.push([1, type]);
    body.u32(groups.length);
    for (const [count, type] of groups) body.u32(count).u8(type);
    const frameBytes = activationBytes + this.#operands.greatestSize;
    body.u8(0x41).s32(frameBytes).u8(CALL).u32(this.#facts.enterFunction);
    // Every exit of the function leads through the end of this block.
    body.u8(BLOCK);
    this.#facts.writeBlockType(body, this.#type.results);
    body.raw(this.#code.bytes()).u8(END);
    body.u8(0x41).s32(frameBytes).u8(CALL).u32(this.#facts.leaveFunction).u8(END);
    return body;
  }

  #readLocals(maxLocals: number): [number, number][] {
    const groups = this.#reader.list((): [number, number] => [
      this.#reader.u32(),
      this.#reader.u8(),
    ]);
    let total = 0;
    for (const [count, type] of groups) {
      total += count;
      if (total > maxLocals) throw new PrepareError('TooManyLocals');
      valueSize(type);
      for (let i = 0; i < count; i++) this.#localTypes.push(type);
    }
    return groups;
  }

  /** Handles one instruction; false at the end of the function. */
  #step(): boolean {
    const start = this.#reader.offset;
    const opcode = this.#reader.u8();
    const plain = plainOperator(opcode);
    if (plain !== undefined) {
      plain.skipImmediates(this.#reader);
      this.#runInstructions++;
      this.#operands.pop(plain.pops);
      this.#operands.push(plain.pushSize);
      const float = arithmeticFloat(opcode);
      if (float !== null) this.#canonicalize(float);
      if (isTrappingArithmetic(opcode)) this.#endRun();
      return true;
    }
    if (opcode === 0x40) {
      this.#linear(MEMORY_GROW, start);
      return true;
    }
    if (opcode === 0xfc) {
      this.#prefixed(start);
      return true;
    }
    if (opcode >= 0x1b && opcode <= 0x24) {
      this.#runInstructions++;
      this.#variable(opcode);
      return true;
    }
    if (opcode === CALL || opcode === 0x11) {
      this.#call(opcode);
      return true;
    }
    return this.#control(opcode, start);
  }

  #control(opcode: number, start: number): boolean {
    switch (opcode) {
      case BLOCK:
        this.#enter();
        return true;
      case LOOP:
        this.#enter();
        this.#endRun();
        // Each iteration starts a new run, and pays for the loop again.
        this.#runInstructions++;
        return true;
      case IF:
        this.#runInstructions++;
        this.#operands.pop(1);
        this.#enter();
        this.#endRun();
        return true;
      case ELSE:
        this.#endRun();
        this.#operands.otherwise();
        return true;
      case END:
        if (this.#operands.depth === 0) {
          this.#endRun(start);
          return false;
        }
        this.#endRun();
        this.#operands.leave();
        return true;
      default:
        this.#runInstructions++;
        this.#jump(opcode, start);
        return true;
    }
  }

  #jump(opcode: number, start: number): void {
    switch (opcode) {
      case 0x00:
        break;
      case BR:
        this.#reader.u32();
        break;
      case 0x0d:
        this.#reader.u32();
        this.#operands.pop(1);
        this.#endRun();
        return;
      case 0x0e:
        this.#reader.list(() => this.#reader.u32());
        this.#reader.u32();
        break;
      case 0x0f:
        this.#endRun(start);
        this.#runStart = this.#reader.offset;
        this.#code.u8(BR).u32(this.#operands.depth);
        this.#operands.jump();
        return;
      default:
        throw new WasmError(`unsupported operator ${opcode}`);
    }
    this.#endRun();
    this.#operands.jump();
  }

  #enter(): void {
    this.#blocks++;
    const type = this.#reader.s33();
    if (type === -64) this.#operands.enter([], []);
    else if (type < 0) this.#operands.enter([], [valueSize(type + 128)]);
    else {
      const { parameters, results } = this.#typeAt(type);
      this.#operands.enter(parameters.map(valueSize), results.map(valueSize));
    }
  }

  #variable(opcode: number): void {
    const operands = this.#operands;
    if (opcode === 0x1b || opcode === 0x1c) {
      if (opcode === 0x1c) this.#reader.list(() => this.#reader.u8());
      operands.pop(2);
      const size = operands.top;
      operands.pop(1);
      operands.push(size);
      return;
    }
    const index = this.#reader.u32();
    switch (opcode) {
      case 0x20:
        operands.push(valueSize(at(this.#localTypes, index)));
        return;
      case 0x21:
      case 0x24:
        operands.pop(1);
        return;
      case 0x22:
        return;
      case 0x23:
        operands.push(valueSize(at(this.#facts.globalTypes, index)));
        return;
      default:
        throw new WasmError(`unsupported operator ${opcode}`);
    }
  }

  #call(opcode: number): void {
    let type: FunctionType;
    if (opcode === CALL) {
      type = at(this.#facts.functionTypes, this.#reader.u32());
    } else {
      // The index of the function stays on the counted stack, as in nearcore.
      type = this.#typeAt(this.#reader.u32());
      this.#reader.u32();
    }
    this.#runInstructions++;
    this.#operands.pop(type.parameters.length);
    for (const result of type.results) this.#operands.push(valueSize(result));
    // The callee may read the gas, so everything before it must be charged.
    this.#endRun();
  }

  #prefixed(start: number): void {
    const operator = prefixedOperator(this.#reader.u32());
    if (!operator.isLinear) {
      operator.plain.skipImmediates(this.#reader);
      this.#runInstructions++;
      this.#operands.pop(operator.plain.pops);
      this.#operands.push(operator.plain.pushSize);
      return;
    }
    this.#linear(operator.linear, start);
  }

  /** @param start the offset of the operator; the reader is after its opcode */
  #linear({ immediates, pops, pushSize }: LinearOperator, start: number): void {
    for (let i = 0; i < immediates; i++) this.#reader.u32();
    this.#runInstructions += LINEAR_BASE_INSTRUCTIONS;
    this.#endRun(start);
    // The length is on top of the stack.
    const scratch = this.#scratchOf(I32);
    this.#code.u8(0x22).u32(scratch).u8(0x20).u32(scratch);
    this.#code.u8(CALL).u32(this.#facts.chargeFunction);
    this.#operands.pop(pops);
    this.#operands.push(pushSize);
  }

  /** Replaces the float on top of the stack by the canonical NaN if it is a NaN, whose bits depend on the machine. */
  #canonicalize(type: typeof F32 | typeof F64): void {
    const scratch = this.#scratchOf(type);
    const { constant, equal } = CANONICAL_NAN[type];
    const code = new WasmWriter()
      .u8(0x22)
      .u32(scratch)
      .u8(...constant);
    code.u8(0x20).u32(scratch).u8(0x20).u32(scratch).u8(equal, SELECT);
    this.#runCode.push(this.#reader.bytes.subarray(this.#runStart, this.#reader.offset));
    this.#runCode.push(code.bytes());
    this.#runStart = this.#reader.offset;
  }

  #scratchOf(type: number): number {
    const index = this.#scratch.get(type) ?? this.#localTypes.length + this.#scratch.size;
    this.#scratch.set(type, index);
    return index;
  }

  #typeAt(index: number): FunctionType {
    return at(this.#facts.types, index);
  }

  /** Writes the run up to `end`, preceded by its charge; the next run starts there. */
  #endRun(end = this.#reader.offset): void {
    if (this.#runInstructions > 0) {
      this.#code.u8(0x41).s32(this.#runInstructions).u8(CALL).u32(this.#facts.chargeFunction);
    }
    for (const code of this.#runCode) this.#code.raw(code);
    this.#runCode = [];
    this.#code.raw(this.#reader.bytes.subarray(this.#runStart, end));
    this.#runStart = end;
    this.#runInstructions = 0;
  }
}
