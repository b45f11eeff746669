import fc from 'fast-check';
import { baseEncode } from 'near-api-js';
import { expect, test } from 'vitest';
import { encodeBase58 } from './base58.ts';

test("base58 equals the client library's for any bytes, including leading zeros", () => {
  const zeros = fc.integer({ min: 0, max: 40 }).map((length) => new Uint8Array(length));
  const bytes = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(zeros, bytes, (front, rest) => {
      const all = Buffer.concat([front, rest]);
      expect(encodeBase58(all)).toBe(baseEncode(all));
    }),
    { numRuns: 2_000 },
  );
});

test('base58 of the largest and the smallest hash', () => {
  const largest = new Uint8Array(32).fill(255);
  expect(encodeBase58(largest)).toBe('JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG');
  expect(encodeBase58(new Uint8Array(32))).toBe('1'.repeat(32));
});
