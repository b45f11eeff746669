import type { Journal, JournalEntry } from '../journal/journal.ts';
import type { StateRecord } from '../rules/state-record.ts';
import { applyPatches } from '../state/state-patch.ts';
import type { TransactionSource } from './block-builder.ts';
import type { Chain } from './chain.ts';
import type { Pool } from './pool.ts';
import { snapshotLines } from './snapshot.ts';

// The time by which sandbox_fast_forward advances the clock for each block.
const NOMINAL_BLOCK_TIME_MS = 600;

/** Produces blocks; every step is in the journal before any caller sees it. */
export class BlockProducer {
  readonly #chain: Chain;
  readonly #pool: Pool;
  readonly #journal: Journal | null;
  readonly #now: () => number;
  readonly #forcedError: TransactionSource['forcedError'];
  readonly #onBlock: () => void;
  #isHalted = false;
  #skips = 0;
  /** How far fast-forwarding has moved the chain's clock ahead. */
  #clockAheadMs = 0;

  constructor(parts: {
    chain: Chain;
    pool: Pool;
    journal: Journal | null;
    now: () => number;
    forcedError: TransactionSource['forcedError'];
    onBlock: () => void;
  }) {
    this.#chain = parts.chain;
    this.#pool = parts.pool;
    this.#journal = parts.journal;
    this.#now = parts.now;
    this.#forcedError = parts.forcedError;
    this.#onBlock = parts.onBlock;
    this.#clockAheadMs = Math.max(0, parts.chain.timestamps.at(parts.chain.head) - parts.now());
  }

  /** Makes a block, or skips its height if that was requested. Does nothing while halted. */
  produceBlock(): void {
    if (this.#isHalted) return;
    if (this.#skips > 0) {
      this.#skips--;
      this.#append({ type: 'skip', height: this.#chain.blocks.next });
      this.#chain.blocks.skip();
      return;
    }
    const source = { take: () => this.#pool.take(), forcedError: this.#forcedError };
    const block = this.#chain.produce(source, this.#timeMs());
    if (block.isEmpty) {
      this.#journal?.noteHead(block.height, block.timestampMs);
    } else {
      this.#journal?.append({
        type: 'block',
        height: block.height,
        timestampMs: block.timestampMs,
        transactions: block.included.map(({ tx, forcedError }) => [
          Buffer.from(tx.bytes).toString('base64'),
          forcedError,
        ]),
      });
      if (this.#journal?.wantsSnapshot) this.#writeSnapshot();
    }
    this.#onBlock();
  }

  /** No blocks until `resume`. */
  halt(): void {
    this.#isHalted = true;
  }

  resume(): void {
    this.#isHalted = false;
  }

  /** The next heights get no block. */
  skipBlocks(count: number): void {
    this.#skips += count;
  }

  /** Undoes the last block; its transactions return to the pool or are lost. Returns their number. */
  revertHead(transactions: 'return' | 'drop'): number {
    const height = this.#chain.head;
    const reverted = this.#chain.revertHead();
    if (reverted === null) return 0;
    this.#append({ type: 'revert', height });
    this.#journal?.noteHead(this.#chain.head, this.#chain.timestamps.at(this.#chain.head));
    if (transactions === 'return') for (const tx of reverted) this.#pool.add(tx);
    return reverted.length;
  }

  /** Forgets all but the last blocks. */
  prune(keepBlocks: number): void {
    const earliest = Math.max(this.#chain.genesis.height, this.#chain.head - keepBlocks);
    this.#append({ type: 'prune', height: this.#chain.head, earliest });
    this.#chain.prune(earliest);
  }

  /** Writes records to the state. */
  patch(patches: readonly StateRecord[]): void {
    this.#append({ type: 'patch', height: this.#chain.head, patches });
    this.#chain.patch((state) => applyPatches(state, this.#chain.rules.config, patches));
  }

  /** Adds many blocks at once, with the time they would have taken; all but the last are empty. */
  fastForward(blocks: number): void {
    if (blocks === 0) return;
    this.#clockAheadMs += blocks * NOMINAL_BLOCK_TIME_MS;
    const height = this.#chain.blocks.next + blocks - 2;
    this.#chain.idleUntil(height, this.#timeMs() - NOMINAL_BLOCK_TIME_MS);
    this.#journal?.noteHead(this.#chain.head, this.#chain.timestamps.at(this.#chain.head));
    this.produceBlock();
  }

  /** Writes a snapshot, so that the next start is quick, and closes the journal. */
  close(): void {
    this.#writeSnapshot();
    this.#journal?.close();
  }

  #writeSnapshot(): void {
    this.#journal?.writeSnapshot(snapshotLines(this.#chain));
    this.#chain.fix();
  }

  #timeMs(): number {
    return this.#now() + this.#clockAheadMs;
  }

  #append(entry: DistributiveOmit<JournalEntry, 'timestampMs'>): void {
    this.#journal?.append({ ...entry, timestampMs: this.#timeMs() });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
