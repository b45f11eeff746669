import type { Hash } from '../bytes/hash.ts';
import type { PromiseResult } from '../rules/contract.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { type ActionReceipt, SYSTEM_ACCOUNT, SYSTEM_PUBLIC_KEY } from '../state/receipt.ts';
import type { BlockContext } from '../vm/call-environment.ts';
import type { GasCost } from '../vm/gas-meter.ts';

/** A requested receipt; it gets its id when its parent is done. */
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
  /** Whether its result becomes the parent's. */
  readonly isReturned: boolean;
}

/** Data with which a contract resumes one of its own promises. */
export interface DataDraft {
  readonly dataId: Hash;
  readonly data: Uint8Array;
  readonly isResume: boolean;
}

/** What the actions of one receipt have done so far. */
export interface Progress {
  /** The actor of the next action: the predecessor, or the new account once it is created. */
  actorId: string;
  gasBurnt: bigint;
  /** Gas burnt and gas passed on to new receipts. */
  gasUsed: bigint;
  /** The part of gasBurnt that ran in contracts. */
  contractGasBurnt: bigint;
  /** Gas burnt by WebAssembly contracts, by cost. */
  readonly gasProfile: Map<GasCost | 'wasm_instruction', number>;
  value: Uint8Array;
  readonly logs: string[];
  readonly drafts: ReceiptDraft[];
  readonly dataDrafts: DataDraft[];
  /** NEAR burnt beside gas: the price of global code, balances of deleted gas keys. */
  burntYocto: bigint;
}

/** The progress before the first action: the receipt's own fee. */
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

/** The environment of an action, beside state and receipt. */
export interface ActionRun {
  readonly block: BlockContext;
  /** The index of the action in its receipt. */
  readonly index: number;
  readonly progress: Progress;
  readonly promiseResults: readonly PromiseResult[];
  readonly isLast: boolean;
}

/** A refund: a receipt of the system, which is free and never refunded itself. */
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
