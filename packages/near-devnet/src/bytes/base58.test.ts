import fc from 'fast-check';
import { baseDecode, baseEncode } from 'near-api-js';
import { expect, test } from 'vitest';
import { decodeBase58, encodeBase58 } from './base58.ts';

const anyBytes = fc
  .tuple(
    fc.integer({ min: 0, max: 40 }).map((length) => new Uint8Array(length)),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([zeros, rest]) => Buffer.concat([zeros, rest]));

test("base58 equals the client library's for any bytes, including leading zeros", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = encodeBase58(bytes);
      expect(text).toBe(baseEncode(bytes));
      expect(decodeBase58(text)).toEqual(bytes);
    }),
    { numRuns: 2_000 },
  );
});

test('any text is decoded as by the client library, or is null', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('1', '2', 'Z', 'z', 'k'), maxLength: 60 }),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(text, (given) => {
      let expected: Uint8Array | null = null;
      try {
        expected = Buffer.from(baseDecode(given));
      } catch {
        // Other characters.
      }
      expect(decodeBase58(given)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('base58 of the largest and the smallest hash', () => {
  const largest = new Uint8Array(32).fill(255);
  expect(encodeBase58(largest)).toBe('JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG');
  expect(encodeBase58(new Uint8Array(32))).toBe('1'.repeat(32));
});

test('a thousand long keys are read in bounded time', () => {
  const keys = Array.from({ length: 1_000 }, (_, index) => new Uint8Array(1_952).fill(index + 1));
  const before = performance.now();
  for (const key of keys) expect(decodeBase58(encodeBase58(key))).toHaveLength(1_952);
  // Two seconds on an idle machine; a general conversion takes 40.
  expect(performance.now() - before).toBeLessThan(15_000);
});
