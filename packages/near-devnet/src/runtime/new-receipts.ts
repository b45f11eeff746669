import { type Hash, sha256, u64LittleEndian } from '../bytes/hash.ts';
import type { ActionReceipt, DataReceipt, OutcomeStatus } from '../state/receipt.ts';
import type { Progress, ReceiptDraft } from './receipt-progress.ts';

/** Gives a requested receipt its id. */
export function finishDraft(
  parent: ActionReceipt,
  { isReturned, ...draft }: ReceiptDraft,
  height: number,
  index: number,
): ActionReceipt {
  return {
    kind: 'action',
    id: derivedId(parent.id, height, index),
    txHash: parent.txHash,
    ...draft,
    // Receipts that wait for the parent's result now wait for this one's.
    outputDataReceivers: isReturned
      ? [...draft.outputDataReceivers, ...parent.outputDataReceivers]
      : draft.outputDataReceivers,
  };
}

/** The data with which a contract resumes its own promises. */
export function dataOf(
  receipt: ActionReceipt,
  { dataDrafts }: Progress,
  height: number,
  firstIndex: number,
): DataReceipt[] {
  return dataDrafts.map((draft, index) => ({
    kind: 'data',
    id: derivedId(receipt.id, height, firstIndex + index),
    txHash: receipt.txHash,
    predecessorId: receipt.receiverId,
    receiverId: receipt.receiverId,
    ...draft,
  }));
}

/** The result, sent to each receipt that waits for it. */
export function dataReceiptsOf(
  receipt: ActionReceipt,
  status: OutcomeStatus,
  height: number,
  firstIndex: number,
): DataReceipt[] {
  if (status.type === 'receipt') return [];
  return receipt.outputDataReceivers.map(({ dataId, receiverId }, index) => ({
    kind: 'data',
    id: derivedId(receipt.id, height, firstIndex + index),
    txHash: receipt.txHash,
    predecessorId: receipt.receiverId,
    receiverId,
    dataId,
    data: status.type === 'value' ? status.value : null,
  }));
}

/** The id of the receipt at this index among those that another one produced. */
export function derivedId(parent: Hash, height: number, index: number): Hash {
  return sha256(Buffer.from(parent, 'hex'), u64LittleEndian(height), u64LittleEndian(index));
}
