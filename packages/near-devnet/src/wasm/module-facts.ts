import { WasmError } from './wasm-reader.ts';
import type { WasmWriter } from './wasm-writer.ts';

export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

/** What a function body refers to, and the functions that do the counting. */
export interface ModuleFacts {
  readonly types: readonly FunctionType[];
  /** The type of each function, imported ones first. */
  readonly functionTypes: readonly FunctionType[];
  readonly globalTypes: readonly number[];
  /** `(i32)`: takes the gas of so many instructions, or traps. */
  readonly chargeFunction: number;
  /** `(i32)`: takes so many bytes of stack, or traps. */
  readonly enterFunction: number;
  /** `(i32)`: gives them back. */
  readonly leaveFunction: number;
  /** Writes the type of a block that takes nothing and leaves these results. */
  writeBlockType(writer: WasmWriter, results: readonly number[]): void;
}

/** The item with this index; throws WasmError where there is none. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new WasmError(`index ${index} out of range`);
  return item;
}
