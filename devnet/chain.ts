import { BlockHashes } from './block-hash.ts';
import type { Genesis } from './genesis.ts';
import { type Hash, sha256 } from './hash.ts';
import type { ErrorJson, Receipt } from './receipt.ts';
import type { Rules } from './rules.ts';
import { chargeTransaction, executeReceipt, failedTransaction, heldYocto } from './runtime.ts';
import { State } from './state.ts';
import { Timestamps } from './timestamps.ts';
import { initialTokenData } from './token.ts';
import type { SignedTransaction } from './transaction.ts';
import { checkCharge } from './transaction-check.ts';
import type { TransactionRecord } from './transaction-record.ts';

/** What a block that is not empty holds. */
export interface BlockContent {
  readonly height: number;
  readonly transactions: readonly Hash[];
  /** Receipts that reached this block, data included. */
  readonly receipts: readonly Receipt[];
  /** Those of them that were executed. */
  readonly executed: readonly { readonly id: Hash; readonly txHash: Hash }[];
  readonly gasUsed: bigint;
  readonly burntYocto: bigint;
}

/** Transactions offered to a block, one after another. */
export interface TransactionSource {
  take(): SignedTransaction | null;
  /** An error with which this transaction is to be included although it is invalid, or null. */
  forcedError(tx: SignedTransaction): ErrorJson | null;
}

interface Queues {
  readonly incoming: readonly Receipt[];
  readonly delayed: readonly Receipt[];
  readonly burntYocto: bigint;
}

export interface ProducedBlock {
  readonly height: number;
  readonly timestampMs: number;
  /** In the order they were included; with the error of those included although invalid. */
  readonly included: readonly { tx: SignedTransaction; forcedError: ErrorJson | null }[];
  readonly isEmpty: boolean;
}

// The contract code of a real token is about this big; it also keeps a token account from being deleted.
const TOKEN_CODE_BYTES = 200_000;
/** Blocks whose state can still be viewed. */
export const STATE_HISTORY_BLOCKS = 1_000;
/** Blocks behind the head that a block needs to be final. */
const FINALITY_BLOCKS = 2;

/** One canonical chain: blocks, the state after the last of them, and what became of every transaction. */
export class Chain {
  readonly genesis: Genesis;
  readonly rules: Rules;
  readonly state = new State();
  readonly records = new Map<Hash, TransactionRecord>();
  readonly receiptTransactions = new Map<Hash, Hash>();
  readonly hashes: BlockHashes;
  readonly timestamps: Timestamps;
  readonly genesisSupplyYocto: bigint;
  head: number;
  burntYocto = 0n;
  /** NEAR made or destroyed by patching the state. */
  patchedYocto = 0n;
  readonly #contents = new Map<number, BlockContent>();
  readonly #skipped = new Set<number>();
  readonly #undo = new Map<number, Queues>();
  #incoming: Receipt[] = [];
  #delayed: Receipt[] = [];
  /** The oldest block still known. */
  #earliest: number;
  /** The height of the next block. */
  #next: number;

  constructor({
    genesis,
    rules,
    genesisTimeMs,
  }: { genesis: Genesis; rules: Rules; genesisTimeMs: number }) {
    this.genesis = genesis;
    this.rules = rules;
    this.head = genesis.height;
    this.#earliest = genesis.height;
    this.#next = genesis.height + 1;
    this.hashes = new BlockHashes(genesisDigest(genesis));
    this.timestamps = new Timestamps(genesis.height, genesisTimeMs);
    this.#createGenesisState();
    this.genesisSupplyYocto = this.balancesYocto();
  }

  get genesisHash(): Hash {
    return this.hashes.at(this.genesis.height);
  }

  get finalHeight(): number {
    return this.ancestor(FINALITY_BLOCKS);
  }

  /** The oldest block this node still knows. */
  get earliestHeight(): number {
    return this.#earliest;
  }

