import { afterEach, expect, test } from 'vitest';
import { configureEnvironment } from './env.server.ts';
import { guardSignUp, networkOf, setSignUpHooks } from './sign-up-guard.server.ts';

const configure = (limits: Record<string, string>) =>
  configureEnvironment({
    BETTER_AUTH_SECRET: 's'.repeat(40),
    WALLET_ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
    ...limits,
  });
let attempts = 0;
const attempt = ({ address, domain }: { address: string; domain: string }) => {
  attempts += 1;
  return guardSignUp({ email: `ann${attempts}@${domain}`, address, headers: new Headers() });
};

afterEach(() => setSignUpHooks({}));

test('an address may sign up so often an hour, whatever e-mail it gives', async () => {
  configure({ SIGNUP_LIMIT_PER_IP: '2' });
  await attempt({ address: '203.0.113.1', domain: 'one.example' });
  await attempt({ address: '203.0.113.1', domain: 'two.example' });
  await expect(attempt({ address: '203.0.113.1', domain: 'three.example' })).rejects.toMatchObject({
    statusCode: 429,
  });
  await attempt({ address: '203.0.113.2', domain: 'one.example' });
});

test('an e-mail domain may sign up so often an hour, from whatever address', async () => {
  configure({ SIGNUP_LIMIT_PER_DOMAIN: '2' });
  await attempt({ address: '203.0.113.11', domain: 'farm.example' });
  await attempt({ address: '203.0.113.12', domain: 'FARM.example' });
  await expect(attempt({ address: '203.0.113.13', domain: 'farm.example' })).rejects.toMatchObject({
    statusCode: 429,
  });
  await attempt({ address: '203.0.113.13', domain: 'other.example' });
});

test('outside production there is no limit unless one is set', async () => {
  configure({});
  for (let times = 0; times < 100; times += 1) {
    await attempt({ address: '127.0.0.1', domain: 'localhost.example' });
  }
});

test('a captcha that is not passed refuses the sign-up', async () => {
  configure({});
  setSignUpHooks({
    checkCaptcha: async ({ headers }) => headers.get('x-captcha-response') === 'ok',
  });
  const sign = (headers: Headers) =>
    guardSignUp({ email: 'ann@captcha.example', address: '127.0.0.1', headers });
  await expect(sign(new Headers())).rejects.toMatchObject({ statusCode: 403 });
  await sign(new Headers({ 'x-captcha-response': 'ok' }));
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
  ['2001:0db8::7:1:2:3:4', '2001:db8:0:7::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
