import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTrie } from './key-trie.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'q', '0'), minLength: 1, maxLength: 6 });

test('the shape depends on the keys alone, not on how they came and went', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key), fc.uniqueArray(key), key, (kept, removed, asked) => {
      const direct = new KeyTrie();
      for (const each of kept) direct.add(each);
      const other = new KeyTrie();
      for (const each of [...removed, ...kept].reverse()) other.add(each);
      for (const each of removed) if (!kept.includes(each)) other.remove(each);
      expect(other.visitedNodes(asked)).toBe(direct.visitedNodes(asked));
    }),
  );
});

test('a lookup visits what lies on its way, and the value', () => {
  const trie = new KeyTrie();
  // The two above the data of contracts, as recorded on a chain where no contract had any.
  expect(trie.visitedNodes('x')).toBe(2);
  trie.add('x');
  expect(trie.visitedNodes('x')).toBe(2 + 2);
  // Recorded where another contract has data and this one none.
  expect(trie.visitedNodes('a')).toBe(2 + 1);
  expect(trie.visitedNodes('y')).toBe(2 + 1);
  // Both begin with the nibble 7: a path and a branch, then a leaf each.
  trie.add('y');
  expect(trie.visitedNodes('x')).toBe(2 + 4);
  expect(trie.visitedNodes('z')).toBe(2 + 2);
  trie.add('a');
  expect(trie.visitedNodes('x')).toBe(2 + 1 + 4);
  // A branch with a value and one way on is a branch.
  trie.add('yy');
  expect(trie.visitedNodes('y!')).toBe(trie.visitedNodes('y') - 1);
});
