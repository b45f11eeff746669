import type { Hash } from '../bytes/hash.ts';
import type { SignedTransaction } from '../rules/transaction.ts';

/** Transactions accepted but not yet in a block, drained key by key in ascending nonce order. */
export class Pool {
  readonly #byHash = new Map<Hash, SignedTransaction>();
  /** By signer and key, each sorted by nonce. */
  readonly #byKey = new Map<string, SignedTransaction[]>();

  get size(): number {
    return this.#byHash.size;
  }

  has(hash: Hash): boolean {
    return this.#byHash.has(hash);
  }

  /** Adds a transaction, unless the pool has it already. */
  add(tx: SignedTransaction): void {
    if (this.#byHash.has(tx.hash)) return;
    this.#byHash.set(tx.hash, tx);
    // Each nonce of a gas key has its own queue.
    const key = `${tx.signerId} ${tx.publicKey} ${tx.nonceIndex ?? ''}`;
    const queue = this.#byKey.get(key);
    if (queue === undefined) {
      this.#byKey.set(key, [tx]);
      return;
    }
    let position = queue.length;
    while (position > 0 && (queue[position - 1]?.nonce ?? 0n) > tx.nonce) position--;
    queue.splice(position, 0, tx);
  }

  /** Takes the next transaction: the lowest nonce of a key, the keys in turn. Null when empty. */
  take(): SignedTransaction | null {
    for (const [key, queue] of this.#byKey) {
      const tx = queue.shift();
      this.#byKey.delete(key);
      if (tx === undefined) continue;
      // Back at the end of the line, so that one busy key cannot fill a block alone.
      if (queue.length > 0) this.#byKey.set(key, queue);
      this.#byHash.delete(tx.hash);
      return tx;
    }
    return null;
  }
}
