import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBaseUnits, toDecimal, toMicroCost, toMicroFunds, yoctoPerNear } from './amounts.ts';

const decimals = fc.integer({ min: 0, max: 24 });
/** Up to the whole supply of CHOCO, and of NEAR. */
const amount = fc.bigInt({ min: 0n, max: 2n * 10n ** 33n });

describe('amounts', () => {
  it('are whole tokens in text and base units in code', () => {
    expect(toBaseUnits('100', 18)).toBe(100n * 10n ** 18n);
    expect(toBaseUnits('0.1', 24)).toBe(yoctoPerNear / 10n);
    expect(toBaseUnits('007.50', 6)).toBe(7_500_000n);
    expect(toBaseUnits('5', 0)).toBe(5n);
    expect(toDecimal(1_500_000n, 6)).toBe('1.5');
    expect(toDecimal(100n * 10n ** 18n, 18)).toBe('100');
    expect(toDecimal(1n, 18)).toBe('0.000000000000000001');
    expect(toDecimal(0n, 18)).toBe('0');
    expect(toDecimal(7n, 0)).toBe('7');
  });

  it('survive a round trip', () => {
    fc.assert(
      fc.property(amount, decimals, (baseUnits, places) => {
        expect(toBaseUnits(toDecimal(baseUnits, places), places)).toBe(baseUnits);
      }),
      { seed: 7 },
    );
  });

  it.each([
    '',
    ' ',
    '1 ',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1.',
    '.5',
    '1,5',
    '1.2.3',
    'NaN',
    'Infinity',
    '١',
    '1\n',
  ])('are refused unless they are plain decimals: %j', (text) => {
    expect(() => toBaseUnits(text, 18)).toThrow(RangeError);
  });

  it('are refused with more places than the unit has, never truncated', () => {
    expect(() => toBaseUnits('0.0000001', 6)).toThrow(RangeError);
    expect(() => toBaseUnits('1.0', 0)).toThrow(RangeError);
  });

  it('in millionths: costs round up, funds round down, exact ones stay', () => {
    expect(toMicroCost(1n, 24)).toBe(1);
    expect(toMicroFunds(1n, 24)).toBe(0);
    expect(toMicroCost(0n, 24)).toBe(0);
    expect(toMicroCost(yoctoPerNear, 24)).toBe(1_000_000);
    expect(toMicroFunds(yoctoPerNear, 24)).toBe(1_000_000);
    expect(toMicroCost(1n, 3)).toBe(1_000);
    fc.assert(
      fc.property(amount, decimals, (baseUnits, places) => {
        const unit = 10n ** BigInt(places);
        const cost = BigInt(toMicroCost(baseUnits, places));
        const funds = BigInt(toMicroFunds(baseUnits, places));
        fc.pre(cost <= BigInt(2 ** 52));
        expect(cost * unit).toBeGreaterThanOrEqual(baseUnits * 1_000_000n);
        expect(funds * unit).toBeLessThanOrEqual(baseUnits * 1_000_000n);
        expect(cost - funds).toBeLessThanOrEqual(1n);
      }),
      { seed: 7 },
    );
  });

  it('in millionths fit into the integers of a database, whatever a token shows', () => {
    const most = toMicroFunds(10n ** 39n - 1n, 0);
    expect(most).toBe(2 ** 52);
    expect(toMicroFunds(BigInt(2 ** 52) - 1n, 6)).toBe(2 ** 52 - 1);
    expect(toMicroFunds(BigInt(2 ** 52) + 1n, 6)).toBe(most);
  });

  it('of any sum never promise more than there is', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 24n }), { maxLength: 50 }), (costs) => {
        const spent = costs.reduce((sum, cost) => sum + cost, 0n);
        const counted = costs.reduce((sum, cost) => sum + toMicroCost(cost, 24), 0);
        expect(counted).toBeGreaterThanOrEqual(toMicroFunds(spent, 24));
      }),
      { seed: 7 },
    );
  });
});
