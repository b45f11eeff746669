import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { guardLengths, refuseCrossSite } from './http-guard.server.ts';
import { answerRefusal } from './plain-page.server.tsx';

// Only a build gives it an address.
vi.mock('../app.css?url', () => ({ default: '/assets/app.css' }));

let server: Server;
let url: string;

beforeAll(async () => {
  const application = express();
  application.use(guardLengths(answerRefusal));
  application.use(refuseCrossSite({ publicOrigin: null, refuse: answerRefusal }));
  application.use((_request, response) => void response.send('ok'));
  server = createServer(application);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const long = 'x'.repeat(5_000);
const page = { Accept: 'text/html,*/*', 'Accept-Language': 'en' };

const cases: [string, number, string, RequestInit & { path: string }][] = [
  ['a long address', 414, 'ADDRESS_TOO_LONG', { path: `/login?to=${long}` }],
  ['a long part of it', 414, 'ADDRESS_TOO_LONG', { path: `/chat/${'x'.repeat(200)}` }],
  ['a long field of it', 400, 'FIELD_TOO_LONG', { path: `/login?to=/${'x'.repeat(1_100)}` }],
  ['a field with U+0000', 400, 'FIELD_INVALID', { path: '/login?to=/%00' }],
  [
    'a long header',
    431,
    'HEADER_TOO_LONG',
    { path: '/login', headers: { Cookie: long.repeat(3) } },
  ],
  ['a long body', 413, 'BODY_TOO_LARGE', { path: '/signup', method: 'POST', body: long.repeat(4) }],
  [
    'a form of another site',
    403,
    'CROSS_SITE_REQUEST',
    { path: '/login', method: 'POST', body: 'a', headers: { Origin: 'https://evil.example' } },
  ],
];

/** As it stands: \`fetch\` would resolve it first. */
function ask(path: string): Promise<{ status: number; body: string }> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ port, path, method: 'POST', headers: { 'Content-Length': 0 } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

test.each([
  '/x/../api/auth/reset-password',
  '/x/%2e%2E/api/auth/reset-password',
  '/./api/auth/reset-password',
  '/x/.%2e/api/auth/reset-password',
  '/x\\..\\api/auth/reset-password',
  '//api/auth/reset-password',
  '/login/%00',
])('a path that others would read otherwise is refused: %s', async (path) => {
  const { status, body } = await ask(path);
  expect([status, JSON.parse(body).error]).toEqual([400, 'ADDRESS_INVALID']);
});

test.each(cases)('%s: a person gets a page, a program JSON', async (_, status, code, asked) => {
  const { path, headers, ...init } = asked;
  const shown = await fetch(`${url}${path}`, { ...init, headers: { ...page, ...headers } });
  expect([shown.status, shown.headers.get('Content-Type')]).toEqual([
    status,
    'text/html; charset=utf-8',
  ]);
  expect(shown.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(shown.headers.get('Cache-Control')).toBe('no-store');
  const text = await shown.text();
  expect(text).toContain('<html lang="en"');
  expect(text).toContain('This could not be opened');
  expect(text).not.toContain(code);
  const told = await fetch(`${url}${path}`, { ...init, ...(headers && { headers }) });
  expect([told.status, (await told.json()).error]).toEqual([status, code]);
});

test('what is of its length passes', async () => {
  expect(await (await fetch(`${url}/login?to=/home`, { headers: page })).text()).toBe('ok');
});
