import type { Hash } from '../bytes/hash.ts';
import type { BlockContent } from './block-builder.ts';
import { BlockHashes } from './block-hash.ts';

/** The blocks of the chain: heights, hashes, and the content of those that are not empty. Idle blocks take no memory. */
export class BlockHistory {
  readonly genesisHeight: number;
  readonly #hashes: BlockHashes;
  readonly #contents = new Map<number, BlockContent>();
  readonly #skipped = new Set<number>();
  #head: number;
  #next: number;
  #earliest: number;

  constructor(genesisHeight: number, genesisDigest: Hash) {
    this.genesisHeight = genesisHeight;
    this.#hashes = new BlockHashes(genesisDigest);
    this.#head = genesisHeight;
    this.#next = genesisHeight + 1;
    this.#earliest = genesisHeight;
  }

  get head(): number {
    return this.#head;
  }

  /** The height the next block will have. */
  get next(): number {
    return this.#next;
  }

  /** The oldest block still known. */
  get earliest(): number {
    return this.#earliest;
  }

  get skipped(): number[] {
    return [...this.#skipped];
  }

  get forks(): [number, number][] {
    return this.#hashes.forks();
  }

  /** The height this many blocks before the head, or of the genesis. */
  ancestor(blocks: number): number {
    let height = this.#head;
    for (let i = 0; i < blocks && height > this.genesisHeight; i++) height = this.previous(height);
    return height;
  }

  /** The height of the block before this one; heights may have been skipped. */
  previous(height: number): number {
    let previous = height - 1;
    while (this.#skipped.has(previous)) previous--;
    return Math.max(previous, this.genesisHeight);
  }

  /** Whether a block of this height is on the chain (it may be too old to be known). */
  has(height: number): boolean {
    return height >= this.genesisHeight && height <= this.#head && !this.#skipped.has(height);
  }

  hashAt(height: number): Hash {
    return this.#hashes.at(height);
  }

  /** The height of a block on this chain, or null. */
  heightOf(hash: Hash): number | null {
    const height = this.#hashes.heightOf(hash);
    return height !== null && this.has(height) ? height : null;
  }

  content(height: number): BlockContent | undefined {
    return this.#contents.get(height);
  }

  setContent(height: number, content: BlockContent): void {
    this.#contents.set(height, content);
  }

  /** The head is now this block. */
  moveTo(height: number): void {
    this.#head = height;
    this.#next = height + 1;
  }

  /** Skips the next height: it gets no block. */
  skip(): void {
    this.#skipped.add(this.#next);
    this.#next++;
  }

  /** Reverts the head; the next block has its height and another hash. */
  revert(): void {
    const height = this.#head;
    this.#contents.delete(height);
    this.#hashes.fork(height);
    this.#head = this.previous(height);
    this.#next = height;
  }

  prune(earliest: number): void {
    this.#earliest = earliest;
    for (const known of this.#contents.keys()) if (known < earliest) this.#contents.delete(known);
    for (const skipped of this.#skipped) if (skipped < earliest) this.#skipped.delete(skipped);
  }

  restore(from: {
    readonly head: number;
    readonly next: number;
    readonly earliest: number;
    readonly skipped: readonly number[];
    readonly forks: readonly (readonly [number, number])[];
  }): void {
    for (const skipped of from.skipped) this.#skipped.add(skipped);
    this.#hashes.restoreForks(from.forks);
    this.#head = from.head;
    this.#next = from.next;
    this.#earliest = from.earliest;
  }
}
