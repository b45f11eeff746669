import { type Hash, sha256Bytes } from '../bytes/hash.ts';
import { Timestamps } from '../bytes/timestamps.ts';
import type { Genesis } from '../rules/genesis.ts';
import type { Rules } from '../rules/rules.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import type { Receipt } from '../state/receipt.ts';
import { State } from '../state/state.ts';
import { isComplete, type TransactionRecord } from '../state/transaction-record.ts';
import { type TransactionArchive, TransactionRecords } from '../state/transaction-records.ts';
import type { BlockContext } from '../vm/call-environment.ts';
import {
  BlockBuilder,
  type IncludedTransaction,
  type ReceiptPlace,
  type TransactionSource,
} from './block-builder.ts';
import { BlockHistory } from './block-history.ts';
import { genesisDigest, writeGenesisState } from './genesis-state.ts';
import { balancesYocto, changedYocto, inFlightYocto } from './supply.ts';
import { UnfinishedTransactions } from './unfinished-transactions.ts';

/** Blocks whose state can still be viewed. */
const STATE_HISTORY_BLOCKS = 1_000;
/** Blocks behind the head that a block needs to be final. */
const FINALITY_BLOCKS = 2;
/** Blocks a node remembers: five epochs, about 1.5 days. */
const REMEMBERED_BLOCKS = 216_000;
/** Blocks of an epoch. */
export const EPOCH_BLOCKS = 43_200;
const PRUNE_EVERY_BLOCKS = 1_000;

/** The chain's values before a block, to undo it. */
interface Before {
  readonly incoming: readonly Receipt[];
  readonly delayed: readonly Receipt[];
  readonly burntYocto: bigint;
  readonly executed: readonly ReceiptPlace[];
}

export interface ProducedBlock {
  readonly height: number;
  readonly timestampMs: number;
  /** In the order they were included. */
  readonly included: readonly IncludedTransaction[];
  readonly isEmpty: boolean;
}

/** What a snapshot keeps of a chain beside its state: everything that cannot be derived. */
export interface ChainPosition {
  readonly head: number;
  readonly next: number;
  readonly earliest: number;
  readonly finalHeight: number;
  readonly lastMs: number;
  readonly burntYocto: bigint;
  readonly patchedYocto: bigint;
  readonly incoming: readonly Receipt[];
  readonly delayed: readonly Receipt[];
  readonly skipped: readonly number[];
  readonly forks: readonly (readonly [number, number])[];
}

/** One canonical chain: its blocks, the state after the last one, and the outcome of every transaction. */
export class Chain {
  readonly genesis: Genesis;
  readonly rules: Rules;
  readonly state = new State();
  readonly records = new TransactionRecords();
  readonly timestamps: Timestamps;
  readonly genesisSupplyYocto: bigint;
  readonly blocks: BlockHistory;
  readonly #before = new Map<number, Before>();
  readonly #unfinished = new UnfinishedTransactions();
  #earliestState: number;
  #finalHeight: number;
  /** Blocks up to here cannot be undone, final or not: a patch or a snapshot includes them. */
  #fixedHeight: number;
  #burntYocto = 0n;
  #patchedYocto = 0n;
  #incoming: readonly Receipt[] = [];
  #delayed: readonly Receipt[] = [];

  constructor(parts: { genesis: Genesis; rules: Rules; genesisTimeMs: number }) {
    const { genesis, rules } = parts;
    this.genesis = genesis;
    this.rules = rules;
    this.timestamps = new Timestamps(genesis.height, parts.genesisTimeMs);
    this.#earliestState = genesis.height;
    this.#finalHeight = genesis.height;
    this.#fixedHeight = genesis.height;
    this.blocks = new BlockHistory(genesis.height, genesisDigest(genesis));
    writeGenesisState(this.state, genesis, rules.config);
    this.state.seal(genesis.height);
    this.state.pruneBefore(genesis.height + 1);
    this.genesisSupplyYocto = this.balancesYocto();
  }

  get head(): number {
    return this.blocks.head;
  }

  /** The last final block; it never decreases, even when later blocks are undone. */
  get finalHeight(): number {
    return this.#finalHeight;
  }

