import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { FileJournal } from '../journal/file-journal.ts';
import { Faults } from '../rpc/faults.ts';
import { parseError } from '../rpc/rpc-error.ts';
import { DataError, directoryInUse, explainDataError } from '../rules/data-errors.ts';
import { CHOCO_TOKEN, DEVELOPMENT_ACCOUNTS, developmentKey } from '../rules/genesis.ts';
import { createDevnet, type Devnet, type DevnetOptions } from './devnet.ts';
import { applyFaultRequest } from './fault-request.ts';
import { findForeigner } from './foreign-request.ts';

// A node's limit.
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

export interface DevnetServerOptions extends Omit<DevnetOptions, 'faults' | 'journal'> {
  /** The directory of the chain; null or absent: in memory, lost with the process. */
  readonly dataDir?: string | null;
  /** Whether `POST /devnet/faults` may break things; default false. */
  readonly faults?: boolean;
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  /** Names accepted in the headers Host and Origin, beside the loopback ones; `*`: any. */
  readonly allowedHosts?: readonly string[];
  /**
   * Called when the chain's data can no longer be written; the server stops then, since what is not written would be
   * forgotten. Default: prints the reason and ends the process.
   */
  readonly onFailure?: (error: unknown) => void;
  /** Default 600; manual: only `devnet.produceBlock()` makes blocks. */
  readonly blockTimeMs?: number | 'manual';
}

export interface DevnetServer {
  readonly rpcUrl: string;
  readonly devnet: Devnet;
  close(): Promise<void>;
}

/** Starts a node that listens on HTTP. Rejects with a clear message when the port is in use. */
export async function startDevnetServer(options: DevnetServerOptions): Promise<DevnetServer> {
  const {
    port,
    host = '127.0.0.1',
    blockTimeMs = 600,
    dataDir = null,
    onFailure = endProcess,
  } = options;
  const server = createServer();
  // Callers wait up to 10 s for a transaction and keep their connections longer.
  server.keepAliveTimeout = 65_000;
  // The port first: of two devnets started by mistake, the second must not touch the data of the first.
  const rpcUrl = `http://${host}:${await listen(server, port, host)}`;
  const devnet = openDevnet(server, options, dataDir);
  devnet.rpcUrl = rpcUrl;
  const allowedHosts = [host, ...(options.allowedHosts ?? [])];
  server.on('request', (request, response) => {
    const reason = findForeigner(request.headers, allowedHosts);
    // Only an injected fault or a closed connection rejects: the connection breaks without an answer.
    if (reason === null) serve(devnet, request, response).catch(() => response.destroy());
    else send(response, 403, reason);
  });
  const stopListening = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  const produce = () => {
    try {
      devnet.produceBlock();
    } catch (error) {
      clearInterval(blocks);
      void stopListening();
      onFailure(explainDataError(error, dataDir ?? ''));
    }
  };
  const blocks = blockTimeMs === 'manual' ? undefined : setInterval(produce, blockTimeMs);
  return {
    rpcUrl,
    devnet,
    async close() {
      clearInterval(blocks);
      if (dataDir !== null) openDirectories.delete(resolve(dataDir));
      try {
        devnet.close();
      } catch (error) {
        throw explainDataError(error, dataDir ?? '');
      } finally {
        await stopListening();
      }
    },
  };
}

/** Directories in use by this process: the lock file distinguishes processes, not two devnets of one process. */
const openDirectories = new Set<string>();

function endProcess(error: unknown): void {
  console.error(error instanceof DataError ? error.message : error);
  process.exit(1);
}

function openDevnet(server: Server, options: DevnetServerOptions, dataDir: string | null): Devnet {
  const directory = dataDir === null ? null : resolve(dataDir);
  try {
    if (directory !== null && openDirectories.has(directory)) {
      throw directoryInUse(directory, process.pid);
    }
    const devnet = createDevnet({
      ...options,
      journal: dataDir === null ? null : new FileJournal(dataDir),
      faults: options.faults ? new Faults() : null,
    });
    if (directory !== null) openDirectories.add(directory);
    return devnet;
  } catch (error) {
    server.close();
    throw explainDataError(error, dataDir ?? '');
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new Error(
              `Port ${port} on ${host} is already in use; choose another one for the devnet`,
            )
          : error,
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function serve(
  devnet: Devnet,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'OPTIONS') return send(response, 204, '');
  // For HEAD node:http leaves the content out.
  if (request.method === 'GET' || request.method === 'HEAD')
    return serveGet(devnet, path, response);
  if (request.method !== 'POST') return send(response, 405, 'Method not allowed');
  const text = await readBody(request);
  if (text === null) return send(response, 413, 'Payload too large');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    const error = parseError('Not JSON');
    return sendJson(response, error.httpStatus, { jsonrpc: '2.0', error: error.body, id: null });
  }
  if (path === '/devnet/faults') return serveFaults(devnet, parsed, response);
  const { httpStatus, body, isText } = await devnet.handle(parsed);
  if (isText) send(response, httpStatus, String(body));
  else sendJson(response, httpStatus, body);
}

function serveFaults({ faults, producer }: Devnet, body: unknown, response: ServerResponse): void {
  if (faults === null) {
    send(response, 403, 'Faults are switched off on this devnet');
    return;
  }
  const result = applyFaultRequest(body, { faults, producer });
  sendJson(response, 'error' in result ? 400 : 200, result);
}

async function serveGet(devnet: Devnet, path: string, response: ServerResponse): Promise<void> {
  switch (path) {
    case '/devnet/state':
      return sendJson(response, 200, { records: devnet.stateRecords() });
    case '/devnet':
      return sendJson(response, 200, describeDevnet(devnet));
    case '/status':
    case '/network_info':
      return sendResult(
        response,
        await devnet.handle({ jsonrpc: '2.0', id: 0, method: path.slice(1) }),
      );
    case '/health':
      return send(response, 200, '');
    default:
      return send(response, 404, 'Not found');
  }
}

/** What a developer needs to use this node: its address, the token and the public keys with their secrets. */
function describeDevnet({ rpcUrl }: Devnet) {
  const accounts = DEVELOPMENT_ACCOUNTS.map((id) => [id, developmentKey(id)] as const);
  return { rpcUrl, token: CHOCO_TOKEN, accounts: Object.fromEntries(accounts) };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendResult(response: ServerResponse, answer: { httpStatus: number; body: unknown }): void {
  const { body } = answer;
  const result = typeof body === 'object' && body !== null && 'result' in body ? body.result : body;
  sendJson(response, answer.httpStatus, result);
}

function sendJson(response: ServerResponse, httpStatus: number, body: unknown): void {
  send(response, httpStatus, JSON.stringify(body), 'application/json');
}

function send(
  response: ServerResponse,
  httpStatus: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  // Browser wallets and dapps call from other origins of this machine; foreign origins were rejected before.
  const { origin } = response.req.headers;
  response.writeHead(httpStatus, {
    'content-type': contentType,
    vary: 'Origin',
    ...(origin === undefined || httpStatus === 403
      ? {}
      : { 'access-control-allow-origin': origin }),
    'access-control-allow-headers': 'authorization, accept, content-type',
    'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
  });
  response.end(text);
}
