import { FunctionMeter } from './meter-function.ts';
import {
  CODE,
  EXPORTS,
  FUNCTION_KIND,
  FUNCTIONS,
  GLOBAL_KIND,
  GLOBALS,
  IMPORTS,
  type InstrumentedModule,
  type InstrumentLimits,
  MAGIC,
  MEMORIES,
  MEMORY_KIND,
  type ModuleContent,
  PrepareError,
  type PrepareErrorCode,
  readContent,
  readList,
  readSections,
  SECTION_ORDER,
  type Sections,
  START,
  TYPES,
} from './module-content.ts';
import { at, type FunctionType, type ModuleFacts } from './module-facts.ts';
import { F64, I32 } from './operators.ts';
import { WasmError, WasmReader } from './wasm-reader.ts';
import { WasmWriter } from './wasm-writer.ts';

/** Names of an instrumented module's exports; methods have a prefix, so that names cannot collide. */
export const METHOD_PREFIX = 'method ';
/** The import of the memory: the host provides it, and may reuse it. */
export const MEMORY_IMPORT = { module: 'meter', name: 'memory' };
export const GAS_EXPORT = 'gas';
export const STACK_EXPORT = 'stack';
export const START_EXPORT = 'start';

/**
 * Instruments a contract: each straight run of instructions takes its gas from one global, each call its bytes of stack
 * from another, and either traps below zero. Both globals are exported; the memory is imported.
 * The module must be valid WebAssembly; throws PrepareError for what the protocol does not allow.
 */
export function instrument(code: Uint8Array, limits: InstrumentLimits): InstrumentedModule {
  try {
    const sections = readSections(code);
    const content = readContent(sections, limits);
    return { ...content, bytes: writeModule(sections, content, limits) };
  } catch (error) {
    if (error instanceof WasmError) throw new PrepareError('Deserialization');
    throw error;
  }
}

function writeModule(
  sections: Sections,
  content: ModuleContent,
  limits: InstrumentLimits,
): Uint8Array {
  const types = new TypeTable(content.types);
  const code = codeSection(sections, content, types, limits);
  const parts = new Map<number, WasmWriter>([
    [FUNCTIONS, functionSection(content, types)],
    [IMPORTS, importSection(sections, content, limits)],
    [GLOBALS, globalSection(sections, content)],
    [EXPORTS, exportSection(sections, content)],
    [CODE, code],
    // Written last, when all types are known.
    [TYPES, types.write()],
  ]);
  const module = new WasmWriter().u8(...MAGIC);
  for (const id of SECTION_ORDER) {
    const part = parts.get(id);
    const unchanged = sections.get(id);
    if (part !== undefined) module.u8(id).sized(part);
    else if (unchanged !== undefined && id !== START && id !== MEMORIES) {
      module.u8(id).u32(unchanged.length).raw(unchanged);
    }
  }
  return module.bytes();
}

/** The types of the module and of the instrumentation. */
class TypeTable {
  readonly #types: FunctionType[];

  constructor(types: readonly FunctionType[]) {
    this.#types = [...types];
  }

  indexOf(wanted: FunctionType): number {
    const isWanted = ({ parameters, results }: FunctionType) =>
      equal(parameters, wanted.parameters) && equal(results, wanted.results);
    const index = this.#types.findIndex(isWanted);
    return index >= 0 ? index : this.#types.push(wanted) - 1;
  }

