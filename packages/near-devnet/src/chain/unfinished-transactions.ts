import { isComplete, lastHeight, type TransactionRecord } from '../state/transaction-record.ts';

/** Transactions that are not complete and final yet: the ones that may not leave memory. */
export class UnfinishedTransactions {
  readonly #records = new Set<TransactionRecord>();

  add(record: TransactionRecord): void {
    this.#records.add(record);
  }

  has(record: TransactionRecord): boolean {
    return this.#records.has(record);
  }

  delete(record: TransactionRecord): void {
    this.#records.delete(record);
  }

  list(): TransactionRecord[] {
    return [...this.#records];
  }

  /** Removes and returns those that are complete and final now. */
  takeFinished(finalHeight: number): TransactionRecord[] {
    const finished: TransactionRecord[] = [];
    for (const record of this.#records) {
      if (!isComplete(record) || lastHeight(record) > finalHeight) continue;
      this.#records.delete(record);
      finished.push(record);
    }
    return finished;
  }
}
