import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { securityHeaders } from '../http/http-guard.server.ts';

const PAGE_POLICY = "default-src 'self'";
let server: Server;
let origin = '';

beforeAll(async () => {
  const application = express();
  application.use(securityHeaders({ isHttps: false }));
  // As React Router's adapter does it.
  application.use('/page', (_request, response) => {
    response.append('Content-Security-Policy', PAGE_POLICY);
    response.send('<p>');
  });
  application.use((_request, response) => response.send('data'));
  server = createServer(application);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test.each(['/page/nothing.txt', '/page/robots.svg', '/page/a.data', '/page', '/page/.env'])(
  'a page at %s has its own policy alone',
  async (path) => {
    const { headers } = await fetch(origin + path);
    expect(headers.get('content-security-policy')).toBe(PAGE_POLICY);
  },
);

test.each(['/api/x', '/healthz', '/assets/a.js', '/anything'])(
  'what is no page at %s loads nothing',
  async (path) => {
    const { headers } = await fetch(origin + path);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
  },
);
