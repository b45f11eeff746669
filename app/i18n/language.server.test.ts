import { expect, test } from 'vitest';
import { languageOf, preferredLanguage } from './language.server.ts';

test.each([
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  ['en-US,en;q=0.9,ko;q=0.8', 'en'],
  ['de;q=1, ko;q=0.2, en;q=0.7', 'en'],
  ['en;q=0, ko', 'ko'],
  ['fr', null],
  ['', null],
  [';;;q=,', null],
])('Accept-Language "%s" asks for %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

test('defaults to Korean, and the cookie takes precedence over the header', async () => {
  const request = (headers: Record<string, string>) =>
    new Request('http://localhost/', { headers });
  expect(await languageOf(request({}))).toBe('ko');
  const cookie = `language=${btoa(JSON.stringify('en'))}`;
  expect(await languageOf(request({ 'Accept-Language': 'ko', Cookie: cookie }))).toBe('en');
});
