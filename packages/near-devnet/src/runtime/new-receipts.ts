import { type Hash, sha256, u64LittleEndian } from '../bytes/hash.ts';
import type { ActionReceipt, DataReceipt, OutcomeStatus } from '../state/receipt.ts';
import type { Progress, ReceiptDraft } from './receipt-progress.ts';

/** A receipt that execution asked for, with its id. */
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
    // Whoever waits for this receipt waits for the one that stands for its result.
    outputDataReceivers: isReturned
      ? [...draft.outputDataReceivers, ...parent.outputDataReceivers]
      : draft.outputDataReceivers,
  };
}

/** What a contract sends to its own promises that wait for it. */
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

/** The result on its way to whoever waits for it. */
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

/** The id of the receipt with this number that another one brought about. */
export function derivedId(parent: Hash, height: number, index: number): Hash {
  return sha256(Buffer.from(parent, 'hex'), u64LittleEndian(height), u64LittleEndian(index));
}
