import type { PromiseResult } from '../rules/contract.ts';
import type { Rules } from '../rules/rules.ts';
import type { ActionReceipt, DataReceipt } from '../state/receipt.ts';
import type { State } from '../state/state.ts';
import type { BlockContext } from '../vm/call-environment.ts';
import { derivedId } from './new-receipts.ts';

/** Returns receipts that resume, with a failure, the promises that were not resumed in time. */
export function timeOutYields(state: State, { height }: BlockContext): DataReceipt[] {
  const receipts: DataReceipt[] = [];
  for (const [dataId, yielded] of state.yielded.entries()) {
    const { receipt, timeoutHeight } = yielded;
    if (timeoutHeight === null || timeoutHeight > height) continue;
    state.yielded.set(dataId, { receipt, timeoutHeight: null });
    receipts.push({
      kind: 'data',
      id: derivedId(dataId, height, 0),
      txHash: receipt.txHash,
      predecessorId: receipt.receiverId,
      receiverId: receipt.receiverId,
      dataId,
      data: null,
      isResume: true,
    });
  }
  return receipts;
}

/** The receipt if all its input data have arrived; null if it is stored until then. */
export function takeOrPostpone(
  { config }: Rules,
  state: State,
  receipt: ActionReceipt,
  { height }: BlockContext,
): ActionReceipt | null {
  const [dataId] = receipt.inputDataIds;
  if (receipt.isYield === true && dataId !== undefined) {
    const timeoutHeight = height + config.vm.yieldTimeoutBlocks;
    state.yielded.set(dataId, { receipt, timeoutHeight });
    return null;
  }
  const missing = receipt.inputDataIds.filter((id) => state.receivedData.get(id) === undefined);
  if (missing.length === 0) return receipt;
  state.postponed.set(receipt.id, receipt);
  for (const id of missing) state.awaitedBy.set(id, receipt.id);
  return null;
}

/** Stores a result; returns the receipt whose last missing input it was, or null. */
export function takeAwaiting(
  state: State,
  { dataId, data, isResume }: DataReceipt,
): ActionReceipt | null {
  if (isResume === true) {
    // The second of resumption and timeout finds nothing.
    const yielded = state.yielded.get(dataId);
    if (yielded === undefined) return null;
    state.yielded.set(dataId, undefined);
    state.receivedData.set(dataId, { data });
    return yielded.receipt;
  }
  state.receivedData.set(dataId, { data });
  const receiptId = state.awaitedBy.get(dataId);
  const receipt = receiptId === undefined ? undefined : state.postponed.get(receiptId);
  if (receipt === undefined) return null;
  state.awaitedBy.set(dataId, undefined);
  if (receipt.inputDataIds.some((id) => state.receivedData.get(id) === undefined)) return null;
  state.postponed.set(receipt.id, undefined);
  return receipt;
}

/** Takes the results that a receipt waited for out of the state. */
export function takePromiseResults(state: State, receipt: ActionReceipt): PromiseResult[] {
  return receipt.inputDataIds.map((id) => {
    const data = state.receivedData.get(id)?.data ?? null;
    state.receivedData.set(id, undefined);
    return data === null ? { ok: false } : { ok: true, value: data };
  });
}
