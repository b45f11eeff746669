import { isRouteErrorResponse, redirect, UNSAFE_ErrorResponseImpl } from 'react-router';
import { expect, test } from 'vitest';
import { isLostRequest, mayPass, orRefused } from './lost-request.ts';

const answer = (status: number) => new UNSAFE_ErrorResponseImpl(status, '', '');

test.each([
  [new TypeError('Failed to fetch'), true],
  [new TypeError('NetworkError when attempting to fetch resource.'), true],
  [new TypeError('Load failed'), true],
  [new Error('Unable to decode turbo-stream response'), true],
  [answer(503), true],
  [new TypeError("Cannot read properties of undefined (reading 'name')"), false],
  [new Error('Unexpected Server Error'), false],
  [answer(404), false],
])('%s is lost: %s', (error, isLost) => {
  expect(isLostRequest(error)).toBe(isLost);
});

test.each([
  [new TypeError('Failed to fetch'), true],
  [new Error('Unexpected Server Error'), true],
  [answer(500), true],
  [answer(429), true],
  [answer(404), false],
  [answer(423), false],
])('%s may pass: %s', (error, isPassing) => {
  expect(isRouteErrorResponse(error) || error instanceof Error).toBe(true);
  expect(mayPass(error)).toBe(isPassing);
});

const send = (error: unknown) =>
  orRefused(
    async () => {
      throw error;
    },
    (error) => ({ error }),
  );

test('a lost form is an error with a status that reloads nothing', async () => {
  const refusal = { data: { error: 'FAILED' }, init: { status: 503 } };
  expect(await send(new TypeError('Failed to fetch'))).toMatchObject(refusal);
  expect(await send(answer(502))).toMatchObject(refusal);
  expect(await send(answer(429))).toMatchObject({ data: { error: 'TOO_MANY_REQUESTS' } });
});

test('redirects and errors of the code pass through', async () => {
  const elsewhere = redirect('/home');
  await expect(send(elsewhere)).rejects.toBe(elsewhere);
  const error = new TypeError('undefined is not a function');
  await expect(send(error)).rejects.toBe(error);
});
