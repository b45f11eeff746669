import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { logFailure } from '../database/log-failure.server.ts';
import { db } from '../db.server.ts';
import { hasBearer } from '../http/bearer.server.ts';
import { withoutPipelining } from '../http/pipelining.server.ts';
import { EnvironmentError } from '../settings/env.server.ts';
import { readMetrics } from './wallet-engine.server.ts';

/**
 * `GET /metrics` of a process without web pages, on this machine only unless a token guards it, and
 * `GET /healthz` without a token: 200 while the process reaches its database, else 503. A probe opens no
 * connection of its own.
 * @param port 0: any free one
 * @throws EnvironmentError when the port is taken
 */
export async function startMetricsListener({
  port,
  token,
}: {
  port: number;
  token: string | null;
}): Promise<{ port: number; close(): void }> {
  const listener = withoutPipelining((request, response) => {
    const answer = (status: number): void => {
      response.writeHead(status).end();
    };
    if (request.method === 'GET' && request.url === '/healthz') {
      return void readOne().then(
        () => answer(200),
        () => answer(503),
      );
    }
    if (request.method !== 'GET' || request.url !== '/metrics') return answer(404);
    if (token && !hasBearer(request.headers.authorization ?? null, token)) return answer(401);
    return void readMetrics().then(
      ({ text, contentType }) => response.writeHead(200, { 'Content-Type': contentType }).end(text),
      (error: unknown) => {
        logFailure({ error, message: 'GET /metrics failed: the metrics could not be read' });
        answer(500);
      },
    );
  });
  const server = createServer(listener);
  // Whoever scrapes every 15 or 30 s keeps one connection.
  server.keepAliveTimeout = 72_000;
  server.headersTimeout = 77_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) => {
      const remedy = `choose another port: this process cannot listen on this one (${message}).`;
      reject(new EnvironmentError([{ name: 'METRICS_PORT', remedy }]));
    });
    server.listen(port, token ? undefined : '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function readOne(): Promise<void> {
  await db().get(sql`SELECT 1`);
}
