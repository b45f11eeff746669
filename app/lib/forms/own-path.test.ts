import { expect, test } from 'vitest';
import { ownPath } from './own-path.ts';

test.each(['/', '/home', '/chat/choonsim?before=3', '/%09/evil.example'])('%s stays', (path) => {
  expect(ownPath(path)).toBe(path);
});

test.each([
  '//evil.example',
  '/\\evil.example',
  // Browsers remove these from an address before they read it.
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\\evil.example',
  '\t//evil.example',
  '/home\r\nSet-Cookie: a=b',
  '/\u0000/evil.example',
  '/\u007f',
  '/한국',
  'https://evil.example',
  'javascript:alert(1)',
  'evil.example',
  '',
])('%j leads to the front page', (path) => {
  expect(ownPath(path)).toBe('/');
});
