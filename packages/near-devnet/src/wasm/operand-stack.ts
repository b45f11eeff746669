import { WasmError } from './wasm-reader.ts';

interface Frame {
  readonly height: number;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** Whether the block is unreachable. */
  readonly isDead: boolean;
}

/** Tracks the operands of a function body, to find their maximum size. */
export class OperandStack {
  greatestSize = 0;
  readonly #sizes: number[] = [];
  readonly #frames: Frame[] = [];
  #size = 0;
  /** After a jump the operands are unknown until the block ends, and need not be known. */
  #isDead = false;

  get depth(): number {
    return this.#frames.length;
  }

  push(size: number): void {
    if (this.#isDead || size === 0) return;
    this.#sizes.push(size);
    this.#size += size;
    if (this.#size > this.greatestSize) this.greatestSize = this.#size;
  }

  pop(count: number): void {
    if (this.#isDead) return;
    for (let i = 0; i < count; i++) {
      const size = this.#sizes.pop();
      if (size === undefined) throw new WasmError('operand stack underflow');
      this.#size -= size;
    }
  }

  /** The size of the topmost operand. */
  get top(): number {
    return this.#sizes.at(-1) ?? 0;
  }

  enter(parameters: readonly number[], results: readonly number[]): void {
    const height = Math.max(0, this.#sizes.length - parameters.length);
    this.#frames.push({ height, parameters, results, isDead: this.#isDead });
  }

  /** The other branch of an `if` starts with the same operands. */
  otherwise(): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) throw new WasmError('else without if');
    this.#isDead = frame.isDead;
    this.#cutTo(frame.height);
    for (const size of frame.parameters) this.push(size);
  }

  leave(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) throw new WasmError('end without block');
    this.#isDead = frame.isDead;
    this.#cutTo(frame.height);
    for (const size of frame.results) this.push(size);
  }

  /** What follows is unreachable. */
  jump(): void {
    this.#isDead = true;
  }

  #cutTo(height: number): void {
    if (this.#isDead) return;
    while (this.#sizes.length > height) this.#size -= this.#sizes.pop() ?? 0;
  }
}
