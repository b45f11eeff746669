import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ExplainedError } from './explain-error.ts';
import { openPort } from './open-port.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

function newServer(): Server {
  const server = createServer();
  servers.push(server);
  return server;
}

const onLoopback = { port: 0, host: '127.0.0.1' };

it('is alive and not ready until the requests are handed over', async () => {
  const { port, handOver } = await openPort(newServer(), onLoopback);
  const url = `http://127.0.0.1:${port}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  for (const [path, method] of [
    ['/readyz', 'GET'],
    ['/', 'GET'],
    ['/api/auth/sign-up/email', 'POST'],
  ]) {
    const early = await fetch(url + path, { method: method ?? 'GET' });
    expect(early.status).toBe(503);
    expect(early.headers.get('retry-after')).toBe('1');
  }
  handOver((_request, response) => response.end('the app'));
  expect(await (await fetch(`${url}/readyz`)).text()).toBe('the app');
});

it('keeps an idle connection for longer than a balancer of 60 s does', async () => {
  const server = newServer();
  const { port, handOver } = await openPort(server, onLoopback);
  handOver((_request, response) => response.end('ok'));
  expect(server.keepAliveTimeout).toBeGreaterThanOrEqual(65_000);
  expect(server.keepAliveTimeout).toBeLessThanOrEqual(75_000);
  expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
  expect(server.requestTimeout).toBeGreaterThan(server.headersTimeout);
  const client = connect(port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [answer] = await once(client, 'data');
  expect(String(answer)).toMatch(/^Keep-Alive: timeout=7\d\r$/m);
  client.destroy();
});

it('says what to do when the port is taken', async () => {
  const { port } = await openPort(newServer(), onLoopback);
  const second = openPort(newServer(), { port, host: '127.0.0.1' });
  await expect(second).rejects.toThrow(ExplainedError);
  await expect(second).rejects.toThrow(`Port ${port} is used by another program`);
});