  /** The oldest block whose state can still be viewed. */
  get earliestStateHeight(): number {
    return Math.max(this.#earliest, this.head - STATE_HISTORY_BLOCKS);
  }

  get isIdle(): boolean {
    return this.#incoming.length === 0 && this.#delayed.length === 0;
  }

  get pendingReceipts(): readonly Receipt[] {
    return [...this.#delayed, ...this.#incoming];
  }

  /** The block so many blocks before the head, or the genesis. */
  ancestor(blocks: number): number {
    let height = this.head;
    for (let i = 0; i < blocks && height > this.genesis.height; i++) height = this.previous(height);
    return height;
  }

  /** The height of the block before this one; heights may have been skipped. */
  previous(height: number): number {
    let previous = height - 1;
    while (this.#skipped.has(previous)) previous--;
    return Math.max(previous, this.genesis.height);
  }

  /** Whether a block of this height is on the chain (it may be too old to be known). */
  hasBlock(height: number): boolean {
    return height >= this.genesis.height && height <= this.head && !this.#skipped.has(height);
  }

  hashAt(height: number): Hash {
    return this.hashes.at(height);
  }

  /** The height of a block on this chain, or null. */
  heightOf(hash: Hash): number | null {
    const height = this.hashes.heightOf(hash);
    return height !== null && this.hasBlock(height) ? height : null;
  }

  content(height: number): BlockContent | undefined {
    return this.#contents.get(height);
  }

  /** Whether a transaction's reference block allows it in the block after the head. */
  isWithinValidity(tx: SignedTransaction): boolean {
    const reference = this.heightOf(tx.blockHash);
    const blocks = this.rules.config.transactionValidityBlocks;
    return reference !== null && this.head <= reference + blocks;
  }

  /**
   * Makes the next block: charges transactions from the source, then executes receipts, both up to the limits of a
   * chunk. Transactions that have become invalid are dropped, as a chunk's producer does.
   */
  produce(source: TransactionSource, timestampMs: number): ProducedBlock {
    const height = this.#next;
    this.#undo.set(height, {
      incoming: this.#incoming,
      delayed: this.#delayed,
      burntYocto: this.burntYocto,
    });
    this.#undo.delete(this.ancestor(FINALITY_BLOCKS - 1));
    const block = new BlockInProgress(height);
    const included = this.#includeTransactions(source, block);
    this.#executeReceipts(block);
    this.state.seal(height);
    this.head = height;
    this.#next = height + 1;
    this.timestamps.set(height, timestampMs);
    this.burntYocto += block.burntYocto;
    const isEmpty = block.transactions.length === 0 && block.receipts.length === 0;
    if (!isEmpty) this.#contents.set(height, block);
    this.state.pruneBefore(this.earliestStateHeight);
    return { height, timestampMs: this.timestamps.at(height), included, isEmpty };
  }

  /** Lets the next height pass without a block. */
  skipHeight(): void {
    this.#skipped.add(this.#next);
    this.#next++;
  }

  /** Undoes the last block as if a fork had won; answers its transactions. Final blocks cannot be undone. */
  revertHead(): SignedTransaction[] {
    const height = this.head;
    const undo = this.#undo.get(height);
    if (undo === undefined) return [];
    this.#undo.delete(height);
    this.state.revert(height);
    this.#incoming = [...undo.incoming];
    this.#delayed = [...undo.delayed];
    this.burntYocto = undo.burntYocto;
    const content = this.#contents.get(height);
    this.#contents.delete(height);
    for (const { id, txHash } of content?.executed ?? []) this.#forgetExecution(txHash, id);
    const transactions = (content?.transactions ?? []).flatMap((hash) =>
      this.#forgetTransaction(hash),
    );
    this.hashes.fork(height);
    this.head = this.previous(height);
    this.#next = height;
    return transactions;
  }

  /** Lets many empty blocks pass at once. */
  fastForward(blocks: number, blockTimeMs: number): void {
    const fromMs = this.timestamps.at(this.head);
    this.timestamps.fill(this.#next, blocks, fromMs, blockTimeMs);
    this.head = this.#next + blocks - 1;
    this.#next = this.head + 1;
    this.#undo.clear();
  }

  /** Forgets everything before `height`, as a node does with old history. */
  prune(height: number): void {
    this.#earliest = Math.max(this.#earliest, Math.min(height, this.finalHeight));
    for (const known of this.#contents.keys()) {
      if (known >= this.#earliest) continue;
      this.#contents.delete(known);
    }
    for (const skipped of this.#skipped)
      if (skipped < this.#earliest) this.#skipped.delete(skipped);
    for (const [hash, record] of this.records) {
      if (record.outcome.height >= this.#earliest) continue;
      this.records.delete(hash);
      for (const id of record.receipts.keys()) this.receiptTransactions.delete(id);
    }
  }

  /** All balances, locked ones included. */
  balancesYocto(): bigint {
    let total = 0n;
    for (const [, { amountYocto, lockedYocto }] of this.state.accounts.entries()) {
      total += amountYocto + lockedYocto;
    }
    return total;
  }

  /** NEAR on its way in receipts. */
  inFlightYocto(): bigint {
    let total = 0n;
    for (const receipt of this.pendingReceipts) total += heldYocto(this.rules.config, receipt);
    for (const [, receipt] of this.state.postponed.entries()) {
      total += heldYocto(this.rules.config, receipt);
    }
    return total;
  }

  #includeTransactions(source: TransactionSource, block: BlockInProgress) {
    const included: { tx: SignedTransaction; forcedError: ErrorJson | null }[] = [];
    const { config } = this.rules;
    while (block.gasUsed < config.chunkTransactionGasLimit) {
      const tx = source.take();
      if (tx === null) break;
      const known = this.records.get(tx.hash);
      if (known !== undefined && known.receipts.size > 0) continue;
      const forcedError = source.forcedError(tx);
      if (forcedError !== null) {
        const error = { InvalidTxError: forcedError };
        this.#recordTransaction(block, tx, failedTransaction(tx, block.height, error));
        included.push({ tx, forcedError });
        continue;
      }
      if (!this.isWithinValidity(tx)) continue;
      if (!checkCharge(config, this.state, tx, block.height).ok) continue;
      const { outcome, receipt } = chargeTransaction(this.rules, this.state, tx, block.height);
      const record = this.#recordTransaction(block, tx, outcome);
      included.push({ tx, forcedError: null });
      if (receipt === null) continue;
      this.#addReceipt(record, receipt);
      // What an account sends to itself does not leave its shard: it runs in the same block.
      if (receipt.receiverId === receipt.predecessorId) block.local.push(receipt);
      else block.outgoing.push(receipt);
    }
    return included;
  }

  #executeReceipts(block: BlockInProgress): void {
    const { chunkGasLimit } = this.rules.config;
    const queue = [...block.local, ...this.#delayed, ...this.#incoming];
    let position = 0;
    for (; position < queue.length && block.gasUsed < chunkGasLimit; position++) {
      const receipt = queue[position];
      if (receipt !== undefined) this.#executeReceipt(block, receipt);
    }
    this.#delayed = queue.slice(position);
    this.#incoming = block.outgoing;
  }

  #executeReceipt(block: BlockInProgress, receipt: Receipt): void {
    const { outcome, receipts, lostYocto } = executeReceipt(
      this.rules,
      this.state,
      receipt,
      block.height,
    );
    block.receipts.push(receipt);
    block.burntYocto += lostYocto;
    const record = this.records.get(receipt.txHash);
    if (outcome !== null) {
      block.executed.push({ id: outcome.id, txHash: receipt.txHash });
      block.count(outcome.gasBurnt, outcome.tokensBurntYocto);
      const executed = record?.receipts.get(outcome.id);
      if (executed !== undefined) executed.outcome = outcome;
    }
    for (const next of receipts) {
      if (record !== undefined) this.#addReceipt(record, next);
      block.outgoing.push(next);
    }
  }

  #recordTransaction(
    block: BlockInProgress,
    tx: SignedTransaction,
    outcome: TransactionRecord['outcome'],
  ) {
    const record: TransactionRecord = { transaction: tx, outcome, receipts: new Map() };
    this.records.set(tx.hash, record);
    block.transactions.push(tx.hash);
    block.count(outcome.gasBurnt, outcome.tokensBurntYocto);
    return record;
  }

  #addReceipt(record: TransactionRecord, receipt: Receipt): void {
    record.receipts.set(receipt.id, { receipt, outcome: null });
    this.receiptTransactions.set(receipt.id, receipt.txHash);
  }

  #forgetExecution(txHash: Hash, receiptId: Hash): void {
    const record = this.records.get(txHash);
    const executed = record?.receipts.get(receiptId);
    if (record === undefined || executed === undefined) return;
    for (const id of executed.outcome?.receiptIds ?? []) this.#forgetReceipt(record, id);
    executed.outcome = null;
  }

  #forgetReceipt(record: TransactionRecord, id: Hash): void {
    record.receipts.delete(id);
    this.receiptTransactions.delete(id);
  }

