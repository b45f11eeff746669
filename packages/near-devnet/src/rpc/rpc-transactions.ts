import { BorshError } from '../bytes/borsh-reader.ts';
import { type Hash, hashToBase58 } from '../bytes/hash.ts';
import type { Chain } from '../chain/chain.ts';
import type { Pool } from '../chain/pool.ts';
import { decodeTransaction } from '../rules/decode-transaction.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import { checkCharge, findStaticError } from '../runtime/transaction-check.ts';
import type { ErrorJson, Receipt } from '../state/receipt.ts';
import { hasReached, levelOf, WAIT_LEVELS, type WaitLevel } from '../state/transaction-record.ts';
import {
  handlerError,
  invalidTransaction,
  parseError,
  type RpcError,
  timeoutError,
  unknownTransaction,
} from './rpc-error.ts';
import { base64Bytes, onlyItem, RpcParams } from './rpc-params.ts';
import { finalOutcomeView, receiptView } from './views.ts';

export type SetTimer = (callback: () => void, delayMs: number) => () => void;

interface Waiter {
  readonly hash: Hash;
  /** The transaction, if the caller sent it: then the caller can be told why it became invalid. */
  readonly tx: SignedTransaction | null;
  readonly level: WaitLevel;
  resolve(): void;
  reject(error: RpcError): void;
}

/** The methods that accept transactions and report their status. */
export class TransactionRpc {
  readonly #chain: Chain;
  readonly #pool: Pool;
  readonly #setTimer: SetTimer;
  readonly #waitLimitMs: number;
  readonly #waiters = new Set<Waiter>();

  constructor(parts: {
    chain: Chain;
    pool: Pool;
    setTimer: SetTimer;
    /** How long a caller may wait. */
    waitLimitMs: number;
  }) {
    this.#chain = parts.chain;
    this.#pool = parts.pool;
    this.#setTimer = parts.setTimer;
    this.#waitLimitMs = parts.waitLimitMs;
  }

