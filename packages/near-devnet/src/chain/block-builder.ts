import type { Hash } from '../bytes/hash.ts';
import type { Rules } from '../rules/rules.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import { timeOutYields } from '../runtime/awaited-results.ts';
import { chargeTransaction, executeReceipt, failedTransaction } from '../runtime/runtime.ts';
import { checkCharge } from '../runtime/transaction-check.ts';
import type { ErrorJson, Outcome, Receipt } from '../state/receipt.ts';
import type { State } from '../state/state.ts';
import type { TransactionRecord } from '../state/transaction-record.ts';
import type { TransactionRecords } from '../state/transaction-records.ts';
import type { BlockContext } from '../vm/call-environment.ts';

/** A receipt by its id, and the transaction it belongs to. */
export interface ReceiptPlace {
  readonly id: Hash;
  readonly txHash: Hash;
}

/** What a block that is not empty holds, by hash: it is remembered long after its transactions have left memory. */
export interface BlockContent {
  readonly transactions: readonly Hash[];
  /** Receipts that reached this block, data included. */
  readonly receipts: readonly ReceiptPlace[];
  readonly gasUsed: bigint;
  readonly burntYocto: bigint;
}

/** A transaction in a block, with its error if it was included although invalid. */
export interface IncludedTransaction {
  readonly tx: SignedTransaction;
  readonly forcedError: ErrorJson | null;
}

/** Transactions offered to a block, one after another. */
export interface TransactionSource {
  take(): SignedTransaction | null;
  /** An error with which this transaction is to be included although it is invalid, or null. */
  forcedError(tx: SignedTransaction): ErrorJson | null;
}

/** Fills one block: charges transactions, executes receipts, both up to what a chunk may burn. */
export class BlockBuilder {
  /** Receipts that were executed. */
  readonly executed: ReceiptPlace[] = [];
  readonly included: IncludedTransaction[] = [];
  /** Receipts for the next block. */
  readonly outgoing: Receipt[] = [];
  gasUsed = 0n;
  burntYocto = 0n;
  readonly #receipts: ReceiptPlace[] = [];
  readonly #local: Receipt[] = [];
  readonly #rules: Rules;
  readonly #state: State;
  readonly #records: TransactionRecords;
  readonly #block: BlockContext;

  constructor(parts: {
    rules: Rules;
    state: State;
    records: TransactionRecords;
    block: BlockContext;
  }) {
    this.#rules = parts.rules;
    this.#state = parts.state;
    this.#records = parts.records;
    this.#block = parts.block;
  }

  get isEmpty(): boolean {
    return this.included.length === 0 && this.#receipts.length === 0 && this.outgoing.length === 0;
  }

  get content(): BlockContent {
    return {
      transactions: this.included.map(({ tx }) => tx.hash),
      receipts: this.#receipts,
      gasUsed: this.gasUsed,
      burntYocto: this.burntYocto,
    };
  }

  /** Charges the transactions of the source. Those that have become invalid are dropped, as by a chunk producer. */
  includeTransactions(
    source: TransactionSource,
    isWithinValidity: (tx: SignedTransaction) => boolean,
  ): void {
    const { config } = this.#rules;
    while (this.gasUsed < config.chunkTransactionGasLimit) {
      const tx = source.take();
      if (tx === null) return;
      // The same bytes twice are one transaction.
      if (this.#records.isSpent(tx.hash)) continue;
      const forcedError = source.forcedError(tx);
      if (forcedError !== null) {
        const outcome = failedTransaction(tx, this.#block.height, { InvalidTxError: forcedError });
        this.#record(tx, outcome, forcedError);
      } else if (
        isWithinValidity(tx) &&
        checkCharge(config, this.#state, tx, this.#block.height).ok
      ) {
        this.#charge(tx);
      }
    }
  }

  /** Resumes promises with a failure whose time to be resumed has passed. */
  timeOutYields(): void {
    for (const receipt of timeOutYields(this.#state, this.#block)) {
      const record = this.#records.get(receipt.txHash);
      if (record !== undefined) this.#records.addReceipt(record, receipt);
      this.outgoing.push(receipt);
    }
  }

  /** Executes receipts in the protocol's order; returns those that must wait for the next block. */
  executeReceipts(delayed: readonly Receipt[], incoming: readonly Receipt[]): Receipt[] {
    const queue = [...this.#local, ...delayed, ...incoming];
    let position = 0;
    while (position < queue.length && this.gasUsed < this.#rules.config.chunkGasLimit) {
      const receipt = queue[position++];
      if (receipt !== undefined) this.#execute(receipt);
    }
    return queue.slice(position);
  }

  #charge(tx: SignedTransaction): void {
    const { outcome, receipt } = chargeTransaction(
      this.#rules,
      this.#state,
      tx,
      this.#block.height,
    );
    const record = this.#record(tx, outcome, null);
    if (receipt === null) return;
    this.#records.addReceipt(record, receipt);
    // A receipt to the sender itself does not leave its shard: it runs in the same block.
    const queue = receipt.receiverId === receipt.predecessorId ? this.#local : this.outgoing;
    queue.push(receipt);
  }

  #record(
    tx: SignedTransaction,
    outcome: Outcome,
    forcedError: ErrorJson | null,
  ): TransactionRecord {
    this.included.push({ tx, forcedError });
    this.#count(outcome.gasBurnt, outcome.tokensBurntYocto);
    return this.#records.add(tx, outcome);
  }

  #execute(receipt: Receipt): void {
    const result = executeReceipt(this.#rules, this.#state, receipt, this.#block);
    const { txHash, outcome, receipts, lostYocto } = result;
    this.#receipts.push({ id: receipt.id, txHash: receipt.txHash });
    this.burntYocto += lostYocto;
    const record = this.#records.get(txHash);
    if (outcome !== null) {
      this.executed.push({ id: outcome.id, txHash });
      this.#count(outcome.gasBurnt, outcome.tokensBurntYocto);
      const executed = record?.receipts.get(outcome.id);
      if (executed !== undefined) executed.outcome = outcome;
    }
    for (const next of receipts) {
      if (record !== undefined) this.#records.addReceipt(record, next);
      this.outgoing.push(next);
    }
  }

  #count(gas: bigint, burntYocto: bigint): void {
    this.gasUsed += gas;
    this.burntYocto += burntYocto;
  }
}
