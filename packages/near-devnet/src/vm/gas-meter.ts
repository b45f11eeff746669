import { gasExceeded, gasLimitExceeded, type HostError } from './host-error.ts';

/** What counts the gas of one call; the instrumented contract takes from the same global. */
export interface GasGlobal {
  value: number;
}

/**
 * The gas of one call, in numbers: all amounts there are (1 PGas at most is attached) are exact in them. What is left
 * lies in the contract's own global, so that its instructions and the host take from one purse.
 */
export class GasMeter {
  readonly prepaid: number;
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

  /** Burns a part and passes the rest on; throws when nothing is left. */
  pass({ burnt, promised }: { burnt: number; promised: number }): void {
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

  get left(): number {
    return Math.max(0, this.#global.value);
  }
}
