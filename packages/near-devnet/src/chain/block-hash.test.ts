import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../bytes/hash.ts';
import { BlockHashes } from './block-hash.ts';

const hashes = new BlockHashes(sha256('a chain'));

test('a hash tells its height to its own chain only', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (height) => {
      expect(hashes.heightOf(hashes.at(height))).toBe(height);
      expect(new BlockHashes(sha256('another')).heightOf(hashes.at(height))).toBeNull();
    }),
  );
});

test('no other 32 bytes are a block', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      expect(hashes.heightOf(Buffer.from(bytes).toString('hex'))).toBeNull();
    }),
  );
});

test('a block that was taken back is not known any more', () => {
  const forked = new BlockHashes(sha256('a chain'));
  const before = forked.at(7);
  forked.fork(7);
  expect(forked.heightOf(before)).toBeNull();
  expect(forked.heightOf(forked.at(7))).toBe(7);
});
