import { sha256 } from '../bytes/hash.ts';
import {
  type InstrumentedModule,
  type InstrumentLimits,
  instrument,
  PrepareError,
} from './instrument.ts';

/** A contract ready to be instantiated. */
export interface ContractModule extends Omit<InstrumentedModule, 'bytes'> {
  readonly module: WebAssembly.Module;
  readonly codeLength: number;
}

// Compiled contracts take memory beyond our own; a development chain has a handful.
const MAX_CACHED = 64;

/** Prepares and compiles contracts, each code once. */
export class ContractModules {
  readonly #limits: InstrumentLimits;
  /** By the hash of the code, the one used last at the end. */
  readonly #cache = new Map<string, ContractModule | PrepareError>();
  /** Most calls bring the very bytes that the last one brought. */
  readonly #hashes = new WeakMap<Uint8Array, string>();

  constructor(limits: InstrumentLimits) {
    this.#limits = limits;
  }

  /** The contract with this code; throws PrepareError for one the protocol does not let run. */
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
    // A copy, since what is validated must not be shared memory.
    if (!WebAssembly.validate(Uint8Array.from(code))) return new PrepareError('Deserialization');
    const { bytes, ...content } = instrument(code, limits);
    const module = new WebAssembly.Module(Uint8Array.from(bytes));
    return { ...content, module, codeLength: code.length };
  } catch (error) {
    if (error instanceof PrepareError) return error;
    if (error instanceof WebAssembly.CompileError) return new PrepareError('Deserialization');
    throw error;
  }
}