  get genesisHash(): Hash {
    return this.blocks.hashAt(this.genesis.height);
  }

  /** The oldest block whose state can still be viewed. */
  get earliestStateHeight(): number {
    return this.#earliestState;
  }

  /** Whether no receipt is on its way. */
  get isIdle(): boolean {
    return this.#incoming.length === 0 && this.#delayed.length === 0;
  }

  /** NEAR destroyed by fees so far. */
  get burntYocto(): bigint {
    return this.#burntYocto;
  }

  /** NEAR that was created by patching the state. */
  get patchedYocto(): bigint {
    return this.#patchedYocto;
  }

  /** Whether a transaction's reference block allows it in the next block. */
  isWithinValidity({ blockHash }: SignedTransaction): boolean {
    const reference = this.blocks.heightOf(blockHash);
    return (
      reference !== null && this.head <= reference + this.rules.config.transactionValidityBlocks
    );
  }

  /** Makes the next block from what the source offers and the receipts on their way. */
  produce(source: TransactionSource, timestampMs: number): ProducedBlock {
    const height = this.blocks.next;
    this.#before.delete(this.blocks.ancestor(FINALITY_BLOCKS - 1));
    const { rules, state, records } = this;
    const block = new BlockBuilder({
      rules,
      state,
      records,
      block: this.blockContext(height, timestampMs),
    });
    this.#before.set(height, {
      incoming: this.#incoming,
      delayed: this.#delayed,
      burntYocto: this.#burntYocto,
      executed: block.executed,
    });
    block.includeTransactions(source, (tx) => this.isWithinValidity(tx));
    this.#delayed = block.executeReceipts(this.#delayed, this.#incoming);
    block.timeOutYields();
    this.#incoming = block.outgoing;
    state.seal(height);
    this.#burntYocto += block.burntYocto;
    if (!block.isEmpty) this.blocks.setContent(height, block.content);
    for (const { tx } of block.included) {
      const record = records.get(tx.hash);
      if (record !== undefined) this.#unfinished.add(record);
    }
    this.timestamps.set(height, timestampMs);
    this.#moveTo(height);
    const { included, isEmpty } = block;
    return { height, timestampMs: this.timestamps.at(height), included, isEmpty };
  }

  /** What contracts see of a block. */
  blockContext(height: number, timestampMs = this.timestamps.at(height)): BlockContext {
    return {
      height,
      timestampNanos: BigInt(Math.round(timestampMs)) * 1_000_000n,
      epochHeight: Math.floor((height - this.genesis.height) / EPOCH_BLOCKS) + 1,
      randomValue: sha256Bytes(
        Buffer.concat([Buffer.from(this.blocks.hashAt(height), 'hex'), Buffer.from('random')]),
      ),
    };
  }

  /** Adds empty blocks up to `height` at once; receipts in flight stay in flight. */
  idleUntil(height: number, timestampMs: number): void {
    const blocks = height - this.blocks.next + 1;
    if (blocks <= 0) return;
    const fromMs = this.timestamps.at(this.head);
    const stepMs = (timestampMs - fromMs) / blocks;
    this.timestamps.fill(this.blocks.next, blocks, fromMs, stepMs);
    this.#moveTo(height);
    // Blocks that are not final can still be undone, in a replay as in the original run.
    for (const known of this.#before.keys()) {
      if (known <= this.#finalHeight) this.#before.delete(known);
    }
  }

  /**
   * Undoes the last block as if a fork had won; returns its transactions. Null if it is final, or not above the last
   * patch or snapshot.
   */
  revertHead(): SignedTransaction[] | null {
    const height = this.head;
    if (height <= this.#finalHeight || height <= this.#fixedHeight) return null;
    const content = this.blocks.content(height);
    const before = this.#before.get(height);
    this.state.revert(height);
    if (before !== undefined) {
      this.#incoming = before.incoming;
      this.#delayed = before.delayed;
      this.#burntYocto = before.burntYocto;
    }
    this.#before.delete(height);
    for (const { id, txHash } of before?.executed ?? []) this.records.forgetExecution(txHash, id);
    const transactions = (content?.transactions ?? []).flatMap((hash) => this.#forget(hash));
    this.blocks.revert();
    return transactions;
  }

  /** Forgets everything before `height`, as a node garbage-collects; final blocks only. */
  prune(height: number): void {
    const earliest = Math.min(height, this.finalHeight);
    if (earliest <= this.blocks.earliest) return;
    this.blocks.prune(earliest);
    for (const record of this.records.recent()) {
      if (record.outcome.height < earliest && isComplete(record)) {
        this.records.forget(record.transaction.hash);
      }
    }
    this.#forgetOldState();
  }

  /** From now on the archive keeps finished transactions. */
  attachArchive(archive: TransactionArchive): void {
    this.records.attachArchive(archive, (record) => !this.#unfinished.has(record));
  }

  /** The record of a transaction, unless it is forgotten. */
  record(hash: Hash): TransactionRecord | undefined {
    const record = this.records.get(hash);
    return record !== undefined && record.outcome.height >= this.blocks.earliest
      ? record
      : undefined;
  }

  /** A receipt of a transaction that is not forgotten. */
  receipt({ id, txHash }: ReceiptPlace): Receipt | undefined {
    return this.record(txHash)?.receipts.get(id)?.receipt;
  }

  /** Changes the state between two blocks; the change belongs to the earlier one. */
  patch(change: (state: State) => void): void {
    change(this.state);
    this.#patchedYocto += changedYocto(this.state);
    this.state.seal(this.head);
    this.fix();
  }

  /** No block up to the head can be undone from now on. */
  fix(): void {
    this.#fixedHeight = this.head;
  }

  /** The sum of all balances. */
  balancesYocto(): bigint {
    return balancesYocto(this.state);
  }

  /** NEAR in flight, in receipts. */
  inFlightYocto(): bigint {
    const receipts = [...this.#delayed, ...this.#incoming];
    return inFlightYocto(this.rules.config, this.state, receipts);
  }

  /** For a snapshot. */
  position(): ChainPosition {
    return {
      head: this.blocks.head,
      next: this.blocks.next,
      earliest: this.blocks.earliest,
      finalHeight: this.#finalHeight,
      skipped: this.blocks.skipped,
      forks: this.blocks.forks,
      lastMs: this.timestamps.at(this.head),
      burntYocto: this.#burntYocto,
      patchedYocto: this.#patchedYocto,
      incoming: this.#incoming,
      delayed: this.#delayed,
    };
  }

  /** Transactions that are not complete and final yet. */
  unfinished(): TransactionRecord[] {
    return this.#unfinished.list();
  }

  /** Continues from a snapshot; the state has been restored before. */
  restore(position: ChainPosition, unfinished: readonly TransactionRecord[]): void {
    this.idleUntil(position.head, position.lastMs);
    this.blocks.restore(position);
    this.#earliestState = position.head;
    this.#finalHeight = position.finalHeight;
    this.fix();
    this.#burntYocto = position.burntYocto;
    this.#patchedYocto = position.patchedYocto;
    this.#incoming = position.incoming;
    this.#delayed = position.delayed;
    this.state.seal(position.head);
    this.state.pruneBefore(position.head + 1);
    for (const record of unfinished) {
      this.records.restore(record);
      this.#unfinished.add(record);
    }
  }

  #moveTo(height: number): void {
    this.blocks.moveTo(height);
    this.#finalHeight = Math.max(this.#finalHeight, this.blocks.ancestor(FINALITY_BLOCKS));
    this.#forgetOldState();
    for (const record of this.#unfinished.takeFinished(this.#finalHeight)) {
      this.records.archive(record);
    }
    // In steps, since it visits every record in memory.
    this.prune(height - (height % PRUNE_EVERY_BLOCKS) - REMEMBERED_BLOCKS);
  }

  #forgetOldState(): void {
    const oldest = Math.max(
      this.#earliestState,
      this.blocks.earliest,
      this.head - STATE_HISTORY_BLOCKS,
    );
    this.#earliestState = oldest;
    this.state.pruneBefore(oldest + 1);
  }

  #forget(hash: Hash): SignedTransaction[] {
    const record = this.records.get(hash);
    if (record !== undefined) this.#unfinished.delete(record);
    const tx = this.records.forget(hash);
    return tx === null ? [] : [tx];
  }
}
