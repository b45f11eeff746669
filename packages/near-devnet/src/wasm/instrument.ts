import {
  FunctionMeter,
  type FunctionType,
  type ModuleFacts,
  TooManyLocals,
} from './meter-function.ts';
import { F64, I32, valueSize } from './operators.ts';
import { WasmError, WasmReader } from './wasm-reader.ts';
import { WasmWriter } from './wasm-writer.ts';

/** Why a contract cannot be run, in the words of the protocol. */
export type PrepareFault =
  | 'Deserialization'
  | 'Instantiate'
  | 'Memory'
  | 'TooManyFunctions'
  | 'TooManyLocals'
  | 'TooManyTables'
  | 'TooManyTableElements';

/** A contract that cannot be run. */
export class PrepareError extends Error {
  override name = 'PrepareError';
  readonly fault: PrepareFault;

  constructor(fault: PrepareFault) {
    super(fault);
    this.fault = fault;
  }
}

export interface InstrumentLimits {
  /** Gas of one plain instruction. */
  readonly instructionGas: number;
  readonly maxFunctions: number;
  readonly maxLocals: number;
  readonly maxTables: number;
  readonly maxTableElements: number;
  readonly maxMemoryPages: number;
}

export interface ImportedFunction {
  readonly name: string;
  readonly type: FunctionType;
}

export interface InstrumentedModule {
  readonly bytes: Uint8Array;
  readonly imports: readonly ImportedFunction[];
  /** The exported functions; those that may be called take and give nothing. */
  readonly methods: ReadonlyMap<string, FunctionType>;
  readonly hasStart: boolean;
  /** Pages the memory begins with. */
  readonly memoryPages: number;
}

/** Names of what an instrumented module exports; methods have a prefix, so that none of them can be another. */
export const METHOD_PREFIX = 'method ';
/** Where the memory is imported from: the host brings it, and may use it again. */
export const MEMORY_IMPORT = { module: 'meter', name: 'memory' };
export const GAS_EXPORT = 'gas';
export const STACK_EXPORT = 'stack';
export const START_EXPORT = 'start';

const TYPES = 1;
const IMPORTS = 2;
const FUNCTIONS = 3;
const TABLES = 4;
const MEMORIES = 5;
const GLOBALS = 6;
const EXPORTS = 7;
const START = 8;
const CODE = 10;
const SECTION_ORDER = [
  TYPES,
  IMPORTS,
  FUNCTIONS,
  TABLES,
  MEMORIES,
  GLOBALS,
  EXPORTS,
  START,
  9,
  12,
  CODE,
  11,
];
const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const FUNCTION_KIND = 0;
const MEMORY_KIND = 2;
const GLOBAL_KIND = 3;

/**
 * Rewrites a contract so that it counts what it does: each straight run of instructions takes its gas from one global,
 * each call its bytes of stack from another, and either traps when nothing is left. Both are exported; the memory is
 * imported.
 * The module must be valid WebAssembly; throws PrepareError for what the protocol does not let run.
 */
export function instrument(code: Uint8Array, limits: InstrumentLimits): InstrumentedModule {
  try {
    const sections = readSections(code);
    const content = readContent(sections, limits);
    return { ...content, bytes: writeModule(sections, content, limits) };
  } catch (error) {
    if (error instanceof TooManyLocals) throw new PrepareError('TooManyLocals');
    if (error instanceof WasmError) throw new PrepareError('Deserialization');
    throw error;
  }
}

type Sections = ReadonlyMap<number, Uint8Array>;

function readSections(code: Uint8Array): Sections {
  const reader = new WasmReader(code);
  if (MAGIC.some((byte) => reader.u8() !== byte)) throw new WasmError('not WebAssembly');
  const sections = new Map<number, Uint8Array>();
  let last = -1;
  while (!reader.isAtEnd) {
    const id = reader.u8();
    const length = reader.u32();
    const start = reader.offset;
    reader.skip(length);
    // Names and other notes do not matter to what a contract does.
    if (id === 0) continue;
    const position = SECTION_ORDER.indexOf(id);
    if (position <= last) throw new WasmError(`unexpected section ${id}`);
    last = position;
    sections.set(id, code.subarray(start, start + length));
  }
  return sections;
}

/** Reads every item of a section that holds a list. */
function readList<T>(sections: Sections, id: number, read: (reader: WasmReader) => T): T[] {
  const bytes = sections.get(id);
  if (bytes === undefined) return [];
  const reader = new WasmReader(bytes);
  const items = reader.list(() => read(reader));
  if (!reader.isAtEnd) throw new WasmError(`bytes after the end of section ${id}`);
  return items;
}

interface ModuleContent extends Omit<InstrumentedModule, 'bytes'> {
  readonly types: readonly FunctionType[];
  readonly ownTypeIndexes: readonly number[];
  readonly functionTypes: readonly FunctionType[];
  readonly globalTypes: readonly number[];
  readonly exports: readonly { readonly name: string; readonly index: number }[];
}

