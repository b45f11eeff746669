import { HOST_COSTS, type HostCost } from '../rules/host-costs.ts';
import type { FeeName } from '../rules/protocol-config.ts';
import { gasExceeded, gasLimitExceeded, type HostError, integerOverflow } from './host-error.ts';

/** The remaining gas of one call; the instrumented contract decrements the same global. */
export interface GasGlobal {
  value: number;
}

/** A cost that a running contract can burn gas for: of the host, or of sending a receipt or an action. */
export type GasCost = HostCost | FeeName;

/** A fee burnt for sending, with its total gas. */
export interface SentPart {
  readonly fee: FeeName;
  readonly gas: number;
}

/**
 * The gas of one call as numbers, which are exact for all amounts (at most 1 PGas is attached). The remaining gas is in
 * a global of the contract, which both its instructions and the host decrement.
 */
export class GasMeter {
  readonly prepaid: number;
  readonly #profile = new Map<GasCost, number>();
  readonly #maxBurnt: number;
  #global: GasGlobal;
  /** Gas passed on to promises: used but not burnt. */
  #promised = 0;

  /** @param maxBurnt the most that one call may burn, whatever is attached */
  constructor(prepaid: number, maxBurnt: number) {
    this.prepaid = prepaid;
    this.#maxBurnt = maxBurnt;
    this.#global = { value: prepaid };
  }

  /** From now on the remaining gas is in this global. */
  moveTo(global: GasGlobal): void {
    global.value = this.#global.value;
    this.#global = global;
  }

  /** Throws if the gas is exceeded. */
  burn(gas: number): void {
    const left = this.#global.value - gas;
    this.#global.value = left;
    if (left < 0) throw this.error();
  }

  /** Burns a host cost `count` times; throws if the gas is exceeded. */
  pay(cost: HostCost, count = 1): void {
    const gas = HOST_COSTS[cost] * count;
    if (gas >= 2 ** 64) throw integerOverflow();
    this.#record(cost, gas);
    this.burn(gas);
  }

  /** Burns gas for sending and passes gas on to promises; throws if the gas is exceeded. */
  pass({ sent, promised }: { sent: readonly SentPart[]; promised: number }): void {
    let burnt = 0;
    for (const { fee, gas } of sent) {
      this.#record(fee, gas);
      burnt += gas;
    }
    // More than can be attached is exceeded all the same; up to here the sums are exact.
    const passed = Math.min(promised, 2 ** 52);
    this.#promised += passed;
    this.burn(burnt + passed);
  }

  /** The error of a call that ran out of gas. */
  error(): HostError {
    const wanted = this.prepaid - this.#promised - this.#global.value;
    return wanted > this.#maxBurnt ? gasLimitExceeded() : gasExceeded();
  }

  get isExceeded(): boolean {
    return this.#global.value < 0;
  }

  /** Gas burnt so far; at most the prepaid gas. */
  get burnt(): number {
    return Math.min(this.prepaid - this.#promised - this.#global.value, this.prepaid);
  }

  get used(): number {
    return Math.min(this.prepaid - this.#global.value, this.prepaid);
  }

  /** Gas burnt so far by cost; the rest was burnt by instructions. */
  get profile(): ReadonlyMap<GasCost, number> {
    return this.#profile;
  }

  #record(cost: GasCost, gas: number): void {
    const burnt = Math.min(gas, Math.max(0, this.#global.value));
    if (burnt > 0) this.#profile.set(cost, (this.#profile.get(cost) ?? 0) + burnt);
  }

  get left(): number {
    return Math.max(0, this.#global.value);
  }
}
