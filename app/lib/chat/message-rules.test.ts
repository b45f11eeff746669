import { expect, test } from 'vitest';
import { findMessageError } from './message-rules.ts';

test.each([
  '',
  ' \t\r\n\u00a0\u2028',
  '\u200b\u200c\u200d\u2060\ufeff',
  '\u3164',
  '\u115f\u1160\uffa0',
  '\u2800\u2800',
  '\ufe0f\u{e0100}',
  '\u{e0041}\u{e0042}\u{e007f}',
  '\u200e\u200f\u202a\u202e\u2066\u2069\u061c',
  '\u00ad\u034f\u180e',
  '\ufff9\ufffa\ufffb\u{1d159}',
  '\u0000\u0007',
])('the message %j shows nothing and is refused', (text) => {
  expect(findMessageError(text)).toBe('MESSAGE_EMPTY');
});

test.each([
  'ㅇ',
  '\u3164유리\u200b',
  '\u202eabc\u202c',
  '👩‍👩‍👧‍👦',
  '❤️',
  '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  'مرحبا\u200fb',
  '…',
  '\u28ff',
])('the message %j is taken', (text) => {
  expect(findMessageError(text)).toBeNull();
});
