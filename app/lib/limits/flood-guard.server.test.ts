import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { answerLimit } from '../http/plain-page.server.tsx';
import { configureEnvironment, env } from '../settings/env.server.ts';
import { limitRate } from './flood-guard.server.ts';

// Only a build gives it an address.
vi.mock('../../app.css?url', () => ({ default: '/assets/app.css' }));

/** Users by their session tokens. */
const users = new Map<string, string>();
const findUser = async (token: string) => users.get(token) ?? null;

const guard = limitRate(answerLimit, findUser);
let server: Server;
let url: string;

beforeAll(async () => {
  configureEnvironment({
    BETTER_AUTH_SECRET: 's'.repeat(40),
    WALLET_ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
  });
  const application = express();
  application.use(guard, (_request, response) => void response.send('ok'));
  server = createServer(application);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

interface Asked {
  readonly address: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

const ask = ({ address, path = '/home', method = 'POST', headers = {} }: Asked) =>
  fetch(`${url}${path}`, { method, headers: { [CLIENT_ADDRESS_HEADER]: address, ...headers } });

/** How many of these requests, sent in sequence without connections, are accepted. */
async function countPassed(asked: Asked, cookies: Iterable<string>, by = guard): Promise<number> {
  const { address, path = '/home', method = 'POST' } = asked;
  let passed = 0;
  for (const cookie of cookies) {
    const request = { method, path, headers: { cookie }, get: () => address };
    const response = { status: () => response, set: () => response, json: () => undefined };
    await by(request as never, response as never, () => {
      passed += 1;
    });
  }
  return passed;
}

/** Uses up the changes of a minute. */
async function useUp({ headers = {}, ...asked }: Asked): Promise<void> {
  await countPassed(asked, Array(120).fill(headers.Cookie ?? ''));
}

function liveSession(token: string, userId = token): string {
  users.set(token, userId);
  return signedSession(token);
}

function signedSession(token: string): string {
  const signature = createHmac('sha256', env().betterAuthSecret).update(token).digest('base64');
  return `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

test('behind a shared address a signed-in user is not locked out by a neighbour', async () => {
  const address = '203.0.113.5';
  await useUp({ address });
  expect((await ask({ address })).status).toBe(429);
  expect((await ask({ address, path: '/healthz', method: 'GET' })).status).toBe(200);
  const signedIn = { address, headers: { Cookie: liveSession('ann') } };
  expect((await ask(signedIn)).status).toBe(200);
  await useUp(signedIn);
  const own = await ask(signedIn);
  expect([own.status, await own.json()]).toMatchObject([429, { scope: 'you' }]);
  expect((await ask({ address, headers: { Cookie: liveSession('bob') } })).status).toBe(200);
  const forged = { Cookie: 'better-auth.session_token=bob.AAAA' };
  expect((await ask({ address, headers: forged })).status).toBe(429);
});

test('neither an invalid cookie nor another session of one account has a limit of its own', async () => {
  const address = '203.0.113.11';
  const ended = Array.from({ length: 120 }, (_, index) => signedSession(`ended-${index}`));
  expect(await countPassed({ address }, ended)).toBe(120);
  expect((await ask({ address, headers: { Cookie: signedSession('ended') } })).status).toBe(429);
  expect((await ask({ address })).status).toBe(429);
  for (let change = 0; change < 120; change += 1) {
    const own = liveSession(`many-${change}`, 'carol');
    await countPassed({ address: `198.51.100.${change}` }, [own]);
  }
  const further = { Cookie: liveSession('one more', 'carol') };
  const refused = await ask({ address: '203.0.113.200', headers: further });
  expect([refused.status, await refused.json()]).toMatchObject([429, { scope: 'you' }]);
});

test('many accounts in one network have a common limit, too', async () => {
  const address = '203.0.113.12';
  const cookies = Array.from({ length: 3_000 }, (_, index) => liveSession(`account-${index}`));
  expect(await countPassed({ address }, cookies)).toBe(120 * 16);
});

test('readiness can be queried often, but not without limit', async () => {
  const probe = { address: '203.0.113.13', path: '/readyz', method: 'GET' };
  expect(await countPassed(probe, Array(1_300).fill(''))).toBe(1_200);
  expect(await countPassed({ ...probe, path: '/healthz' }, Array(1_300).fill(''))).toBe(1_300);
});

test('a browser gets a page in the visitor’s language, a program JSON', async () => {
  const address = '203.0.113.6';
  await useUp({ address });
  const page = (languages: string) =>
    ask({ address, headers: { Accept: 'text/html,*/*', 'Accept-Language': languages } });
  const korean = await page('ko-KR');
  expect(korean.status).toBe(429);
  expect(korean.headers.get('Content-Type')).toContain('text/html');
  expect(Number(korean.headers.get('Retry-After'))).toBeGreaterThan(0);
  const text = await korean.text();
  expect(text).toContain('<html lang="ko"');
  expect(text).toContain('네트워크');
  expect(text).toMatch(/\d+(초|분) 뒤에/);
  expect(await (await page('en')).text()).toMatch(/from your network.* in (1 minute|\d+ seconds)/);
  for (const path of ['/api/wallet', '/home.data']) {
    const answer = await ask({ address, path, headers: { Accept: 'text/html' } });
    expect(await answer.json()).toEqual({
      error: 'TOO_MANY_REQUESTS',
      scope: 'network',
      retryAfterSeconds: expect.any(Number),
    });
  }
});

test('this machine is not counted, and another address not towards its neighbour', async () => {
  await useUp({ address: '127.0.0.1' });
  expect((await ask({ address: '127.0.0.1' })).status).toBe(200);
  await useUp({ address: '203.0.113.7' });
  expect((await ask({ address: '203.0.113.8' })).status).toBe(200);
});
