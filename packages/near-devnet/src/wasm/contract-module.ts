import { sha256 } from '../bytes/hash.ts';
import { instrument } from './instrument.ts';
import { type InstrumentedModule, type InstrumentLimits, PrepareError } from './module-content.ts';

/** A contract ready to be instantiated. */
export interface ContractModule extends Omit<InstrumentedModule, 'bytes'> {
  readonly module: WebAssembly.Module;
  readonly codeLength: number;
  readonly memories: MemoryPool;
}

// Compiled contracts use memory outside the heap; a development chain has a handful.
const MAX_CACHED = 64;

// Clearing more pages than this takes longer than allocating new memory.
const MAX_REUSED_PAGES = 64;

/**
 * The memory of a contract's calls. New memory for each call would keep the garbage collector busy, so memory that did
 * not grow is cleared and reused.
 */
export class MemoryPool {
  readonly #initial: number;
  readonly #maximum: number;
  #spare: WebAssembly.Memory | null = null;

  constructor({ initial, maximum }: { initial: number; maximum: number }) {
    this.#initial = initial;
    this.#maximum = maximum;
  }

  /** Memory of the initial size, all zeros. */
  take(): WebAssembly.Memory {
    const spare = this.#spare;
    this.#spare = null;
    return spare ?? new WebAssembly.Memory({ initial: this.#initial, maximum: this.#maximum });
  }

  /** Returns memory that is no longer used. */
  giveBack(memory: WebAssembly.Memory): void {
    const hasGrown = memory.buffer.byteLength !== this.#initial * 65_536;
    if (hasGrown || this.#initial > MAX_REUSED_PAGES) return;
    new Uint8Array(memory.buffer).fill(0);
    this.#spare = memory;
  }
}

/** Instruments and compiles contracts, with a cache. */
export class ContractModules {
  readonly #limits: InstrumentLimits;
  /** By the hash of the code, the most recently used one last. */
  readonly #cache = new Map<string, ContractModule | PrepareError>();
  /** Most calls pass the same array as the call before. */
  readonly #hashes = new WeakMap<Uint8Array, string>();

  constructor(limits: InstrumentLimits) {
    this.#limits = limits;
  }

  /** The contract with this code; throws PrepareError if the protocol does not allow it. */
  get(code: Uint8Array): ContractModule {
    let hash = this.#hashes.get(code);
    if (hash === undefined) {
      hash = sha256(code);
      this.#hashes.set(code, hash);
    }
    const found = this.#cache.get(hash) ?? prepare(code, this.#limits);
    this.#cache.delete(hash);
    this.#cache.set(hash, found);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= MAX_CACHED) break;
      this.#cache.delete(oldest);
    }
    if (found instanceof PrepareError) throw found;
    return found;
  }
}

function prepare(code: Uint8Array, limits: InstrumentLimits): ContractModule | PrepareError {
  try {
    // A copy, since shared memory cannot be validated.
    if (!WebAssembly.validate(Uint8Array.from(code))) return new PrepareError('Deserialization');
    const { bytes, ...content } = instrument(code, limits);
    const module = new WebAssembly.Module(Uint8Array.from(bytes));
    const memories = new MemoryPool({
      initial: content.memoryPages,
      maximum: limits.maxMemoryPages,
    });
    return { ...content, module, codeLength: code.length, memories };
  } catch (error) {
    if (error instanceof PrepareError) return error;
    if (error instanceof WebAssembly.CompileError) return new PrepareError('Deserialization');
    throw error;
  }
}
