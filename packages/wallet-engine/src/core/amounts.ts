/** Amounts are bigint base units everywhere in code: yoctoNEAR, and the token's smallest unit. */
export const yoctoPerNear = 10n ** 24n;

const decimalPattern = /^\d+(\.\d+)?$/;

/**
 * Base units of a decimal string: `("100", 18)` is 100 * 10^18.
 * @throws RangeError when it is no plain decimal number or has more places than the unit
 */
export function toBaseUnits(decimal: string, decimals: number): bigint {
  if (!decimalPattern.test(decimal)) throw new RangeError(`not a decimal amount: "${decimal}"`);
  const [whole = '', fraction = ''] = decimal.split('.');
  if (fraction.length > decimals) {
    throw new RangeError(`"${decimal}" has more than ${decimals} decimal places`);
  }
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** The shortest decimal string of an amount: `(1500000n, 6)` is "1.5". */
export function toDecimal(baseUnits: bigint, decimals: number): string {
  const digits = baseUnits.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction ? `${whole}.${fraction}` : whole;
}

/**
 * More than anybody pays out. Some tokens have 10^15 and more whole units: their millionths fit into no integer of
 * a database, and the reading would be refused. Half of what a number holds exactly, so that sums fit, too.
 */
const mostMicroFunds = 2 ** 52;

/**
 * Millionths of a whole unit, for sums in SQL: its integers have 64 bits, yoctoNEAR needs 128.
 * Costs are rounded up and funds down, so a sum never promises more than there is.
 */
export function toMicroCost(baseUnits: bigint, decimals: number): number {
  return Number(divideUp(baseUnits * 1_000_000n, 10n ** BigInt(decimals)));
}

export function toMicroFunds(baseUnits: bigint, decimals: number): number {
  return Math.min(Number((baseUnits * 1_000_000n) / 10n ** BigInt(decimals)), mostMicroFunds);
}

/** Base units of millionths, never fewer: the other way round than {@link toMicroCost}. */
export function fromMicroCost(micro: number, decimals: number): bigint {
  return divideUp(BigInt(micro) * 10n ** BigInt(decimals), 1_000_000n);
}

function divideUp(amount: bigint, by: bigint): bigint {
  return (amount + by - 1n) / by;
}