  /** `send_tx` */
  async send(rawParams: unknown): Promise<unknown> {
    const { tx, level } = this.#readSend(rawParams);
    if (level === 'NONE') {
      // An invalid transaction is not reported, as by nearcore.
      if (this.#findError(tx) === null) this.#accept(tx);
      return { final_execution_status: 'NONE' };
    }
    this.#acceptOrThrow(tx);
    return this.#wait(tx.hash, tx, level, false);
  }

  /** `broadcast_tx_async`: the hash at once. */
  broadcastAsync(rawParams: unknown): string {
    const { tx } = this.#readSend(rawParams);
    if (this.#findError(tx) === null) this.#accept(tx);
    return hashToBase58(tx.hash);
  }

  /** `broadcast_tx_commit`: waits until it is executed. */
  async broadcastCommit(rawParams: unknown): Promise<unknown> {
    const { tx } = this.#readSend(rawParams);
    this.#acceptOrThrow(tx);
    return this.#wait(tx.hash, tx, 'EXECUTED_OPTIMISTIC', false);
  }

  /**
   * `tx` and `EXPERIMENTAL_tx_status`, the latter with receipts. A hash in no block is UNKNOWN_TRANSACTION at once at
   * NONE only: at every other level the node waits for it and then times out.
   */
  async status(rawParams: unknown, withReceipts: boolean): Promise<unknown> {
    const params = statusParams(rawParams);
    const level = readLevel(params);
    if (params.has('signed_tx_base64')) {
      const tx = decode(params.string('signed_tx_base64'));
      return this.#wait(tx.hash, tx, level, withReceipts);
    }
    const hash = params.hash('tx_hash');
    params.accountId('sender_account_id');
    return this.#wait(hash, null, level, withReceipts);
  }

  /** `EXPERIMENTAL_receipt` */
  receipt(rawParams: unknown): unknown {
    return receiptView(this.#requireReceipt(rawParams));
  }

  /** `EXPERIMENTAL_receipt_to_tx`: the transaction that produced a receipt. */
  transactionOfReceipt(rawParams: unknown): unknown {
    const { txHash } = this.#requireReceipt(rawParams);
    const signerId = this.#chain.record(txHash)?.transaction.signerId ?? '';
    return { transaction_hash: hashToBase58(txHash), sender_account_id: signerId };
  }

  #requireReceipt(rawParams: unknown): Receipt {
    const id = new RpcParams(rawParams).hash('receipt_id');
    const found = this.#chain.records.receipt(id);
    if (found !== undefined) return found.receipt;
    const text = hashToBase58(id);
    throw handlerError(
      'UNKNOWN_RECEIPT',
      { receipt_id: text },
      `Receipt with id ${text} has never been observed on this node`,
    );
  }

  /** The transaction and the level a send asks for; throws PARSE_ERROR. */
  #readSend(rawParams: unknown): { tx: SignedTransaction; level: WaitLevel } {
    if (Array.isArray(rawParams)) {
      const text = onlyItem(rawParams);
      if (typeof text !== 'string') throw parseError('Failed parsing args: expected base64');
      return { tx: decode(text), level: 'EXECUTED_OPTIMISTIC' };
    }
    const params = new RpcParams(rawParams);
    return { tx: decode(params.string('signed_tx_base64')), level: readLevel(params) };
  }

  /** Why a transaction would not be accepted now, or null. A known transaction is accepted again. */
  #findError(tx: SignedTransaction): ErrorJson | null {
    if (this.#isKnown(tx.hash)) return null;
    if (!this.#chain.isWithinValidity(tx)) return 'Expired';
    const staticError = findStaticError(this.#chain.rules.config, tx);
    if (staticError !== null) return staticError;
    const check = checkCharge(
      this.#chain.rules.config,
      this.#chain.state,
      tx,
      this.#chain.head + 1,
    );
    return check.ok ? null : check.error;
  }

  #accept(tx: SignedTransaction): void {
    if (!this.#isIncluded(tx.hash)) this.#pool.add(tx);
  }

  #acceptOrThrow(tx: SignedTransaction): void {
    const error = this.#findError(tx);
    if (error !== null) throw invalidTransaction(error);
    this.#accept(tx);
  }

  /** Answers the requests that waited for the last block. */
  onBlock(): void {
    for (const waiter of this.#waiters) this.#advance(waiter);
  }

  /** Answers all waiting requests, as a node does that stops. */
  close(): void {
    for (const waiter of this.#waiters) waiter.reject(timeoutError());
  }

  async #wait(
    hash: Hash,
    tx: SignedTransaction | null,
    level: WaitLevel,
    withReceipts: boolean,
  ): Promise<unknown> {
    if (level !== 'NONE' && !this.#hasReached(hash, level)) {
      await this.#untilReached(hash, tx, level);
    }
    const record = this.#chain.record(hash);
    if (record === undefined) {
      const error = tx === null ? null : this.#findError(tx);
      throw error === null ? unknownTransaction(hashToBase58(hash)) : invalidTransaction(error);
    }
    const reached = levelOf(record, this.#chain.finalHeight);
    // Included and not executed yet: nearcore returns nothing else.
    if (reached === 'INCLUDED') return { final_execution_status: reached };
    const blockHashAt = (height: number) => hashToBase58(this.#chain.blocks.hashAt(height));
    return {
      final_execution_status: reached,
      ...finalOutcomeView(record, blockHashAt, withReceipts),
    };
  }

  #untilReached(hash: Hash, tx: SignedTransaction | null, level: WaitLevel): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        cancelTimer();
        this.#waiters.delete(waiter);
        finish();
      };
      const waiter: Waiter = {
        hash,
        tx,
        level,
        resolve: () => end(resolve),
        reject: (error) => end(() => reject(error)),
      };
      const cancelTimer = this.#setTimer(() => waiter.reject(timeoutError()), this.#waitLimitMs);
      this.#waiters.add(waiter);
    });
  }

  #advance(waiter: Waiter): void {
    const { hash, tx, level } = waiter;
    if (this.#hasReached(hash, level)) {
      waiter.resolve();
    } else if (tx !== null && !this.#isKnown(hash)) {
      // Dropped from the pool: a caller who sent the transaction gets the reason.
      const error = this.#findError(tx);
      if (error !== null) waiter.reject(invalidTransaction(error));
    }
  }

  #hasReached(hash: Hash, level: WaitLevel): boolean {
    const record = this.#chain.record(hash);
    return record !== undefined && hasReached(levelOf(record, this.#chain.finalHeight), level);
  }

  #isKnown(hash: Hash): boolean {
    return this.#pool.has(hash) || this.#chain.record(hash) !== undefined;
  }

  /** Whether it was charged: one that was included although invalid can be included again. */
  #isIncluded(hash: Hash): boolean {
    return this.#chain.records.isSpent(hash);
  }
}

function decode(text: string): SignedTransaction {
  try {
    return decodeTransaction(base64Bytes(text));
  } catch (error) {
    if (!(error instanceof BorshError)) throw error;
    throw parseError(`Failed parsing args: Failed to decode transaction: ${error.message}`);
  }
}

function statusParams(rawParams: unknown): RpcParams {
  if (!Array.isArray(rawParams)) return new RpcParams(rawParams);
  if (rawParams.length !== 2) return new RpcParams({ signed_tx_base64: onlyItem(rawParams) });
  const [hash, accountId] = rawParams;
  return new RpcParams({ tx_hash: hash, sender_account_id: accountId });
}

function readLevel(params: RpcParams): WaitLevel {
  if (!params.has('wait_until')) return 'EXECUTED_OPTIMISTIC';
  const wanted = params.string('wait_until');
  const level = WAIT_LEVELS.find((known) => known === wanted);
  if (level === undefined) {
    throw parseError(`Failed parsing args: unknown variant \`${wanted}\` for wait_until`);
  }
  return level;
}
