import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  isAccountId,
  isDirectSubAccountOf,
  newAccountId,
  requireParentId,
} from './near-account.ts';

describe('an account id', () => {
  it.each(['ok', 'a.b', 'bowen', 'ek-2', 'ek.near', 'com', '100', 'a-b_c.d', '0'.repeat(64)])(
    'may be %s',
    (id) => {
      expect(isAccountId(id)).toBe(true);
    },
  );

  it.each([
    '',
    'a',
    '0'.repeat(65),
    'Bob',
    'a b',
    '-a',
    'a-',
    'a--b',
    'a_-b',
    '.near',
    'near.',
    'a..near',
    'a@near',
    '춘심.near',
    'a.near\n',
  ])('may not be %j', (id) => {
    expect(isAccountId(id)).toBe(false);
  });
});

describe('a direct sub-account', () => {
  const isChild = (accountId: string) => isDirectSubAccountOf({ accountId, parentId: 'b.near' });

  it('is one label before the parent', () => {
    expect(isChild('a.b.near')).toBe(true);
    expect(isChild('a-1.b.near')).toBe(true);
  });

  // The last three pass a check by `endsWith` without its dot.
  it.each([
    'b.near',
    'x.a.b.near',
    '.b.near',
    'A.b.near',
    'a_.b.near',
    'ab.near',
    'a.bb.near',
    'x-b.near',
  ])('is not %s', (accountId) => {
    expect(isChild(accountId)).toBe(false);
  });
});

describe('the account that pays', () => {
  const longest = `${'a'.repeat(42)}.near`;

  it.each(['ok', 'choonsim.near', longest])('may be %s', (text) => {
    expect(() => requireParentId(text)).not.toThrow();
    const accountId = newAccountId({ parentId: text, randomBytes: (size) => new Uint8Array(size) });
    expect(isAccountId(accountId)).toBe(true);
  });

  it.each(['', 'a', 'Ann.near', `a${longest}`, '0'.repeat(64)])('must not be %j', (text) => {
    expect(() => requireParentId(text)).toThrow(/at most 47 characters/);
  });
});

describe('a new account id', () => {
  const parentId = 'choonsim.devnet';

  it('is a direct sub-account with a label of 16 characters', () => {
    const ids = Array.from({ length: 500 }, () => newAccountId({ parentId, randomBytes }));
    for (const accountId of ids) {
      expect(accountId).toMatch(/^[a-z0-9]{16}\.choonsim\.devnet$/);
      expect(isDirectSubAccountOf({ accountId, parentId })).toBe(true);
    }
    expect(new Set(ids).size).toBe(500);
  });

  it('uses every character equally: bytes that would favour some are discarded', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const answers = [new Uint8Array(16).fill(byte)];
      const label = newAccountId({
        parentId,
        randomBytes: (size) => answers.shift() ?? new Uint8Array(size).fill(0),
      }).slice(0, 16);
      // The last four bytes are thrown away, so that the answer after them counts instead.
      const character = byte < 252 ? label.slice(0, 1) : 'none';
      counts.set(character, (counts.get(character) ?? 0) + 1);
      if (byte >= 252) expect(label).toBe('a'.repeat(16));
    }
    expect(counts.get('none')).toBe(4);
    counts.delete('none');
    expect(counts.size).toBe(36);
    expect(new Set(counts.values())).toEqual(new Set([7]));
  });

  it('discards 252 to 255 even when nothing else comes for a while', () => {
    const answers = [new Uint8Array(16).fill(255), new Uint8Array(16).fill(252)];
    const biased = (size: number) => answers.shift() ?? new Uint8Array(size).fill(35);
    expect(newAccountId({ parentId, randomBytes: biased })).toBe(`${'9'.repeat(16)}.${parentId}`);
  });
});
