import { expect, test } from 'vitest';
import { logInPath, wayBack } from './way-back.ts';

const host = 'https://choonsim.example';

test.each([
  ['/wallet', '/login?to=%2Fwallet'],
  ['/chat/mir?before=m%2F7&x=', '/login?to=%2Fchat%2Fmir%3Fbefore%3Dm%252F7%26x%3D'],
  ['/wallet.data?_routes=routes%2Fwallet', '/login?to=%2Fwallet'],
  ['/chat/mir.data?before=7&_routes=a', '/login?to=%2Fchat%2Fmir%3Fbefore%3D7'],
  ['/home', '/login'],
  ['/home.data', '/login'],
])('kept from %s, log-in is %s', (page, path) => {
  expect(logInPath(new Request(`${host}${page}`))).toBe(path);
});

test('a form redirects back to its page', () => {
  const request = new Request(`${host}/account.data?_routes=a`, { method: 'POST' });
  expect(logInPath(request)).toBe('/login?to=%2Faccount');
});

test.each([
  ['to=%2Fchat%2Fmir%3Fbefore%3D7', '/chat/mir?before=7'],
  ['', '/home'],
  ['to=', '/home'],
  ['to=https%3A%2F%2Fevil.example', '/home'],
  ['to=%2F%2Fevil.example', '/home'],
  ['to=%2F%5Cevil.example', '/home'],
])('from ?%s the way back is %s', (search, page) => {
  expect(wayBack(new URLSearchParams(search))).toBe(page);
});
