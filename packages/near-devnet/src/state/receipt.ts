import type { Hash } from '../bytes/hash.ts';
import type { Action } from '../rules/transaction.ts';

interface DataReceiver {
  readonly dataId: Hash;
  readonly receiverId: string;
}

/** Actions in flight to an account. */
export interface ActionReceipt {
  readonly kind: 'action';
  readonly id: Hash;
  readonly txHash: Hash;
  readonly predecessorId: string;
  readonly receiverId: string;
  readonly signerId: string;
  readonly signerPublicKey: string;
  /** The price at which its gas was bought. */
  readonly gasPriceYocto: bigint;
  readonly actions: readonly Action[];
  /** Ids of the data it waits for. */
  readonly inputDataIds: readonly Hash[];
  /** The receipts that wait for its result. */
  readonly outputDataReceivers: readonly DataReceiver[];
  /** Whether it waits to be resumed by its own contract instead of for another receipt. */
  readonly isYield?: boolean;
  /** The name its contract gave it, if any. */
  readonly yieldId?: Hash;
  /** The account that gets the deposits of a failed receipt; default the predecessor. */
  readonly refundToId?: string;
}

/** The result of a receipt, sent to one that waits for it; null data means it failed. */
export interface DataReceipt {
  readonly kind: 'data';
  readonly id: Hash;
  readonly txHash: Hash;
  readonly predecessorId: string;
  readonly receiverId: string;
  readonly dataId: Hash;
  readonly data: Uint8Array | null;
  /** Whether it resumes a yielded promise. */
  readonly isResume?: boolean;
}

export type Receipt = ActionReceipt | DataReceipt;

/** The predecessor of refunds, which burn nothing and are not refunded themselves. */
export const SYSTEM_ACCOUNT = 'system';
export const SYSTEM_PUBLIC_KEY = 'ed25519:11111111111111111111111111111111';

export function isRefund(receipt: Receipt): boolean {
  return receipt.predecessorId === SYSTEM_ACCOUNT;
}

/** An error in the JSON form of the RPC. */
export type ErrorJson = string | { readonly [name: string]: unknown };

export type OutcomeStatus =
  | { readonly type: 'receipt'; readonly receiptId: Hash }
  | { readonly type: 'value'; readonly value: Uint8Array }
  | { readonly type: 'failure'; readonly error: ErrorJson };

/** Gas burnt for one cost, by nearcore's names. */
export interface GasShare {
  readonly category: 'ACTION_COST' | 'WASM_HOST_COST';
  readonly cost: string;
  readonly gas: number;
}

/** The outcome of a transaction (when charged) or of a receipt (when executed). */
export interface Outcome {
  readonly id: Hash;
  /** The height of its block. */
  readonly height: number;
  readonly executorId: string;
  readonly receiptIds: readonly Hash[];
  readonly gasBurnt: bigint;
  readonly tokensBurntYocto: bigint;
  readonly logs: readonly string[];
  /** In nearcore's order; absent for a transaction. */
  readonly gasProfile?: readonly GasShare[];
  readonly status: OutcomeStatus;
}
