import { expect, test } from 'vitest';
import { initialOf } from './initial.ts';

test.each([
  [' yuri', 'Y'],
  ['유리', '유'],
  ['🇰🇷 봄이', '🇰🇷'],
  ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ['e\u0301lan', 'E\u0301'],
  ['', ''],
])('%j begins with %j', (name, initial) => {
  expect(initialOf(name)).toBe(initial);
});
