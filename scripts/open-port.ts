import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withoutPipelining } from '../app/lib/http/pipelining.server.ts';
import { ExplainedError } from './explain-error.ts';

/**
 * Longer than the idle time of balancers (60 s is usual): were ours the shorter one, a request would
 * now and then arrive on a connection that we are just closing, and get no answer.
 */
const KEEP_ALIVE_MS = 72_000;
/** For a head that comes slowly; above it, or an idle connection would be cut at this one. */
const HEADERS_MS = KEEP_ALIVE_MS + 5_000;
/** For a request to come in whole; answers, such as a streamed reply, may take longer. */
const REQUEST_MS = 120_000;

/**
 * Listens before anything else is begun, so that a port which is taken stops a start that has not yet
 * signed anything. Until `requests` are taken over, `/healthz` answers 200 and all else 503.
 * @param host undefined: all interfaces
 * @returns the port, and how to hand the requests over
 * @throws ExplainedError when nobody can listen there
 */
export async function openPort(
  server: Server,
  { port, host }: { port: number; host: string | undefined },
): Promise<{ port: number; handOver(listener: RequestListener): void }> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  const whileStarting = withoutPipelining(answerWhileStarting);
  server.on('request', whileStarting);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, port)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    handOver(listener) {
      server.off('request', whileStarting);
      server.on('request', withoutPipelining(listener));
    },
  };
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

function answerWhileStarting(request: IncomingMessage, response: ServerResponse): void {
  const isAlive = request.url === '/healthz';
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  // The connection would otherwise outlive this answer, and with it what was read of a body.
  response.writeHead(isAlive ? 200 : 503, { ...headers, 'Retry-After': '1', Connection: 'close' });
  response.end(JSON.stringify({ status: isAlive ? 'ok' : 'not ready', reason: 'STARTING' }));
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  const another = `choose another port: PORT=${port + 1} npm start`;
  if (error.code === 'EADDRINUSE') {
    return new ExplainedError(`Port ${port} is used by another program.\nStop it, or ${another}`);
  }
  if (error.code === 'EACCES') {
    return new ExplainedError(
      `Port ${port} is kept for the administrator of this machine.\nPut a proxy in front, or ${another.replace(String(port + 1), '3000')}`,
    );
  }
  return error;
}
