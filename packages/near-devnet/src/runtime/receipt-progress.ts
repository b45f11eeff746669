import type { Hash } from '../bytes/hash.ts';
import type { PromiseResult } from '../rules/contract.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { type ActionReceipt, SYSTEM_ACCOUNT, SYSTEM_PUBLIC_KEY } from '../state/receipt.ts';
import type { BlockContext } from '../vm/call-environment.ts';
import type { GasCost } from '../vm/gas-meter.ts';

/** A receipt that execution asks for; it gets its id when the parent is done. */
export interface ReceiptDraft
  extends Pick<
    ActionReceipt,
    | 'predecessorId'
    | 'receiverId'
    | 'signerId'
    | 'signerPublicKey'
    | 'gasPriceYocto'
    | 'actions'
    | 'inputDataIds'
    | 'outputDataReceivers'
    | 'isYield'
    | 'yieldId'
    | 'refundToId'
  > {
  /** Whether its result stands for the parent's. */
  readonly isReturned: boolean;
}

/** Data that a contract sends to a promise of its own that waits for it. */
export interface DataDraft {
  readonly dataId: Hash;
  readonly data: Uint8Array;
  readonly isResume: boolean;
}

/** What the actions of one receipt have done so far. */
export interface Progress {
  /** In whose name the next action acts: the predecessor, and the new account once it is created. */
  actorId: string;
  gasBurnt: bigint;
  /** What was burnt and what was passed on to new receipts. */
  gasUsed: bigint;
  /** The part of gasBurnt that ran in contracts. */
  contractGasBurnt: bigint;
  /** What WebAssembly contracts burnt it for. */
  readonly gasProfile: Map<GasCost | 'wasm_instruction', number>;
  value: Uint8Array;
  readonly logs: string[];
  readonly drafts: ReceiptDraft[];
  readonly dataDrafts: DataDraft[];
  /** Burnt beside the gas: what global code costs for ever. */
  burntYocto: bigint;
}

/** Execution begins with the price of the receipt itself. */
export function newProgress(config: ProtocolConfig, receipt: ActionReceipt): Progress {
  const gas = config.fees.actionReceipt.execution;
  return {
    actorId: receipt.predecessorId,
    gasBurnt: gas,
    gasUsed: gas,
    contractGasBurnt: 0n,
    gasProfile: new Map(),
    value: new Uint8Array(0),
    logs: [],
    drafts: [],
    dataDrafts: [],
    burntYocto: 0n,
  };
}

/** Counts gas as burnt and used. */
export function burn(progress: Progress, gas: bigint): void {
  progress.gasBurnt += gas;
  progress.gasUsed += gas;
}

/** What an action is given besides state and receipt. */
export interface ActionRun {
  readonly block: BlockContext;
  /** Which action of the receipt it is. */
  readonly index: number;
  readonly progress: Progress;
  readonly promiseResults: readonly PromiseResult[];
  readonly isLast: boolean;
}

/** A receipt from the system that returns yocto; it is free and never refunded itself. */
export function refundDraft(
  receiverId: string,
  amountYocto: bigint,
  signerId = SYSTEM_ACCOUNT,
  signerPublicKey = SYSTEM_PUBLIC_KEY,
): ReceiptDraft {
  return {
    predecessorId: SYSTEM_ACCOUNT,
    receiverId,
    signerId,
    signerPublicKey,
    gasPriceYocto: 0n,
    actions: [{ type: 'Transfer', depositYocto: amountYocto }],
    inputDataIds: [],
    outputDataReceivers: [],
    isReturned: false,
  };
}
