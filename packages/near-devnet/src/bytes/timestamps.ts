// Six epochs of blocks; 2 MB, once.
const REMEMBERED_BLOCKS = 2 ** 18;

/** The time of each block: exact for the last 262,144 blocks, estimated before. Never decreases. */
export class Timestamps {
  readonly #ring = new Float64Array(REMEMBERED_BLOCKS);
  readonly #firstHeight: number;
  readonly #firstMs: number;
  #lastMs: number;

  constructor(firstHeight: number, firstMs: number) {
    this.#firstHeight = firstHeight;
    this.#firstMs = firstMs;
    this.#lastMs = firstMs;
    this.#ring[firstHeight % REMEMBERED_BLOCKS] = firstMs;
  }

  set(height: number, timeMs: number): void {
    // Blocks of a real chain are at least a moment apart.
    this.#lastMs = Math.max(timeMs, this.#lastMs + 1);
    this.#ring[height % REMEMBERED_BLOCKS] = this.#lastMs;
  }

  /** Sets the times of empty blocks that are added at once. */
  fill(fromHeight: number, blocks: number, fromMs: number, stepMs: number): void {
    const skipped = Math.max(0, blocks - REMEMBERED_BLOCKS);
    for (let i = skipped; i < blocks; i++) this.set(fromHeight + i, fromMs + (i + 1) * stepMs);
  }

  at(height: number): number {
    // The genesis is shown for ever, longer than the ring remembers it.
    if (height === this.#firstHeight) return this.#firstMs;
    return this.#ring[height % REMEMBERED_BLOCKS] || this.#firstMs + (height - this.#firstHeight);
  }

  get lastMs(): number {
    return this.#lastMs;
  }
}