function readContent(sections: Sections, limits: InstrumentLimits): ModuleContent {
  const types = readList(sections, TYPES, readType);
  const imports = readList(sections, IMPORTS, (reader) => readImport(reader, types));
  const ownTypeIndexes = readList(sections, FUNCTIONS, (reader) => reader.u32());
  if (imports.length + ownTypeIndexes.length > limits.maxFunctions) {
    throw new PrepareError('TooManyFunctions');
  }
  checkTables(sections, limits);
  const functionTypes = [
    ...imports.map(({ type }) => type),
    ...ownTypeIndexes.map((index) => typeAt(types, index)),
  ];
  const exports = readList(sections, EXPORTS, readExport).flatMap(({ name, kind, index }) =>
    kind === FUNCTION_KIND ? [{ name, index }] : [],
  );
  const methods = new Map(exports.map(({ name, index }) => [name, typeAt(functionTypes, index)]));
  const globalTypes = readList(sections, GLOBALS, readGlobal);
  const hasStart = sections.has(START);
  const [minimum = 1] = readList(sections, MEMORIES, (reader) => readLimits(reader).minimum);
  const memoryPages = Math.min(minimum, limits.maxMemoryPages);
  return {
    memoryPages,
    types,
    imports,
    ownTypeIndexes,
    functionTypes,
    globalTypes,
    exports,
    methods,
    hasStart,
  };
}

function readType(reader: WasmReader): FunctionType {
  if (reader.u8() !== 0x60) throw new WasmError('not a function type');
  const parameters = reader.list(() => reader.u8());
  const results = reader.list(() => reader.u8());
  for (const type of [...parameters, ...results]) valueSize(type);
  return { parameters, results };
}

function readImport(reader: WasmReader, types: readonly FunctionType[]): ImportedFunction {
  const module = reader.name();
  const name = reader.name();
  const kind = reader.u8();
  if (module !== 'env') throw new PrepareError('Instantiate');
  if (kind === MEMORY_KIND) throw new PrepareError('Memory');
  if (kind !== FUNCTION_KIND) throw new PrepareError('Instantiate');
  return { name, type: typeAt(types, reader.u32()) };
}

function readExport(reader: WasmReader): { name: string; kind: number; index: number } {
  return { name: reader.name(), kind: reader.u8(), index: reader.u32() };
}

/** The type of a global; its initial value is passed. */
function readGlobal(reader: WasmReader): number {
  const type = reader.u8();
  valueSize(type);
  reader.u8();
  for (;;) {
    switch (reader.u8()) {
      case 0x0b:
        return type;
      case 0x23:
      case 0xd0:
      case 0xd2:
      case 0x41:
        reader.skipLeb(5);
        break;
      case 0x42:
        reader.skipLeb(10);
        break;
      case 0x43:
        reader.skip(4);
        break;
      case 0x44:
        reader.skip(8);
        break;
      default:
        throw new WasmError('unsupported initial value of a global');
    }
  }
}

function checkTables(sections: Sections, limits: InstrumentLimits): void {
  const sizes = readList(sections, TABLES, (reader) => {
    valueSize(reader.u8());
    return readLimits(reader).minimum;
  });
  if (sizes.length > limits.maxTables) throw new PrepareError('TooManyTables');
  if (sizes.some((size) => size > limits.maxTableElements)) {
    throw new PrepareError('TooManyTableElements');
  }
}

function readLimits(reader: WasmReader): { minimum: number } {
  const flags = reader.u8();
  if (flags > 1) throw new WasmError('unsupported kind of memory or table');
  const minimum = reader.u32();
  if (flags === 1) reader.u32();
  return { minimum };
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
    // Last, when all types are known.
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

/** The module's types and those that the instrumentation adds. */
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

/** After the module's own globals: the gas (f64, exact for all amounts there are) and the stack (i32). */
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
  // Run by hand once the counters are filled.
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
  let index = imports.length;
  let localsLeft = limits.maxLocals;
  readList(sections, CODE, (reader) => {
    const length = reader.u32();
    const start = reader.offset;
    reader.skip(length);
    const body = new WasmReader(reader.bytes, start, reader.offset);
    const meter = new FunctionMeter(facts, typeAt(functionTypes, index++), body);
    section.sized(meter.run(localsLeft));
    localsLeft -= meter.localsCount;
  });
  if (index !== functionTypes.length) throw new WasmError('functions without a body');
  const gas = globalTypes.length;
  section.sized(chargeBody(gas, limits.instructionGas));
  return section.sized(enterBody(gas + 1)).sized(leaveBody(gas + 1));
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

function typeAt<T>(types: readonly T[], index: number): T {
  const type = types[index];
  if (type === undefined) throw new WasmError(`index ${index} out of range`);
  return type;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
