import type { ErrorJson } from '../state/receipt.ts';

export type ViewResult =
  | { readonly ok: true; readonly value: Uint8Array; readonly logs: readonly string[] }
  | {
      readonly ok: false;
      readonly error: FunctionCallError;
      /** Rust's debug form of the error, as nearcore's `query` prints it. */
      readonly shown: string;
    };

export type FunctionCallError =
  | { readonly ExecutionError: string }
  | { readonly CompilationError: ErrorJson }
  | { readonly MethodResolveError: string };

/** An error of a contract that ran, as an `ActionErrorKind`. */
export function executionError(text: string): ErrorJson {
  return { FunctionCallError: { ExecutionError: text } };
}
