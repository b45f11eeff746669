import { expect, test } from 'vitest';
import { findNameError } from './account-rules.ts';

test.each([
  ['', 'NAME_MISSING'],
  ['\u200b', 'NAME_MISSING'],
  ['\u200b \u2060', 'NAME_MISSING'],
  ['\u3164', 'NAME_MISSING'],
  ['\u2800', 'NAME_MISSING'],
  ['\ufe0f', 'NAME_MISSING'],
  ['\u115f\u1160\uffa0', 'NAME_MISSING'],
  ['\u{e0041}\u{e007f}', 'NAME_MISSING'],
  ['\u202e\u200f\u2066', 'NAME_MISSING'],
  ['\ufffb', 'NAME_MISSING'],
  ['유\u202e리', 'NAME_UNREADABLE'],
  ['유\u200b리', 'NAME_UNREADABLE'],
  ['유\u200d리', 'NAME_UNREADABLE'],
  ['유\u0000리', 'NAME_UNREADABLE'],
  ['유\u2028리', 'NAME_UNREADABLE'],
  ['유\u3164리', 'NAME_UNREADABLE'],
  ['a\u{e0041}', 'NAME_UNREADABLE'],
  ['가'.repeat(51), 'NAME_TOO_LONG'],
])('the name %j is refused: %s', (name, error) => {
  expect(findNameError(name)).toBe(error);
});

test.each([
  '유리',
  "Zoë O'Neil-Kim",
  'مريم',
  '👩‍👩‍👧‍👦',
  '👩🏽‍🚀 달',
  '🏳️‍🌈',
  '❤️‍🔥',
  '🇰🇷',
  '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '가'.repeat(50),
])('the name %j is taken', (name) => {
  expect(findNameError(name)).toBeNull();
});
