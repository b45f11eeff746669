import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTrie } from './key-trie.ts';

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'q', '0'), minLength: 1, maxLength: 6 });

test('the shape depends only on the keys, not on the order of changes', () => {
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

test('a lookup visits the nodes on its path, and the value', () => {
  const trie = new KeyTrie();
  // The two nodes above contract data, as recorded on a chain without contract data.
  expect(trie.visitedNodes('x')).toBe(2);
  trie.add('x');
  expect(trie.visitedNodes('x')).toBe(2 + 2);
  // As recorded where only another contract has data.
  expect(trie.visitedNodes('a')).toBe(2 + 1);
  expect(trie.visitedNodes('y')).toBe(2 + 1);
  // Both start with the nibble 7: an extension and a branch, then a leaf each.
  trie.add('y');
  expect(trie.visitedNodes('x')).toBe(2 + 4);
  expect(trie.visitedNodes('z')).toBe(2 + 2);
  trie.add('a');
  expect(trie.visitedNodes('x')).toBe(2 + 1 + 4);
  // A branch with a value and one child stays a branch.
  trie.add('yy');
  expect(trie.visitedNodes('y!')).toBe(trie.visitedNodes('y') - 1);
});
