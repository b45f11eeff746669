import { HOST_COSTS, type HostCost } from '../rules/host-costs.ts';
import type { FeeName } from '../rules/protocol-config.ts';
import { gasExceeded, gasLimitExceeded, type HostError, integerOverflow } from './host-error.ts';

/** What counts the gas of one call; the instrumented contract takes from the same global. */
export interface GasGlobal {
  value: number;
}

/** What gas can be burnt for while a contract runs: a thing of the host, or sending a receipt or an action. */
export type GasCost = HostCost | FeeName;

/** A fee that is burnt for sending, however often it applies. */
export interface SentPart {
  readonly fee: FeeName;
  readonly gas: number;
}

/**
 * The gas of one call, in numbers: all amounts there are (1 PGas at most is attached) are exact in them. What is left
 * lies in the contract's own global, so that its instructions and the host take from one purse.
 */
export class GasMeter {
  readonly prepaid: number;
  readonly #profile = new Map<GasCost, number>();
  readonly #maxBurnt: number;
  #global: GasGlobal;
  /** Passed on to promises: used, and not burnt. */
  #promised = 0;

  /** @param maxBurnt what one call may burn, however much it was given */
  constructor(prepaid: number, maxBurnt: number) {
    this.prepaid = prepaid;
    this.#maxBurnt = maxBurnt;
    this.#global = { value: prepaid };
  }

  /** From here on what is left lies in this global. */
  moveTo(global: GasGlobal): void {
    global.value = this.#global.value;
    this.#global = global;
  }

  /** Throws when nothing is left. */
  burn(gas: number): void {
    const left = this.#global.value - gas;
    this.#global.value = left;
    if (left < 0) throw this.fault();
  }

  /** Burns what a thing of the host costs, so many times; throws when nothing is left. */
  pay(cost: HostCost, count = 1): void {
    const gas = HOST_COSTS[cost] * count;
    if (gas >= 2 ** 64) throw integerOverflow();
    this.#record(cost, gas);
    this.burn(gas);
  }

  /** Burns a part and passes the rest on; throws when nothing is left. */
  pass({ sent, promised }: { sent: readonly SentPart[]; promised: number }): void {
    let burnt = 0;
    for (const { fee, gas } of sent) {
      this.#record(fee, gas);
      burnt += gas;
    }
    this.#promised += promised;
    this.burn(burnt + promised);
  }

  /** The error of a call that ran out of gas. */
  fault(): HostError {
    const wanted = this.prepaid - this.#promised - this.#global.value;
    return wanted > this.#maxBurnt ? gasLimitExceeded() : gasExceeded();
  }

  get isExceeded(): boolean {
    return this.#global.value < 0;
  }

  /** Burnt so far; of a call that ran out of gas, no more than it had. */
  get burnt(): number {
    return Math.min(this.prepaid - this.#promised - this.#global.value, this.prepaid);
  }

  get used(): number {
    return Math.min(this.prepaid - this.#global.value, this.prepaid);
  }

  /** What has been burnt so far for what; what is missing from the sum, instructions burnt. */
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