  write(): WasmWriter {
    const section = new WasmWriter().u32(this.#types.length);
    for (const { parameters, results } of this.#types) {
      section
        .u8(0x60)
        .u32(parameters.length)
        .u8(...parameters);
      section.u32(results.length).u8(...results);
    }
    return section;
  }
}

const COUNTER_TYPE: FunctionType = { parameters: [I32], results: [] };

function functionSection({ ownTypeIndexes }: ModuleContent, types: TypeTable): WasmWriter {
  const section = new WasmWriter().u32(ownTypeIndexes.length + 3);
  for (const index of ownTypeIndexes) section.u32(index);
  const counter = types.indexOf(COUNTER_TYPE);
  return section.u32(counter).u32(counter).u32(counter);
}

function importSection(
  sections: Sections,
  { imports, memoryPages }: ModuleContent,
  { maxMemoryPages }: InstrumentLimits,
): WasmWriter {
  const section = new WasmWriter().u32(imports.length + 1);
  const own = sections.get(IMPORTS);
  if (own !== undefined) {
    const reader = new WasmReader(own);
    reader.u32();
    section.raw(own.subarray(reader.offset));
  }
  section.name(MEMORY_IMPORT.module).name(MEMORY_IMPORT.name).u8(MEMORY_KIND);
  return section.u8(1).u32(memoryPages).u32(maxMemoryPages);
}

/** After the module's own globals: the gas (f64, exact for all amounts) and the stack (i32). */
function globalSection(sections: Sections, { globalTypes }: ModuleContent): WasmWriter {
  const section = new WasmWriter().u32(globalTypes.length + 2);
  const own = sections.get(GLOBALS);
  if (own !== undefined) {
    const reader = new WasmReader(own);
    reader.u32();
    section.raw(own.subarray(reader.offset));
  }
  return section.u8(F64, 1, 0x44).f64(0).u8(0x0b).u8(I32, 1, 0x41, 0, 0x0b);
}

function exportSection(sections: Sections, content: ModuleContent): WasmWriter {
  const { exports, globalTypes, hasStart } = content;
  const section = new WasmWriter().u32(exports.length + 2 + (hasStart ? 1 : 0));
  for (const { name, index } of exports) {
    section
      .name(METHOD_PREFIX + name)
      .u8(FUNCTION_KIND)
      .u32(index);
  }
  section.name(GAS_EXPORT).u8(GLOBAL_KIND).u32(globalTypes.length);
  section
    .name(STACK_EXPORT)
    .u8(GLOBAL_KIND)
    .u32(globalTypes.length + 1);
  const start = sections.get(START);
  // Called by the host once the counters are set.
  if (start !== undefined) {
    section.name(START_EXPORT).u8(FUNCTION_KIND).u32(new WasmReader(start).u32());
  }
  return section;
}

function codeSection(
  sections: Sections,
  content: ModuleContent,
  types: TypeTable,
  limits: InstrumentLimits,
): WasmWriter {
  const { functionTypes, imports, globalTypes } = content;
  const facts: ModuleFacts = {
    types: content.types,
    functionTypes,
    globalTypes,
    chargeFunction: functionTypes.length,
    enterFunction: functionTypes.length + 1,
    leaveFunction: functionTypes.length + 2,
    writeBlockType: (writer, results) => writeBlockType(writer, results, types),
  };
  const section = new WasmWriter().u32(functionTypes.length - imports.length + 3);
  const totals = new CodeTotals(limits);
  let index = imports.length;
  readList(sections, CODE, (reader) => {
    const length = reader.u32();
    if (length > limits.maxFunctionBodyBytes) throw new PrepareError('FunctionBodyTooLarge');
    const start = reader.offset;
    reader.skip(length);
    const body = new WasmReader(reader.bytes, start, reader.offset);
    const type = at(functionTypes, index++);
    const meter = new FunctionMeter(facts, type, body);
    section.sized(meter.run(totals.localsLeft));
    totals.add(type, meter);
  });
  if (index !== functionTypes.length) throw new WasmError('functions without a body');
  const gas = globalTypes.length;
  section.sized(chargeBody(gas, limits.instructionGas));
  return section.sized(enterBody(gas + 1)).sized(leaveBody(gas + 1));
}

// V8 keeps a copy of all locals for each block while it compiles a function, 24 bytes each: up to 240 MB at this limit,
// and 6 GB at the protocol's limits alone. A function of a compiled contract has some 100,000 at most.
const MAX_LOCALS_TIMES_BLOCKS = 10_000_000;

/** Sums over the functions of a contract that have limits. */
class CodeTotals {
  readonly #limits: InstrumentLimits;
  #locals = 0;
  #parameters = 0;
  #blocks = 0;

  constructor(limits: InstrumentLimits) {
    this.#limits = limits;
  }

  get localsLeft(): number {
    return this.#limits.maxLocals - this.#locals;
  }

  add({ parameters }: FunctionType, { localsCount, operandBytes, blocksCount }: FunctionMeter) {
    const limits = this.#limits;
    this.#locals += localsCount;
    this.#parameters += parameters.length;
    this.#blocks += blocksCount;
    requireAtMost(parameters.length, limits.maxParametersPerFunction, 'TooManyParamsPerFunction');
    requireAtMost(this.#parameters, limits.maxParametersPerContract, 'TooManyParamsPerContract');
    requireAtMost(operandBytes, limits.maxOperandBytes, 'OperandStackTooLarge');
    requireAtMost(blocksCount, limits.maxBlocksPerFunction, 'TooManyBlocksPerFunction');
    requireAtMost(this.#blocks, limits.maxBlocksPerContract, 'TooManyBlocksPerContract');
    const copies = (parameters.length + localsCount) * blocksCount;
    requireAtMost(copies, MAX_LOCALS_TIMES_BLOCKS, 'TooManyLocals');
  }
}

function requireAtMost(count: number, limit: number, error: PrepareErrorCode): void {
  if (count > limit) throw new PrepareError(error);
}

function writeBlockType(writer: WasmWriter, results: readonly number[], types: TypeTable): void {
  const [only] = results;
  if (only === undefined) writer.u8(0x40);
  else if (results.length === 1) writer.u8(only);
  else writer.s32(types.indexOf({ parameters: [], results }));
}

/** gas = gas - instructions * price; a trap below zero. */
function chargeBody(gas: number, instructionGas: number): WasmWriter {
  const body = new WasmWriter().u8(0);
  body.u8(0x23).u32(gas).u8(0x20, 0, 0xb8, 0x44).f64(instructionGas).u8(0xa2, 0xa1, 0x24).u32(gas);
  body.u8(0x23).u32(gas).u8(0x44).f64(0).u8(0x63, 0x04, 0x40, 0x00, 0x0b, 0x0b);
  return body;
}

/** stack = stack - bytes; a trap below zero. */
function enterBody(stack: number): WasmWriter {
  const body = new WasmWriter().u8(0);
  body.u8(0x23).u32(stack).u8(0x20, 0, 0x6b, 0x24).u32(stack);
  body.u8(0x23).u32(stack).u8(0x41, 0, 0x48, 0x04, 0x40, 0x00, 0x0b, 0x0b);
  return body;
}

function leaveBody(stack: number): WasmWriter {
  return new WasmWriter().u8(0).u8(0x23).u32(stack).u8(0x20, 0, 0x6a, 0x24).u32(stack).u8(0x0b);
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
