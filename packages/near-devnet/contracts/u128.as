// 128-bit unsigned integers, as far as amounts need them. AssemblyScript.

export class U128 {
  constructor(
    readonly low: u64,
    readonly high: u64,
  ) {}

  static readonly ZERO: U128 = new U128(0, 0);

  /** Digits only; null for anything else and for what is too large. */
  static parse(text: string): U128 | null {
    if (text.length == 0 || text.length > 39) return null;
    let value = U128.ZERO;
    for (let i = 0; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return null;
      const next = value.timesTenPlus(<u64>digit);
      if (next === null) return null;
      value = next;
    }
    return value;
  }

  get isZero(): bool {
    return this.low == 0 && this.high == 0;
  }

  lessThan(other: U128): bool {
    return this.high < other.high || (this.high == other.high && this.low < other.low);
  }

  plus(other: U128): U128 {
    const low = this.low + other.low;
    return new U128(low, this.high + other.high + (low < this.low ? 1 : 0));
  }

  minus(other: U128): U128 {
    return new U128(this.low - other.low, this.high - other.high - (this.low < other.low ? 1 : 0));
  }

  toString(): string {
    let digits = "";
    let high = this.high;
    let low = this.low;
    do {
      // Long division by ten, 32 bits at a time.
      let rest: u64 = high % 10;
      high /= 10;
      const upper = (rest << 32) | (low >> 32);
      rest = upper % 10;
      const lower = (rest << 32) | (low & 0xffffffff);
      low = ((upper / 10) << 32) | (lower / 10);
      digits = (lower % 10).toString() + digits;
    } while (high != 0 || low != 0);
    return digits;
  }

  private timesTenPlus(digit: u64): U128 | null {
    const lower = (this.low & 0xffffffff) * 10 + digit;
    const upper = (this.low >> 32) * 10 + (lower >> 32);
    const high = this.high * 10 + (upper >> 32);
    if (this.high > u64.MAX_VALUE / 10 || high < this.high * 10) return null;
    return new U128((upper << 32) | (lower & 0xffffffff), high);
  }
}
