import { at, type FunctionType } from './module-facts.ts';
import { valueSize } from './operators.ts';
import { WasmError, WasmReader } from './wasm-reader.ts';

/** Why a contract cannot be run, by nearcore's names. */
export type PrepareErrorCode =
  | 'Deserialization'
  | 'Instantiate'
  | 'Memory'
  | 'FunctionBodyTooLarge'
  | 'OperandStackTooLarge'
  | 'TooManyBlocksPerContract'
  | 'TooManyBlocksPerFunction'
  | 'TooManyFunctions'
  | 'TooManyLocals'
  | 'TooManyParamsPerContract'
  | 'TooManyParamsPerFunction'
  | 'TooManyTables'
  | 'TooManyTableElements'
  | 'TooManyTypes';

/** A contract that cannot be run. */
export class PrepareError extends Error {
  override name = 'PrepareError';
  readonly code: PrepareErrorCode;

  constructor(code: PrepareErrorCode) {
    super(code);
    this.code = code;
  }
}

export interface InstrumentLimits {
  /** Gas of one plain instruction. */
  readonly instructionGas: number;
  readonly maxTypes: number;
  readonly maxFunctions: number;
  readonly maxFunctionBodyBytes: number;
  readonly maxLocals: number;
  readonly maxParametersPerFunction: number;
  readonly maxParametersPerContract: number;
  /** Blocks, loops and ifs. */
  readonly maxBlocksPerFunction: number;
  readonly maxBlocksPerContract: number;
  /** Bytes that the operands of one function take at most. */
  readonly maxOperandBytes: number;
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
  /** The exported functions; callable ones have no parameters and no results. */
  readonly methods: ReadonlyMap<string, FunctionType>;
  readonly hasStart: boolean;
  /** Initial pages of the memory. */
  readonly memoryPages: number;
}

// The sections of a module.
export const TYPES = 1;
export const IMPORTS = 2;
export const FUNCTIONS = 3;
export const TABLES = 4;
export const MEMORIES = 5;
export const GLOBALS = 6;
export const EXPORTS = 7;
export const START = 8;
export const CODE = 10;
export const SECTION_ORDER = [
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
export const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
export const FUNCTION_KIND = 0;
export const MEMORY_KIND = 2;
export const GLOBAL_KIND = 3;

export type Sections = ReadonlyMap<number, Uint8Array>;

export function readSections(code: Uint8Array): Sections {
  const reader = new WasmReader(code);
  if (MAGIC.some((byte) => reader.u8() !== byte)) throw new WasmError('not WebAssembly');
  const sections = new Map<number, Uint8Array>();
  let last = -1;
  while (!reader.isAtEnd) {
    const id = reader.u8();
    const length = reader.u32();
    const start = reader.offset;
    reader.skip(length);
    // Custom sections do not affect execution.
    if (id === 0) continue;
    const position = SECTION_ORDER.indexOf(id);
    if (position <= last) throw new WasmError(`unexpected section ${id}`);
    last = position;
    sections.set(id, code.subarray(start, start + length));
  }
  return sections;
}

/** Reads every item of a section that holds a list. */
export function readList<T>(sections: Sections, id: number, read: (reader: WasmReader) => T): T[] {
  const bytes = sections.get(id);
  if (bytes === undefined) return [];
  const reader = new WasmReader(bytes);
  const items = reader.list(() => read(reader));
  if (!reader.isAtEnd) throw new WasmError(`bytes after the end of section ${id}`);
  return items;
}

export interface ModuleContent extends Omit<InstrumentedModule, 'bytes'> {
  readonly types: readonly FunctionType[];
  readonly ownTypeIndexes: readonly number[];
  readonly functionTypes: readonly FunctionType[];
  readonly globalTypes: readonly number[];
  readonly exports: readonly { readonly name: string; readonly index: number }[];
}

export function readContent(sections: Sections, limits: InstrumentLimits): ModuleContent {
  const types = readList(sections, TYPES, readType);
  if (types.length > limits.maxTypes) throw new PrepareError('TooManyTypes');
  const imports = readList(sections, IMPORTS, (reader) => readImport(reader, types));
  const ownTypeIndexes = readList(sections, FUNCTIONS, (reader) => reader.u32());
  if (imports.length + ownTypeIndexes.length > limits.maxFunctions) {
    throw new PrepareError('TooManyFunctions');
  }
  checkTables(sections, limits);
  const functionTypes = [
    ...imports.map(({ type }) => type),
    ...ownTypeIndexes.map((index) => at(types, index)),
  ];
  const exports = readList(sections, EXPORTS, readExport).flatMap(({ name, kind, index }) =>
    kind === FUNCTION_KIND ? [{ name, index }] : [],
  );
  const methods = new Map(exports.map(({ name, index }) => [name, at(functionTypes, index)]));
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
  return { name, type: at(types, reader.u32()) };
}

function readExport(reader: WasmReader): { name: string; kind: number; index: number } {
  return { name: reader.name(), kind: reader.u8(), index: reader.u32() };
}

/** Reads the type of a global; skips its initial value. */
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
