import type { VmLimits } from '../rules/protocol-config.ts';
import type { CallEnvironment } from './call-environment.ts';
import { GasMeter } from './gas-meter.ts';
import { GuestMemory } from './guest-memory.ts';
import { balanceExceeded, HostError, limitExceeded, prohibitedInView } from './host-error.ts';
import { PromiseGraph } from './promise-graph.ts';

/** One running call of a contract: its effects so far, and what its host functions work with. */
export class HostCall {
  readonly environment: CallEnvironment;
  readonly limits: VmLimits;
  readonly gas: GasMeter;
  readonly memory: GuestMemory;
  readonly promises: PromiseGraph;
  readonly logs: string[] = [];
  value: Uint8Array = new Uint8Array(0);
  balanceYocto: bigint;
  storageUsage: number;
  #logLength = 0;

  constructor(environment: CallEnvironment) {
    this.environment = environment;
    this.limits = environment.config.vm;
    this.gas = new GasMeter(
      Number(environment.prepaidGas),
      Number(environment.config.maxTotalPrepaidGas),
    );
    this.memory = new GuestMemory(this.gas, this.limits);
    this.promises = new PromiseGraph(this.limits, () => environment.newDataId());
    this.balanceYocto = environment.balanceYocto;
    this.storageUsage = environment.storageUsage;
  }

  get logLength(): number {
    return this.#logLength;
  }

  requireNoView(methodName: string): void {
    if (this.environment.isView) throw prohibitedInView(methodName);
  }

  requireRoomForLog(): void {
    const limit = this.limits.maxLogs;
    if (this.logs.length < limit) return;
    throw new HostError(
      'NumberOfLogsExceeded',
      `The number of logs will exceed the limit ${limit}`,
      {
        limit,
      },
    );
  }

  /** Logs a text and burns what its bytes cost. */
  log(text: string, shown = text): void {
    const length = Buffer.byteLength(text);
    this.gas.pay('log_base');
    this.gas.pay('log_byte', length);
    const limit = this.limits.maxLogLength;
    this.#logLength += Buffer.byteLength(shown);
    if (this.#logLength > limit) {
      throw limitExceeded('TotalLogLengthExceeded', 'a log message', {
        length: this.#logLength + Buffer.byteLength(shown),
        limit,
      });
    }
    this.logs.push(shown);
  }

  spend(amountYocto: bigint): void {
    if (amountYocto > this.balanceYocto) throw balanceExceeded();
    this.balanceYocto -= amountYocto;
  }
}

/** The parameters and the result of a host function: `j` is i64, `i` is i32, as in `jj>j`. */
type Signature = `${string}>${'' | 'i' | 'j'}`;
type Implementation = (...parameters: bigint[]) => bigint | number | undefined;

export interface HostFunction {
  readonly signature: Signature;
  run(...parameters: (bigint | number)[]): bigint | number | undefined;
}

/** Host functions by name, as a contract imports them. */
export class HostFunctionTable {
  readonly functions = new Map<string, HostFunction>();
  readonly #call: HostCall;
  readonly #wanted: ReadonlySet<string>;

  /** @param wanted the names of the functions that the contract imports; others are omitted */
  constructor(call: HostCall, wanted: ReadonlySet<string>) {
    this.#call = call;
    this.#wanted = wanted;
  }

  /** A function without the base cost. */
  free(name: string, signature: Signature, implementation: Implementation): void {
    if (!this.#wanted.has(name)) return;
    const givesLong = signature.endsWith('>j');
    const run = (...parameters: (bigint | number)[]) => {
      const unsigned = parameters.map((value) =>
        typeof value === 'bigint' ? BigInt.asUintN(64, value) : BigInt(value >>> 0),
      );
      const result = implementation(...unsigned);
      if (result === undefined) return undefined;
      return givesLong ? BigInt.asIntN(64, BigInt(result)) : Number(result);
    };
    this.functions.set(name, { signature, run });
  }

  /** A function with the base cost. */
  priced(name: string, signature: Signature, implementation: Implementation): void {
    this.free(name, signature, (...parameters) => {
      this.#call.gas.pay('base');
      return implementation(...parameters);
    });
  }

  /** A priced function that is prohibited in a view. */
  changing(name: string, signature: Signature, implementation: Implementation): void {
    this.priced(name, signature, (...parameters) => {
      this.#call.requireNoView(name);
      return implementation(...parameters);
    });
  }
}
