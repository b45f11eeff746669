import type { Hash } from '../bytes/hash.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import type { Outcome, Receipt } from './receipt.ts';
import type { ReceiptRecord, TransactionRecord } from './transaction-record.ts';

/** Persistent storage of finished transactions, to keep memory small. */
export interface TransactionArchive {
  has(hash: Hash): boolean;
  get(hash: Hash): TransactionRecord | undefined;
  /** Stores a record permanently, unless it is stored already. */
  put(record: TransactionRecord): void;
}

/** Finished transactions that stay in memory beside the archive. */
const RECENT_RECORDS = 5_000;

/** All transactions of the chain, by hash. */
export class TransactionRecords {
  readonly #recent = new Map<Hash, TransactionRecord>();
  readonly #receiptOwners = new Map<Hash, Hash>();
  #archive: TransactionArchive | null = null;

  /**
   * From now on finished transactions go to the archive. Must not be called before a replay is over: a replay must not
   * know the transactions that it is about to execute.
   */
  attachArchive(
    archive: TransactionArchive,
    isFinished: (record: TransactionRecord) => boolean,
  ): void {
    this.#archive = archive;
    for (const record of [...this.#recent.values()]) if (isFinished(record)) this.archive(record);
  }

  get(hash: Hash): TransactionRecord | undefined {
    return this.#recent.get(hash) ?? this.#archive?.get(hash);
  }

  has(hash: Hash): boolean {
    return this.#recent.has(hash) || (this.#archive?.has(hash) ?? false);
  }

  /** Whether the transaction can have no further effect: one included although invalid still can. */
  isSpent(hash: Hash): boolean {
    const record = this.get(hash);
    return record !== undefined && record.receipts.size > 0;
  }

  /** The receipt and its outcome, while its transaction is in memory. */
  receipt(id: Hash): ReceiptRecord | undefined {
    return this.#recent.get(this.#receiptOwners.get(id) ?? '')?.receipts.get(id);
  }

  /** Records in memory, oldest first. */
  recent(): IterableIterator<TransactionRecord> {
    return this.#recent.values();
  }

  add(transaction: SignedTransaction, outcome: Outcome): TransactionRecord {
    const record: TransactionRecord = { transaction, outcome, receipts: new Map() };
    this.restore(record);
    return record;
  }

  /** Puts a whole record back. */
  restore(record: TransactionRecord): void {
    this.#recent.set(record.transaction.hash, record);
    for (const id of record.receipts.keys()) {
      this.#receiptOwners.set(id, record.transaction.hash);
    }
  }

  addReceipt(record: TransactionRecord, receipt: Receipt): void {
    record.receipts.set(receipt.id, { receipt, outcome: null });
    this.#receiptOwners.set(receipt.id, receipt.txHash);
  }

  /** Undoes the execution of a receipt. */
  forgetExecution(txHash: Hash, receiptId: Hash): void {
    const record = this.#recent.get(txHash);
    const executed = record?.receipts.get(receiptId);
    if (record === undefined || executed === undefined) return;
    for (const id of executed.outcome?.receiptIds ?? []) {
      record.receipts.delete(id);
      this.#receiptOwners.delete(id);
    }
    executed.outcome = null;
  }

  /** Removes a transaction and returns it. */
  forget(hash: Hash): SignedTransaction | null {
    const record = this.#recent.get(hash);
    if (record === undefined) return null;
    for (const id of record.receipts.keys()) this.#receiptOwners.delete(id);
    this.#recent.delete(hash);
    return record.transaction;
  }

  /** Writes a finished transaction to the archive, and drops the oldest finished ones from memory. */
  archive(record: TransactionRecord): void {
    if (this.#archive === null) return;
    this.#archive.put(record);
    for (const [hash, oldest] of this.#recent) {
      if (this.#recent.size <= RECENT_RECORDS || !this.#archive.has(hash)) return;
      this.forget(oldest.transaction.hash);
    }
  }
}
