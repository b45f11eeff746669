import { createHash } from 'node:crypto';
import type { Hash } from '../bytes/hash.ts';

const MAX_RECENT = 64;

/**
 * Block hashes that carry their height in a form only this chain can read: 24 bytes of sha256 over chain, height and
 * fork, then the height masked by them. An idle block needs no memory, and the height of a transaction's reference
 * block is read from its hash.
 */
export class BlockHashes {
  readonly #chain: Hash;
  /** How often each height was reverted; the block that replaces a reverted one must hash differently. */
  readonly #forks = new Map<number, number>();
  /** The hashes used last: every answer names the newest blocks. */
  readonly #recent = new Map<number, Hash>();

  constructor(chain: Hash) {
    this.#chain = chain;
  }

  at(height: number): Hash {
    let hash = this.#recent.get(height);
    if (hash === undefined) {
      if (this.#recent.size >= MAX_RECENT) this.#recent.clear();
      hash = this.#hashOf(height);
      this.#recent.set(height, hash);
    }
    return hash;
  }

  #hashOf(height: number): Hash {
    const head = this.#digest(`block ${height} ${this.#forks.get(height) ?? 0}`).subarray(0, 24);
    const tail = Buffer.alloc(8);
    tail.writeBigUInt64BE(BigInt(height) ^ this.#mask(head));
    return Buffer.concat([head, tail]).toString('hex');
  }

  /** The height of a hash that `at` gives now, or null for any other hash. */
  heightOf(hash: Hash): number | null {
    const bytes = Buffer.from(hash, 'hex');
    if (bytes.length !== 32) return null;
    const height = Number(bytes.readBigUInt64BE(24) ^ this.#mask(bytes.subarray(0, 24)));
    return Number.isSafeInteger(height) && this.at(height) === hash ? height : null;
  }

  /** Gives the next block of this height a different hash. */
  fork(height: number): void {
    this.#recent.delete(height);
    this.#forks.set(height, (this.#forks.get(height) ?? 0) + 1);
  }

  forks(): [number, number][] {
    return [...this.#forks];
  }

  restoreForks(forks: readonly (readonly [number, number])[]): void {
    this.#recent.clear();
    for (const [height, count] of forks) this.#forks.set(height, count);
  }

  #mask(head: Uint8Array): bigint {
    return this.#digest('mask', head).readBigUInt64BE();
  }

  #digest(label: string, bytes: Uint8Array = new Uint8Array(0)): Buffer {
    return createHash('sha256').update(this.#chain).update(label).update(bytes).digest();
  }
}
