import { expect, test } from 'vitest';
import { refusalInit } from './auth-form.server.ts';

test('the status of a form that is shown again says whose the error is', () => {
  expect(refusalInit(['PASSWORD_TOO_SHORT'])).toEqual({ status: 400 });
  expect(refusalInit(['FAILED'])).toEqual({ status: 500 });
  expect(refusalInit(['BUSY'])).toEqual({ status: 503 });
  const limit = { error: 'TOO_MANY_REQUESTS', scope: 'you', retryAfterSeconds: 7 } as const;
  expect(refusalInit([limit])).toMatchObject({ status: 429, headers: { 'Retry-After': '7' } });
});
