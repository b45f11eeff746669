import { sha256, sha256Bytes, u64LittleEndian } from '../bytes/hash.ts';
import { parsePublicKey } from '../bytes/public-key.ts';
import type { Rules } from '../rules/rules.ts';
import type { FunctionCallAction } from '../rules/transaction.ts';
import type { ContractReference } from '../state/contract-reference.ts';
import type { ActionReceipt, ErrorJson } from '../state/receipt.ts';
import type { Account, State, StateView } from '../state/state.ts';
import type {
  BlockContext,
  CallEnvironment,
  ContractStorage,
  OwnCode,
} from '../vm/call-environment.ts';
import type { HostCall } from '../vm/host-call.ts';
import type { PromisedReceipt } from '../vm/promise-graph.ts';
import { type CallError, runContract, TRAP_TEXTS } from '../vm/run-contract.ts';
import type { FunctionCallError, ViewResult } from './call-result.ts';
import { addToProfile } from './gas-profile.ts';
import { type ActionRun, burn } from './receipt-progress.ts';

interface Call {
  readonly receipt: ActionReceipt;
  readonly action: FunctionCallAction;
  readonly run: ActionRun;
}

/** Runs a method of a WebAssembly contract as part of a receipt; returns the `ActionErrorKind` or null. */
export function callWasm(
  rules: Rules,
  state: State,
  code: Uint8Array,
  { receipt, action, run }: Call,
): ErrorJson | null {
  const { progress } = run;
  const environment = environmentOf(rules, state, { receipt, action, run });
  const { error, call } = runContract(environment, action.methodName, () =>
    rules.modules.get(code),
  );
  if (call !== null) {
    const burntGas = BigInt(call.gas.burnt);
    burn(progress, burntGas);
    progress.contractGasBurnt += burntGas;
    addToProfile(progress.gasProfile, call.gas);
    progress.logs.push(...call.logs);
  }
  if (error !== null || call === null)
    return error === null ? null : { FunctionCallError: errorOf(error) };
  const usedGas = BigInt(call.gas.used);
  const sharedGas = call.promises.distribute(action.gas - usedGas);
  progress.gasUsed += usedGas + sharedGas - BigInt(call.gas.burnt);
  finish(state, call, { receipt, action, run });
  return null;
}

/** Runs a method of a WebAssembly contract as a view of one block's state. */
export function viewWasm(
  rules: Rules,
  state: StateView,
  code: Uint8Array,
  view: { contractId: string; methodName: string; args: Uint8Array; block: BlockContext },
): ViewResult {
  const { contractId, methodName, args, block } = view;
  const account = state.account(contractId);
  if (account === undefined) throw new Error(`No account ${contractId} to view`);
  const environment: CallEnvironment = {
    ...ownFacts(rules, account, contractId),
    block,
    predecessorId: contractId,
    signerId: contractId,
    signerPublicKey: new Uint8Array(33),
    refundToId: contractId,
    input: args,
    depositYocto: 0n,
    prepaidGas: rules.config.maxTotalPrepaidGas,
    isView: true,
    promiseResults: [],
    outputReceiverIds: [],
    randomSeed: block.randomValue,
    storage: storageOf(state, contractId, null),
    newDataId: () => sha256('view'),
    isYielded: () => false,
    dataIdOfYield: () => null,
    stakeYocto: stakeOf,
  };
  const { error, call } = runContract(environment, methodName, () => rules.modules.get(code));
  if (error !== null) return { ok: false, error: errorOf(error), shown: debugText(error) };
  return { ok: true, value: call?.value ?? new Uint8Array(0), logs: call?.logs ?? [] };
}

function environmentOf(rules: Rules, state: State, call: Call): CallEnvironment {
  const { receipt, action, run } = call;
  const { receiverId: contractId } = receipt;
  const account = state.account(contractId);
  if (account === undefined) throw new Error(`No account ${contractId} to call`);
  const callId = sha256(Buffer.from(receipt.id, 'hex'), u64LittleEndian(run.index), 'action');
  let dataIds = 0;
  return {
    ...ownFacts(rules, account, contractId),
    block: run.block,
    predecessorId: receipt.predecessorId,
    signerId: receipt.signerId,
    signerPublicKey: borshKey(receipt.signerPublicKey),
    refundToId: receipt.refundToId ?? receipt.predecessorId,
    input: action.args,
    depositYocto: action.depositYocto,
    prepaidGas: action.gas,
    isView: false,
    promiseResults: run.promiseResults,
    outputReceiverIds: run.isLast
      ? receipt.outputDataReceivers.map(({ receiverId }) => receiverId)
      : [],
    randomSeed: sha256Bytes(Buffer.concat([Buffer.from(callId, 'hex'), run.block.randomValue])),
    storage: storageOf(state, contractId, state),
    newDataId: () => sha256(Buffer.from(callId, 'hex'), u64LittleEndian(dataIds++), 'data'),
    isYielded: (dataId) => state.yielded.get(dataId)?.receipt.receiverId === contractId,
    dataIdOfYield: (yieldId) => state.dataIdOfYield(contractId, yieldId),
    stakeYocto: stakeOf,
  };
}

