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
  const alone = trie.visitedNodes('x');
  trie.add('x');
  expect(trie.visitedNodes('x')).toBe(alone + 2);
  // Both begin with the nibble 7: a path and a branch, then a leaf each.
  trie.add('y');
  expect(trie.visitedNodes('x')).toBe(alone + 4);
  expect(trie.visitedNodes('z')).toBe(alone + 2);
});
