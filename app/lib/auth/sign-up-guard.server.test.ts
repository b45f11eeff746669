import { afterEach, expect, test } from 'vitest';
import { guardSignUp, setSignUpHooks } from './sign-up-guard.server.ts';

afterEach(() => setSignUpHooks({}));

test('a failed captcha rejects the sign-up', async () => {
  setSignUpHooks({
    checkCaptcha: async ({ headers }) => headers.get('x-captcha-response') === 'ok',
  });
  const sign = (headers: Headers) =>
    guardSignUp({ email: 'ann@captcha.example', address: '127.0.0.1', headers });
  await expect(sign(new Headers())).rejects.toMatchObject({ statusCode: 403 });
  await sign(new Headers({ 'x-captcha-response': 'ok' }));
});
