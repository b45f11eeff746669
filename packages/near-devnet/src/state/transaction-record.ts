import type { Hash } from '../bytes/hash.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import { isRefund, type Outcome, type OutcomeStatus, type Receipt } from './receipt.ts';

export interface ReceiptRecord {
  readonly receipt: Receipt;
  /** Null until it is executed. */
  outcome: Outcome | null;
}

/** A transaction on the chain with all its receipts, in the order they were created. */
export interface TransactionRecord {
  readonly transaction: SignedTransaction;
  readonly outcome: Outcome;
  readonly receipts: Map<Hash, ReceiptRecord>;
}

/** The progress of a transaction, as the levels of `wait_until`. */
export const WAIT_LEVELS = [
  'NONE',
  'INCLUDED',
  'EXECUTED_OPTIMISTIC',
  'INCLUDED_FINAL',
  'EXECUTED',
  'FINAL',
] as const;
export type WaitLevel = (typeof WAIT_LEVELS)[number];

/** The highest level a transaction on the chain has reached when `finalHeight` is the last final block. */
export function levelOf(record: TransactionRecord, finalHeight: number): WaitLevel {
  const isFinal = record.outcome.height <= finalHeight;
  if (!isExecuted(record)) return isFinal ? 'INCLUDED_FINAL' : 'INCLUDED';
  if (!isFinal) return 'EXECUTED_OPTIMISTIC';
  return isComplete(record) && lastHeight(record) <= finalHeight ? 'FINAL' : 'EXECUTED';
}

/** Whether a transaction at `level` satisfies a wait for `wanted`. */
export function hasReached(level: WaitLevel, wanted: WaitLevel): boolean {
  if (wanted === 'INCLUDED_FINAL' && level === 'EXECUTED_OPTIMISTIC') return false;
  if (wanted === 'EXECUTED_OPTIMISTIC' && level === 'INCLUDED_FINAL') return false;
  return WAIT_LEVELS.indexOf(level) >= WAIT_LEVELS.indexOf(wanted);
}

/** Whether all receipts but refunds have been executed. */
function isExecuted({ receipts }: TransactionRecord): boolean {
  for (const { receipt, outcome } of receipts.values()) {
    if (outcome === null && receipt.kind === 'action' && !isRefund(receipt)) return false;
  }
  return true;
}

/** Whether all its receipts have been executed. */
export function isComplete({ receipts }: TransactionRecord): boolean {
  for (const { receipt, outcome } of receipts.values()) {
    if (outcome === null && receipt.kind === 'action') return false;
  }
  return true;
}

/** The height of the last block that holds an outcome of it. */
export function lastHeight({ outcome, receipts }: TransactionRecord): number {
  let height = outcome.height;
  for (const receipt of receipts.values()) height = Math.max(height, receipt.outcome?.height ?? 0);
  return height;
}

/** The result: of the transaction, or of the receipt that determines it. Null while there is none. */
export function resultOf(
  record: TransactionRecord,
): Exclude<OutcomeStatus, { type: 'receipt' }> | null {
  let status: OutcomeStatus | undefined = record.outcome.status;
  while (status?.type === 'receipt')
    status = record.receipts.get(status.receiptId)?.outcome?.status;
  return status ?? null;
}

/** Outcomes of the receipts, depth first from the transaction, as nearcore lists them. */
export function receiptOutcomes(record: TransactionRecord): Outcome[] {
  const outcomes: Outcome[] = [];
  const visit = (id: Hash) => {
    const outcome = record.receipts.get(id)?.outcome ?? null;
    if (outcome === null) return;
    outcomes.push(outcome);
    for (const child of outcome.receiptIds) visit(child);
  };
  for (const id of record.outcome.receiptIds) visit(id);
  return outcomes;
}
