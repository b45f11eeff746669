import { expect, test } from 'vitest';
import { textStart } from './text-start.ts';

test.each([
  ['봄바람', 2, '봄바'],
  ['봄', 5, '봄'],
  ['', 5, ''],
  ['a🌸🌸', 2, 'a🌸'],
  ['👩‍👩‍👧‍👦와 산책', 1, '👩‍👩‍👧‍👦'],
  ['🇰🇷🇰🇷', 1, '🇰🇷'],
  ['e\u0301te\u0301', 1, 'e\u0301'],
])('%s, %i', (text, characters, start) => {
  expect(textStart(text, characters)).toBe(start);
});

test('no character is split, wherever the text is cut', () => {
  for (let before = 0; before < 6; before++) {
    const start = textStart('a'.repeat(before) + '🌸'.repeat(10), 5);
    expect(start.isWellFormed()).toBe(true);
  }
});
