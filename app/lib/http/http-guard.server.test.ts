import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  guardLengths,
  guardMethodAndHost,
  guardMethodOfDoor,
  refuseCrossSite,
} from './http-guard.server.ts';
import { answerRefusal } from './plain-page.server.tsx';

// Only a build gives it an address.
vi.mock('../../app.css?url', () => ({ default: '/assets/app.css' }));

let server: Server;
let url: string;

beforeAll(async () => {
  const application = express();
  application.use(guardMethodAndHost({ publicOrigin: null, refuse: answerRefusal }));
  application.use(guardLengths(answerRefusal));
  application.use(refuseCrossSite({ publicOrigin: null, refuse: answerRefusal }));
  application.use(guardMethodOfDoor(answerRefusal));
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

/** Unresolved: \`fetch\` would normalise the path first. */
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

test.each(cases)('%s: a browser gets a page, a program JSON', async (_, status, code, asked) => {
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

test('input within its length is accepted', async () => {
  expect(await (await fetch(`${url}/login?to=/home`, { headers: page })).text()).toBe('ok');
});

/** The status and error code of a raw response. */
function send(...lines: string[]): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
    });
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject).on('close', () => {
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(text) ?? [];
      const [, error = ''] = /"error":"(\w+)"/.exec(text) ?? [];
      resolve(`${status} ${error}`.trim());
    });
  });
}

test('a method that no route has is a 405 with the allowed ones', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'LINK', 'PURGE']) {
    expect(await send(`${method} /login HTTP/1.1`, 'Host: localhost')).toBe(
      '405 METHOD_NOT_ALLOWED',
    );
  }
});

test('an address without an action takes no form', async () => {
  const headers = ['Host: localhost', 'Content-Length: 0'];
  for (const path of ['/healthz', '/HEALTHZ/', '/metrics', '/api/wallet/status']) {
    expect(await send(`POST ${path} HTTP/1.1`, ...headers)).toBe('405 METHOD_NOT_ALLOWED');
    expect(await send(`HEAD ${path} HTTP/1.1`, ...headers)).toBe('200');
  }
  const message = '/api/chat/choonsim/messages/12345678';
  expect(await send(`GET ${message} HTTP/1.1`, ...headers)).toBe('405 METHOD_NOT_ALLOWED');
  expect(await send(`DELETE ${message} HTTP/1.1`, ...headers)).toBe('200');
});

test('an invalid host, a second one, or another name for this machine is a 400', async () => {
  const hosts = [
    '',
    'a b',
    '[::1',
    'localhost:99999',
    '%00',
    '1.2.3.4.5',
    'evil.example',
    'localhost@evil',
  ];
  for (const host of hosts) {
    expect(await send('GET /login HTTP/1.1', `Host: ${host}`), host).toBe('400 HOST_INVALID');
  }
  expect(await send('GET /login HTTP/1.0')).toBe('400 HOST_INVALID');
  expect(await send('GET /login HTTP/1.1', 'Host: localhost', 'Host: localhost')).toBe(
    '400 HOST_INVALID',
  );
  for (const host of ['localhost', 'LOCALHOST:3000', '127.0.0.1:1', '127.9.9.9', '[::1]:3000']) {
    expect(await send('GET /login HTTP/1.1', `Host: ${host}`), host).toBe('200');
  }
});
