import type { Hash } from '../bytes/hash.ts';
import type { VmLimits } from '../rules/protocol-config.ts';
import type { Action } from '../rules/transaction.ts';
import { HostError } from './host-error.ts';

/** A receipt that a running contract requests. */
export interface PromisedReceipt {
  readonly receiverId: string;
  readonly actions: Action[];
  readonly inputDataIds: readonly Hash[];
  readonly outputDataReceivers: { readonly dataId: Hash; readonly receiverId: string }[];
  /** Whether it waits for `promise_yield_resume` instead of another receipt. */
  isYield: boolean;
  /** The name by which its contract can resume it; null without a name. */
  yieldId: Hash | null;
  refundToId: string | null;
}

/** Data with which a contract resumes a yielded promise. */
export interface ResumedData {
  readonly dataId: Hash;
  readonly data: Uint8Array;
  /** False for a promise of the same call: the data become an ordinary result. */
  readonly isResume: boolean;
}

/** A promise is a requested receipt, or several to wait for. */
type Promised =
  | { readonly type: 'receipt'; readonly receipt: number }
  | { readonly type: 'joint'; readonly receipts: readonly number[] };

/** The promises of one call: receipts, their dependencies, and the weights that share the remaining gas. */
export class PromiseGraph {
  readonly receipts: PromisedReceipt[] = [];
  readonly resumed: ResumedData[] = [];
  /** The receipt whose result becomes the call's, or null. */
  returned: number | null = null;
  readonly #promises: Promised[] = [];
  readonly #weights: { receipt: number; action: number; weight: bigint }[] = [];
  readonly #limits: VmLimits;
  readonly #newDataId: () => Hash;

  constructor(limits: VmLimits, newDataId: () => Hash) {
    this.#limits = limits;
    this.#newDataId = newDataId;
  }

  /** Adds a promise to an account that waits for the others; returns its index. */
  create(receiverId: string, after: readonly number[]): number {
    const inputDataIds = after.map((receipt) => {
      const dataId = this.#newDataId();
      this.receipts[receipt]?.outputDataReceivers.push({ dataId, receiverId });
      return dataId;
    });
    return this.#push(this.#newReceipt(receiverId, inputDataIds, false));
  }

  /** Adds a promise to the contract itself that waits for the data id. */
  createYield(contractId: string, yieldId: Hash | null = null): { promise: number; dataId: Hash } {
    const dataId = this.#newDataId();
    const promised = this.#newReceipt(contractId, [dataId], true);
    const receipt = this.receipts.at(-1);
    if (receipt !== undefined) receipt.yieldId = yieldId;
    return { promise: this.#push(promised), dataId };
  }

  /** The data id of this call's yielded promise of this name; null if there is none. */
  dataIdOfYield(yieldId: Hash): Hash | null {
    const own = this.receipts.find((receipt) => receipt.isYield && receipt.yieldId === yieldId);
    return own?.inputDataIds[0] ?? null;
  }

  /** Resumes a yielded promise of this call; false if there is none of this id. */
  resumeOwn(dataId: Hash, data: Uint8Array): boolean {
    const own = this.receipts.find(
      (receipt) => receipt.isYield && receipt.inputDataIds[0] === dataId,
    );
    if (own === undefined) return false;
    own.isYield = false;
    this.resumed.push({ dataId, data, isResume: false });
    return true;
  }

  join(promises: readonly bigint[]): number {
    const receipts: number[] = [];
    for (const promise of promises) {
      receipts.push(...this.receiptsOf(promise));
      const limit = this.#limits.maxInputDataDependencies;
      if (receipts.length > limit) {
        throw new HostError(
          'NumberInputDataDependenciesExceeded',
          `The number of input data dependencies ${receipts.length} exceeds the limit ${limit}`,
          { number_of_input_data_dependencies: receipts.length, limit },
        );
      }
    }
    return this.#push({ type: 'joint', receipts });
  }

  /** The receipts of a promise. */
  receiptsOf(promise: bigint): readonly number[] {
    const found = this.#find(promise);
    return found.type === 'receipt' ? [found.receipt] : found.receipts;
  }

  /** The one receipt of a promise; throws `jointError` for several. */
  receiptOf(promise: bigint, jointError: () => HostError): number {
    const found = this.#find(promise);
    if (found.type === 'joint') throw jointError();
    return found.receipt;
  }

  receiverOf(receipt: number): string {
    return this.receipts[receipt]?.receiverId ?? '';
  }

  /** Adds an action to a receipt; returns its index there. */
  append(receipt: number, action: Action): number {
    return (this.receipts[receipt]?.actions.push(action) ?? 0) - 1;
  }

  action(receipt: number, index: bigint): Action | undefined {
    return this.receipts[receipt]?.actions[Number(index)];
  }

  replace(receipt: number, index: bigint, action: Action): void {
    this.receipts[receipt]?.actions.splice(Number(index), 1, action);
  }

  /** Gives the action appended last a weight for the remaining gas. */
  weigh(receipt: number, weight: bigint): void {
    const action = (this.receipts[receipt]?.actions.length ?? 0) - 1;
    if (weight > 0n) this.#weights.push({ receipt, action, weight });
  }

  /** Distributes gas by weight, the remainder to the last; returns the distributed gas. */
  distribute(gas: bigint): bigint {
    const last = this.#weights.at(-1);
    if (last === undefined) return 0n;
    const total = this.#weights.reduce((sum, { weight }) => sum + weight, 0n);
    const share = gas / total;
    for (const { receipt, action, weight } of this.#weights) {
      this.#addGas(receipt, action, share * weight);
    }
    this.#addGas(last.receipt, last.action, gas - share * total);
    return gas;
  }

  #addGas(receipt: number, index: number, gas: bigint): void {
    const actions = this.receipts[receipt]?.actions;
    const action = actions?.[index];
    if (actions === undefined || action?.type !== 'FunctionCall') return;
    actions[index] = { ...action, gas: action.gas + gas };
  }

  #newReceipt(receiverId: string, inputDataIds: readonly Hash[], isYield: boolean): Promised {
    const receipt = this.receipts.push({
      receiverId,
      actions: [],
      inputDataIds,
      outputDataReceivers: [],
      isYield,
      yieldId: null,
      refundToId: null,
    });
    return { type: 'receipt', receipt: receipt - 1 };
  }

  #push(promise: Promised): number {
    const limit = this.#limits.maxPromisesPerCall;
    const count = this.#promises.push(promise);
    if (count > limit) {
      throw new HostError(
        'NumberPromisesExceeded',
        `The number of promises within a FunctionCall ${count} exceeds the limit ${limit}`,
        { number_of_promises: count, limit },
      );
    }
    return count - 1;
  }

  #find(promise: bigint): Promised {
    const found = this.#promises[Number(promise)];
    if (found === undefined) {
      throw new HostError(
        'InvalidPromiseIndex',
        `${promise} does not correspond to existing promises`,
        { promise_idx: promise },
      );
    }
    return found;
  }
}