  #forgetTransaction(hash: Hash): SignedTransaction[] {
    const record = this.records.get(hash);
    if (record === undefined) return [];
    for (const id of [...record.receipts.keys()]) this.#forgetReceipt(record, id);
    this.records.delete(hash);
    return [record.transaction];
  }

  #createGenesisState(): void {
    const { accounts, tokens, height } = this.genesis;
    const { config } = this.rules;
    for (const { accountId, balanceYocto, publicKeys } of accounts) {
      const contract = tokens.some(({ contractId }) => contractId === accountId) ? accountId : null;
      for (const key of publicKeys) {
        this.state.setAccessKey(accountId, key, { nonce: 0n, permission: { type: 'FullAccess' } });
      }
      this.state.setAccount(accountId, {
        amountYocto: balanceYocto,
        lockedYocto: 0n,
        storageUsage:
          config.accountStorageBytes +
          publicKeys.length * (33 + 9 + config.recordStorageBytes) +
          (contract === null ? 0 : TOKEN_CODE_BYTES),
        contract,
        publicKeys,
      });
    }
    for (const token of tokens) {
      for (const [key, value] of initialTokenData(token)) {
        this.state.setData(token.contractId, key, value);
      }
    }
    this.state.seal(height);
    this.state.pruneBefore(height + 1);
  }
}

class BlockInProgress implements BlockContent {
  readonly height: number;
  readonly transactions: Hash[] = [];
  readonly receipts: Receipt[] = [];
  readonly executed: { id: Hash; txHash: Hash }[] = [];
  readonly local: Receipt[] = [];
  readonly outgoing: Receipt[] = [];
  gasUsed = 0n;
  burntYocto = 0n;

  constructor(height: number) {
    this.height = height;
  }

  count(gas: bigint, burntYocto: bigint): void {
    this.gasUsed += gas;
    this.burntYocto += burntYocto;
  }
}

function genesisDigest(genesis: Genesis): Hash {
  return sha256(
    JSON.stringify(genesis, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    ),
  );
}
