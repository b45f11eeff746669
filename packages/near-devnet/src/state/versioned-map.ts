interface SealedChanges<V> {
  readonly height: number;
  /** The value of each written key before the block; undefined if there was none. */
  readonly before: Map<string, V | undefined>;
}

/**
 * A map with the changes of its last blocks. Values are immutable; only the changes of a block are stored, so history
 * costs what was written, not what exists, and an idle block costs nothing.
 */
export class VersionedMap<V> {
  readonly #current = new Map<string, V>();
  readonly #sealed: SealedChanges<V>[] = [];
  #block = new Map<string, V | undefined>();
  #attempt: Map<string, V | undefined> | null = null;
  readonly #onExistence: ((key: string, exists: boolean) => void) | null;

  /** @param onExistence called for each key that a sealed or reverted block has added or removed */
  constructor(onExistence: ((key: string, exists: boolean) => void) | null = null) {
    this.#onExistence = onExistence;
  }

  get size(): number {
    return this.#current.size;
  }

  get(key: string): V | undefined {
    return this.#current.get(key);
  }

  /** Sets a value, or removes it if undefined. */
  set(key: string, value: V | undefined): void {
    const before = this.#current.get(key);
    if (!this.#block.has(key)) this.#block.set(key, before);
    if (this.#attempt !== null && !this.#attempt.has(key)) this.#attempt.set(key, before);
    this.#put(key, value);
  }

  /** Sets a value without a history, for restoring: no block is its first, and none can be undone to before it. */
  load(key: string, value: V): void {
    this.#noteExistence(key, this.#current.get(key), value);
    this.#current.set(key, value);
  }

  entries(): IterableIterator<[string, V]> {
    return this.#current.entries();
  }

  /** Whether the current block has written the key. */
  isTouched(key: string): boolean {
    return this.#block.has(key);
  }

  /** What the current block has changed so far. */
  *changes(): Generator<{ readonly before: V | undefined; readonly after: V | undefined }> {
    for (const [key, before] of this.#block) yield { before, after: this.#current.get(key) };
  }

  /** Keys with this prefix, at the end of block `height`. */
  *keysAt(prefix: string, height: number): Generator<string> {
    const isThere = (key: string) =>
      key.startsWith(prefix) && this.getAt(key, height) !== undefined;
    for (const key of this.#current.keys()) if (isThere(key)) yield key;
    const removed = new Set<string>();
    for (let i = this.#firstAfter(height); i < this.#sealed.length; i++) {
      for (const key of this.#sealed[i]?.before.keys() ?? []) {
        if (!this.#current.has(key) && !removed.has(key) && isThere(key)) {
          removed.add(key);
          yield key;
        }
      }
    }
  }

  /** Starts an attempt: `rollback` undoes the changes since, `commit` keeps them. */
  begin(): void {
    this.#attempt = new Map();
  }

  commit(): void {
    this.#attempt = null;
  }

  rollback(): void {
    for (const [key, value] of this.#attempt ?? []) {
      this.#put(key, value);
      if (this.#block.get(key) === value) this.#block.delete(key);
    }
    this.#attempt = null;
  }

  /** Ends a block; its changes become one step of history. */
  seal(height: number): void {
    if (this.#block.size === 0) return;
    const before = this.#block;
    this.#block = new Map();
    for (const [key, value] of before) this.#noteExistence(key, value, this.#current.get(key));
    const last = this.#sealed.at(-1);
    if (last?.height === height) {
      // A second step of the same block: the values before the first one count.
      for (const [key, value] of before) if (!last.before.has(key)) last.before.set(key, value);
    } else {
      this.#sealed.push({ height, before });
    }
  }

  /** Undoes a sealed block, which must be the last. */
  revert(height: number): void {
    const last = this.#sealed.at(-1);
    if (last?.height !== height) return;
    this.#sealed.pop();
    for (const [key, value] of last.before) {
      this.#noteExistence(key, this.#current.get(key), value);
      this.#put(key, value);
    }
  }

  /** Forgets the history before `height`. */
  pruneBefore(height: number): void {
    let count = 0;
    while ((this.#sealed[count]?.height ?? height) < height) count++;
    if (count > 0) this.#sealed.splice(0, count);
  }

  /** The value at the end of block `height`, which must be within the history. */
  getAt(key: string, height: number): V | undefined {
    for (let i = this.#firstAfter(height); i < this.#sealed.length; i++) {
      const changes = this.#sealed[i];
      if (changes?.before.has(key)) return changes.before.get(key);
    }
    return this.#current.get(key);
  }

  /** The keys that block `height` wrote. */
  changedAt(height: number): string[] {
    const changes = this.#sealed[this.#firstAfter(height - 1)];
    return changes?.height === height ? [...changes.before.keys()] : [];
  }

  #firstAfter(height: number): number {
    let low = 0;
    let high = this.#sealed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sealed[middle]?.height ?? 0) > height) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #noteExistence(key: string, before: V | undefined, now: V | undefined): void {
    const exists = now !== undefined;
    if ((before !== undefined) !== exists) this.#onExistence?.(key, exists);
  }

  #put(key: string, value: V | undefined): void {
    if (value === undefined) this.#current.delete(key);
    else this.#current.set(key, value);
  }
}
