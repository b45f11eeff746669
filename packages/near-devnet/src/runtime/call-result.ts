import type { ErrorJson } from '../state/receipt.ts';

export type ViewResult =
  | { readonly ok: true; readonly value: Uint8Array; readonly logs: readonly string[] }
  /** The error as nearcore's views print it. */
  | { readonly ok: false; readonly error: string };

/** An error of a contract that ran, as an `ActionErrorKind`. */
export function executionError(text: string): ErrorJson {
  return { FunctionCallError: { ExecutionError: text } };
}
