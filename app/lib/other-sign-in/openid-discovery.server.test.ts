import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configureEnvironment } from '../settings/env.server.ts';
import { discoverOpenId, openIdEndpoints } from './openid-discovery.server.ts';

let server: Server;
let url = '';
let answer: { status: number; body: string } = { status: 200, body: '' };

beforeAll(async () => {
  server = createServer((_request, response) => {
    const location = answer.status === 302 ? { location: `${url}/elsewhere` } : {};
    response.writeHead(answer.status, location).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  configureEnvironment({
    DATA_DIR: tmpdir(),
    LOG_LEVEL: 'silent',
    BETTER_AUTH_SECRET: 'a-secret-of-these-tests-of-32-characters',
    WALLET_ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
    SIGN_IN_OPENID_ID: 'choonsim',
    SIGN_IN_OPENID_SECRET: 'secret',
    SIGN_IN_OPENID_ISSUER: `${url}/`,
    SIGN_IN_OPENID_NAME: 'Example ID',
  });
});
afterAll(() => void server.close());

const endpoints = () => ({
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  userinfo_endpoint: `${url}/userinfo`,
});

test.each<[string, () => typeof answer]>([
  ['is away', () => ({ status: 503, body: '' })],
  ['says nothing of use', () => ({ status: 200, body: '<html>' })],
  ['leads elsewhere', () => ({ status: 302, body: '' })],
  [
    'is another one',
    () => ({
      status: 200,
      body: JSON.stringify({ issuer: 'https://evil.example', ...endpoints() }),
    }),
  ],
  [
    'lacks an address',
    () => ({
      status: 200,
      body: JSON.stringify({ issuer: url, ...endpoints(), token_endpoint: undefined }),
    }),
  ],
  [
    'talks without end',
    () => ({
      status: 200,
      body: JSON.stringify({ issuer: url, ...endpoints(), more: 'x'.repeat(200_000) }),
    }),
  ],
])('a provider that %s is not offered', async (_, make) => {
  answer = make();
  let isFound = false;
  await discoverOpenId(() => {
    isFound = true;
  });
  expect([isFound, openIdEndpoints()]).toEqual([false, null]);
});

test('one that says where it does what is', async () => {
  answer = { status: 200, body: JSON.stringify({ issuer: url, ...endpoints() }) };
  await discoverOpenId(() => {});
  expect(openIdEndpoints()).toEqual({
    authorization: `${url}/authorize`,
    token: `${url}/token`,
    userInfo: `${url}/userinfo`,
  });
});
