import { sha256, u64LittleEndian } from '../bytes/hash.ts';
import {
  type CallContext,
  type ContractMethod,
  ContractPanic,
  type ContractPromise,
  ProhibitedInView,
  type ScheduledCall,
} from '../rules/contract.ts';
import { executionGas, sendingGas } from '../rules/fees.ts';
import type { Rules } from '../rules/rules.ts';
import type { Action, FunctionCallAction } from '../rules/transaction.ts';
import type { ActionReceipt, ErrorJson } from '../state/receipt.ts';
import type { State, StateView } from '../state/state.ts';
import { HostError, limitExceeded } from '../vm/host-error.ts';
import type { ViewResult } from './call-result.ts';
import { executionError } from './call-result.ts';
import { type ActionRun, burn } from './receipt-progress.ts';

// The cost of loading a contract.
const CONTRACT_LOADING_GAS = 200_000_000_000n;

/** Runs a method of a built-in contract; returns the `ActionErrorKind` or null. */
export function callBuiltIn(
  rules: Rules,
  state: State,
  method: ContractMethod,
  { receipt, action, run }: { receipt: ActionReceipt; action: FunctionCallAction; run: ActionRun },
): ErrorJson | null {
  const wantedGas = CONTRACT_LOADING_GAS + method.gas;
  const hasGas = wantedGas <= action.gas;
  const burntGas = hasGas ? wantedGas : action.gas;
  burn(run.progress, burntGas);
  run.progress.contractGasBurnt += burntGas;
  if (!hasGas) return executionError('Exceeded the prepaid gas.');
  const call = new ContractCall(rules, state, { receipt, action, run });
  try {
    const { value } = method.call(call.context());
    if (run.isLast) run.progress.value = jsonBytes(value);
    return call.finish(action.gas - burntGas);
  } catch (error) {
    if (error instanceof ContractPanic) {
      return executionError(`Smart contract panicked: ${error.message}`);
    }
    if (error instanceof HostError) return executionError(error.message);
    throw error;
  }
}

/** Runs a method of a built-in contract as a view of one block's state. */
export function viewBuiltIn(
  rules: Rules,
  state: StateView,
  method: ContractMethod,
  { contractId, args }: { contractId: string; args: Uint8Array },
): ViewResult {
  const logs: string[] = [];
  const prohibited = (name: string) => (): never => {
    throw new ProhibitedInView(name);
  };
  const context: CallContext = {
    contractId,
    get predecessorId() {
      return prohibited('predecessor_account_id')();
    },
    get signerId() {
      return prohibited('signer_account_id')();
    },
    get depositYocto() {
      return prohibited('attached_deposit')();
    },
    args,
    prepaidGas: rules.config.maxTotalPrepaidGas,
    promiseResults: [],
    data: (key) => state.data(contractId, key),
    setData: prohibited('storage_write'),
    addStorageBytes: prohibited('storage_write'),
    schedule: prohibited('promise_batch_create'),
    log: (text) => logs.push(text),
  };
  try {
    return { ok: true, value: jsonBytes(method.call(context).value), logs };
  } catch (error) {
    if (error instanceof ContractPanic) {
      return {
        ok: false,
        error: { ExecutionError: `Smart contract panicked: ${error.message}` },
        shown: `HostError(GuestPanic { panic_msg: ${JSON.stringify(error.message)} })`,
      };
    }
    if (error instanceof ProhibitedInView) {
      return {
        ok: false,
        error: {
          ExecutionError: `${error.methodName} is not allowed in view calls`,
        },
        shown: `HostError(ProhibitedInView { method_name: "${error.methodName}" })`,
      };
    }
    throw error;
  }
}

function jsonBytes(value: unknown): Uint8Array {
  return value === undefined ? new Uint8Array(0) : Buffer.from(JSON.stringify(value));
}

/** One running call: collects the promises and converts them to receipts when it returns. */
class ContractCall {
  readonly #rules: Rules;
  readonly #state: State;
  readonly #receipt: ActionReceipt;
  readonly #action: FunctionCallAction;
  readonly #run: ActionRun;
  readonly #promises: ContractPromise[] = [];
  #logLength = 0;

  constructor(
    rules: Rules,
    state: State,
    {
      receipt,
      action,
      run,
    }: { receipt: ActionReceipt; action: FunctionCallAction; run: ActionRun },
  ) {
    this.#rules = rules;
    this.#state = state;
    this.#receipt = receipt;
    this.#action = action;
    this.#run = run;
  }

