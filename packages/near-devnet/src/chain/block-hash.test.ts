import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../bytes/hash.ts';
import { BlockHashes } from './block-hash.ts';

const hashes = new BlockHashes(sha256('a chain'));

test('only its own chain reads the height from a block hash', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (height) => {
      expect(hashes.heightOf(hashes.at(height))).toBe(height);
      expect(new BlockHashes(sha256('another')).heightOf(hashes.at(height))).toBeNull();
    }),
  );
});

test('any other 32 bytes are not a block hash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      expect(hashes.heightOf(Buffer.from(bytes).toString('hex'))).toBeNull();
    }),
  );
});

test('a reverted block is no longer known', () => {
  const forked = new BlockHashes(sha256('a chain'));
  const before = forked.at(7);
  forked.fork(7);
  expect(forked.heightOf(before)).toBeNull();
  expect(forked.heightOf(forked.at(7))).toBe(7);
});
