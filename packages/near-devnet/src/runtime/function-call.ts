import type { ContractMethod } from '../rules/contract.ts';
import type { Rules } from '../rules/rules.ts';
import type { FunctionCallAction } from '../rules/transaction.ts';
import type { ActionReceipt, ErrorJson } from '../state/receipt.ts';
import type { State, StateView } from '../state/state.ts';
import type { BlockContext } from '../vm/call-environment.ts';
import { callBuiltIn, viewBuiltIn } from './built-in-call.ts';
import type { ViewResult } from './call-result.ts';
import type { ActionRun } from './receipt-progress.ts';
import { callWasm, viewWasm } from './wasm-call.ts';

/** Runs a method of the receiver's contract as part of a receipt; returns the `ActionErrorKind` or null. */
export function callContract(
  rules: Rules,
  state: State,
  receipt: ActionReceipt,
  action: FunctionCallAction,
  run: ActionRun,
): ErrorJson | null {
  const { receiverId } = receipt;
  const account = state.account(receiverId);
  if (account === undefined) return { AccountDoesNotExist: { account_id: receiverId } };
  state.setAccount(receiverId, {
    ...account,
    amountYocto: account.amountYocto + action.depositYocto,
  });
  const code = findCode(rules, state, receiverId, action.methodName);
  if ('error' in code) return { FunctionCallError: code.error };
  return 'method' in code
    ? callBuiltIn(rules, state, code.method, { receipt, action, run })
    : callWasm(rules, state, code.wasm, { receipt, action, run });
}

/** Runs a method as a view of one block's state; the account must exist. */
export function viewContract(
  rules: Rules,
  state: StateView,
  call: { contractId: string; methodName: string; args: Uint8Array; block: BlockContext },
): ViewResult {
  const code = findCode(rules, state, call.contractId, call.methodName);
  if ('error' in code) return { ok: false, error: code.error, shown: debugText(code.error) };
  return 'method' in code
    ? viewBuiltIn(rules, state, code.method, call)
    : viewWasm(rules, state, code.wasm, call);
}

function findCode(
  { contracts }: Rules,
  state: StateView,
  contractId: string,
  methodName: string,
): { method: ContractMethod } | { wasm: Uint8Array } | { error: MethodError } {
  const contract = state.account(contractId)?.contract ?? null;
  const builtIn = contract?.kind === 'built-in' ? contracts.get(contract.name) : undefined;
  const wasm = state.code(contractId);
  if (builtIn === undefined) {
    if (wasm !== undefined) return { wasm };
    return { error: { CompilationError: { CodeDoesNotExist: { account_id: contractId } } } };
  }
  if (methodName === '') return { error: { MethodResolveError: 'MethodEmptyName' } };
  const method = builtIn.get(methodName);
  return method === undefined ? { error: { MethodResolveError: 'MethodNotFound' } } : { method };
}

type MethodError =
  | { readonly CompilationError: { readonly CodeDoesNotExist: { readonly account_id: string } } }
  | { readonly MethodResolveError: 'MethodEmptyName' | 'MethodNotFound' };

/** Rust's debug form of the error, as nearcore's views print it. */
function debugText(error: MethodError): string {
  if ('MethodResolveError' in error) return `MethodResolveError(${error.MethodResolveError})`;
  const { account_id } = error.CompilationError.CodeDoesNotExist;
  return `CompilationError(CodeDoesNotExist { account_id: "${account_id}" })`;
}
