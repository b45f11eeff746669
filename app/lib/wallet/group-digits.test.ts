import { expect, test } from 'vitest';
import { groupDigits } from './group-digits.ts';

test.each([
  ['0', '0'],
  ['100', '100'],
  ['1000', '1,000'],
  ['1234567.5', '1,234,567.5'],
  ['0.123456', '0.123456'],
  ['1000.123456789', '1,000.123456789'],
  ['-1234', '-1,234'],
])('%s is read as %s', (decimal, grouped) => {
  expect(groupDigits(decimal)).toBe(grouped);
});