function ownFacts({ chainId, config }: Rules, account: Account, contractId: string) {
  return {
    chainId,
    config,
    contractId,
    balanceYocto: account.amountYocto,
    lockedYocto: account.lockedYocto,
    storageUsage: account.storageUsage,
    ownCode: ownCodeOf(account.contract),
  };
}

/** Contracts see no stake on the devnet. */
function stakeOf(): bigint {
  return 0n;
}

function ownCodeOf(contract: ContractReference | null): OwnCode {
  switch (contract?.kind) {
    case 'local':
      return { kind: 1, identifier: Buffer.from(contract.hash, 'hex') };
    case 'global':
      return { kind: 2, identifier: Buffer.from(contract.hash, 'hex') };
    case 'global-account':
      return { kind: 3, identifier: Buffer.from(contract.accountId) };
    default:
      return { kind: 0, identifier: new Uint8Array(0) };
  }
}

function borshKey(publicKey: string): Uint8Array {
  const key = parsePublicKey(publicKey);
  return key === null ? new Uint8Array(33) : Buffer.concat([Buffer.of(key.curve), key.bytes]);
}

/** @param target the state to write to; null in a view, which cannot write */
function storageOf(state: StateView, contractId: string, target: State | null): ContractStorage {
  return {
    get: (key) => state.storageValue(contractId, key),
    set: (key, value) => target?.setStorageValue(contractId, key, value),
    remove: (key) => target?.setStorageValue(contractId, key, undefined),
    visitedNodes: (key) => target?.visitedNodes(contractId, key) ?? 0,
  };
}

/** Applies the results of a successful call. */
function finish(state: State, call: HostCall, { receipt, run }: Call): void {
  const { receiverId } = receipt;
  const { progress } = run;
  const account = state.account(receiverId);
  if (account === undefined) throw new Error(`The account ${receiverId} is gone`);
  state.setAccount(receiverId, {
    ...account,
    amountYocto: call.balanceYocto,
    storageUsage: call.storageUsage,
  });
  const { receipts, resumed, returned } = call.promises;
  for (const [index, promised] of receipts.entries()) {
    progress.drafts.push(draftOf(receipt, promised, run.isLast && index === returned));
  }
  progress.dataDrafts.push(...resumed);
  if (run.isLast) progress.value = call.value;
}

function draftOf(parent: ActionReceipt, promised: PromisedReceipt, isReturned: boolean) {
  const { receiverId, actions, inputDataIds, outputDataReceivers, isYield, yieldId, refundToId } =
    promised;
  return {
    predecessorId: parent.receiverId,
    receiverId,
    signerId: parent.signerId,
    signerPublicKey: parent.signerPublicKey,
    gasPriceYocto: parent.gasPriceYocto,
    actions,
    inputDataIds,
    outputDataReceivers,
    isReturned,
    ...(isYield ? { isYield } : {}),
    ...(isYield && yieldId !== null ? { yieldId } : {}),
    ...(refundToId === null ? {} : { refundToId }),
  };
}

function errorOf(callError: CallError): FunctionCallError {
  switch (callError.kind) {
    case 'prepare':
      return { CompilationError: { PrepareError: callError.code } };
    case 'method':
      return { MethodResolveError: callError.code };
    case 'link':
      return { ExecutionError: `Link Error: ${callError.message}` };
    case 'trap':
      return { ExecutionError: `WebAssembly trap: ${TRAP_TEXTS[callError.trap]}` };
    case 'host':
      return { ExecutionError: callError.error.message };
  }
}

/** Rust's debug form of the error, as nearcore's views print it. */
function debugText(callError: CallError): string {
  switch (callError.kind) {
    case 'prepare':
      return `CompilationError(PrepareError(${callError.code}))`;
    case 'method':
      return `MethodResolveError(${callError.code})`;
    case 'link':
      return `LinkError { msg: ${JSON.stringify(callError.message)} }`;
    case 'trap':
      return `WasmTrap(${callError.trap})`;
    case 'host':
      return `HostError(${callError.error.debugText})`;
  }
}