  context(): CallContext {
    const { receiverId: contractId, predecessorId, signerId } = this.#receipt;
    return {
      contractId,
      predecessorId,
      signerId,
      depositYocto: this.#action.depositYocto,
      args: this.#action.args,
      prepaidGas: this.#action.gas,
      promiseResults: this.#run.promiseResults,
      data: (key) => this.#state.data(contractId, key),
      setData: (key, value) => this.#state.setData(contractId, key, value),
      addStorageBytes: (bytes) => this.#addStorageBytes(bytes),
      log: (text) => this.#log(text),
      schedule: (promise) => this.#promises.push(promise),
    };
  }

  /** Sends what was scheduled, from the remaining gas and balance. */
  finish(gasLeft: bigint): ErrorJson | null {
    const usedBefore = this.#run.progress.gasUsed;
    const spentYocto = this.#promises.reduce((total, promise) => total + costYocto(promise), 0n);
    const account = this.#state.account(this.#receipt.receiverId);
    if (account === undefined || account.amountYocto < spentYocto) {
      return executionError('Exceeded the account balance.');
    }
    if (spentYocto > 0n) {
      const amountYocto = account.amountYocto - spentYocto;
      this.#state.setAccount(this.#receipt.receiverId, { ...account, amountYocto });
    }
    for (const promise of this.#promises) this.#send(promise);
    const isTooMuch = this.#run.progress.gasUsed - usedBefore > gasLeft;
    return isTooMuch ? executionError('Exceeded the prepaid gas.') : null;
  }

  #log(text: string): void {
    const limit = this.#rules.config.vm.maxLogLength;
    this.#logLength += Buffer.byteLength(text);
    if (this.#logLength > limit) {
      const lengths = { length: this.#logLength, limit };
      throw limitExceeded('TotalLogLengthExceeded', 'a log message', lengths);
    }
    this.#run.progress.logs.push(text);
  }

  #addStorageBytes(bytes: number): void {
    const { receiverId } = this.#receipt;
    const account = this.#state.account(receiverId);
    if (account === undefined) return;
    this.#state.setAccount(receiverId, { ...account, storageUsage: account.storageUsage + bytes });
  }

  #send(promise: ContractPromise): void {
    if (promise.type === 'transfer') {
      const actions: Action[] = [{ type: 'Transfer', depositYocto: promise.amountYocto }];
      this.#draft({ receiverId: promise.receiverId, actions });
      return;
    }
    const { progress, block } = this.#run;
    const position = u64LittleEndian(progress.drafts.length);
    const dataId = sha256(
      Buffer.from(this.#receipt.id, 'hex'),
      u64LittleEndian(block.height),
      position,
      'data',
    );
    this.#draft({
      receiverId: promise.call.receiverId,
      actions: [callAction(promise.call)],
      dataReceivers: [{ dataId, receiverId: promise.callback.receiverId }],
    });
    this.#draft({
      receiverId: promise.callback.receiverId,
      actions: [callAction(promise.callback)],
      inputDataIds: [dataId],
      isReturned: this.#run.isLast,
    });
  }

  #draft(wanted: {
    receiverId: string;
    actions: Action[];
    dataReceivers?: { dataId: string; receiverId: string }[];
    inputDataIds?: string[];
    isReturned?: boolean;
  }): void {
    const { config } = this.#rules;
    const { progress } = this.#run;
    const { receiverId, actions } = wanted;
    const predecessorId = this.#receipt.receiverId;
    burn(progress, sendingGas(config, { senderId: predecessorId, receiverId, actions }));
    progress.gasUsed += config.fees.actionReceipt.execution;
    for (const action of actions) {
      progress.gasUsed += executionGas(config, action, receiverId);
      if (action.type === 'FunctionCall') progress.gasUsed += action.gas;
    }
    progress.drafts.push({
      predecessorId,
      receiverId,
      signerId: this.#receipt.signerId,
      signerPublicKey: this.#receipt.signerPublicKey,
      gasPriceYocto: this.#receipt.gasPriceYocto,
      actions,
      inputDataIds: wanted.inputDataIds ?? [],
      outputDataReceivers: wanted.dataReceivers ?? [],
      isReturned: wanted.isReturned ?? false,
    });
  }
}

function costYocto(promise: ContractPromise): bigint {
  if (promise.type === 'transfer') return promise.amountYocto;
  return promise.call.depositYocto + promise.callback.depositYocto;
}

function callAction({ methodName, args, gas, depositYocto }: ScheduledCall): Action {
  return { type: 'FunctionCall', methodName, args: jsonBytes(args), gas, depositYocto };
}
