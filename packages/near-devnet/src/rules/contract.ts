/** A call to make in a later receipt. */
export interface ScheduledCall {
  readonly receiverId: string;
  readonly methodName: string;
  readonly args: unknown;
  readonly gas: bigint;
  readonly depositYocto: bigint;
}

/** What a contract schedules while it runs; it becomes receipts if the whole receipt succeeds. */
export type ContractPromise =
  | { readonly type: 'transfer'; readonly receiverId: string; readonly amountYocto: bigint }
  | {
      readonly type: 'call-then';
      readonly call: ScheduledCall;
      /** Runs on this contract with the call's result; its result becomes this call's. */
      readonly callback: ScheduledCall;
    };

/** The result of the call a callback waited for. */
export type PromiseResult =
  | { readonly ok: true; readonly value: Uint8Array }
  | { readonly ok: false };

/** The environment of a built-in contract's call; what is prohibited in a view throws ProhibitedInView. */
export interface CallContext {
  readonly contractId: string;
  readonly predecessorId: string;
  readonly signerId: string;
  readonly depositYocto: bigint;
  readonly args: Uint8Array;
  readonly prepaidGas: bigint;
  readonly promiseResults: readonly PromiseResult[];
  data(key: string): bigint | undefined;
  setData(key: string, value: bigint | undefined): void;
  /** Changes the storage that the contract's account must stake NEAR for. */
  addStorageBytes(bytes: number): void;
  log(text: string): void;
  schedule(promise: ContractPromise): void;
}

export interface CallResult {
  /** JSON, or undefined for nothing. */
  readonly value?: unknown;
}

/** One method of a built-in contract. */
export interface ContractMethod {
  /** Gas burnt in the contract itself: an estimate, since no WASM runs here. */
  readonly gas: bigint;
  call(context: CallContext): CallResult;
}

export type Contract = ReadonlyMap<string, ContractMethod>;

/** `env::panic_str` of a contract. */
export class ContractPanic extends Error {
  override name = 'ContractPanic';
}

/** A host function that a view may not use. */
export class ProhibitedInView extends Error {
  override name = 'ProhibitedInView';
  readonly methodName: string;

  constructor(methodName: string) {
    super(`${methodName} is prohibited in a view`);
    this.methodName = methodName;
  }
}

/** Logs a NEP-297 event. */
export function logEvent(
  context: CallContext,
  {
    standard,
    version,
    event,
    data,
  }: { standard: string; version: string; event: string; data: unknown },
): void {
  context.log(`EVENT_JSON:${JSON.stringify({ standard, version, event, data })}`);
}
