import type { Hash } from '../bytes/hash.ts';
import type { Action } from '../rules/transaction.ts';

interface DataReceiver {
  readonly dataId: Hash;
  readonly receiverId: string;
}

/** Actions on their way to an account. */
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
  /** Results it waits for. */
  readonly inputDataIds: readonly Hash[];
  /** Who waits for its result. */
  readonly outputDataReceivers: readonly DataReceiver[];
  /** Waits to be resumed by its own contract instead of for another receipt. */
  readonly isYield?: boolean;
  /** How its contract named it when it began to wait. */
  readonly yieldId?: Hash;
  /** Who gets the deposits of a failed receipt back; the predecessor when left out. */
  readonly refundToId?: string;
}

/** The result of a receipt on its way to the one that waits for it; null data means it failed. */
export interface DataReceipt {
  readonly kind: 'data';
  readonly id: Hash;
  readonly txHash: Hash;
  readonly predecessorId: string;
  readonly receiverId: string;
  readonly dataId: Hash;
  readonly data: Uint8Array | null;
  /** Resumes a promise that waits under the id. */
  readonly isResume?: boolean;
}

export type Receipt = ActionReceipt | DataReceipt;

/** The predecessor of refunds, which burn nothing and are not refunded themselves. */
export const SYSTEM_ACCOUNT = 'system';
export const SYSTEM_PUBLIC_KEY = 'ed25519:11111111111111111111111111111111';

export function isRefund(receipt: Receipt): boolean {
  return receipt.predecessorId === SYSTEM_ACCOUNT;
}

/** An error in the JSON shape the RPC gives it. */
export type ErrorJson = string | { readonly [name: string]: unknown };

export type OutcomeStatus =
  | { readonly type: 'receipt'; readonly receiptId: Hash }
  | { readonly type: 'value'; readonly value: Uint8Array }
  | { readonly type: 'failure'; readonly error: ErrorJson };

/** What gas was burnt for in contracts, by the node's names. */
export interface GasShare {
  readonly category: 'ACTION_COST' | 'WASM_HOST_COST';
  readonly cost: string;
  readonly gas: number;
}

/** What became of a transaction (when charged) or a receipt (when executed). */
export interface Outcome {
  readonly id: Hash;
  /** The block it stands in. */
  readonly height: number;
  readonly executorId: string;
  readonly receiptIds: readonly Hash[];
  readonly gasBurnt: bigint;
  readonly tokensBurntYocto: bigint;
  readonly logs: readonly string[];
  /** In the order a node shows; left out for a transaction. */
  readonly gasProfile?: readonly GasShare[];
  readonly status: OutcomeStatus;
}
