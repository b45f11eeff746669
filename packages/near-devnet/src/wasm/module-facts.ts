import { WasmError } from './wasm-reader.ts';
import type { WasmWriter } from './wasm-writer.ts';

export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

/** What a function body refers to, and the counting functions. */
export interface ModuleFacts {
  readonly types: readonly FunctionType[];
  /** The type of each function, imported ones first. */
  readonly functionTypes: readonly FunctionType[];
  readonly globalTypes: readonly number[];
  /** `(i32)`: charges the gas of this many instructions, or traps. */
  readonly chargeFunction: number;
  /** `(i32)`: takes this many bytes of stack, or traps. */
  readonly enterFunction: number;
  /** `(i32)`: returns the bytes of stack. */
  readonly leaveFunction: number;
  /** Writes the type of a block without parameters and with these results. */
  writeBlockType(writer: WasmWriter, results: readonly number[]): void;
}

/** The item with this index; throws WasmError if there is none. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new WasmError(`index ${index} out of range`);
  return item;
}
