import { expect, test } from 'vitest';
import { areCookiesBlocked } from './cookie-check.server.ts';

const post = (headers: Record<string, string>) =>
  new Request('http://localhost/signup', { method: 'POST', headers });

test.each([
  ['a browser without a cookie', { 'Sec-Fetch-Site': 'same-origin' }, true],
  ['a browser with any', { 'Sec-Fetch-Site': 'same-origin', Cookie: 'kept=dHJ1ZQ%3D%3D' }, false],
  ['a program', {}, false],
])('%s', (_, headers, isBlocked) => {
  expect(areCookiesBlocked(post(headers))).toBe(isBlocked);
});
