import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { type RpcTransport, RpcTransportError } from './rpc-transport.ts';

// Each pending transaction occupies a connection: no upper limit, and idle ones are kept for reuse.
const agents = {
  http: new HttpAgent({ keepAlive: true }),
  https: new HttpsAgent({ keepAlive: true }),
};

/**
 * The largest expected answer, the outcome of a reward for 50 wallets, has some 300 kB. A node that sends
 * endlessly must not fill the memory of the process that holds the keys.
 */
export const maxReplyBytes = 4 * 1024 * 1024;

/**
 * Node's own HTTP client with keep-alive connections. `fetch` builds two web streams, an abort
 * signal and copies of the request around each call: half of all memory the engine used and a third
 * of its CPU.
 */
export const httpRpcTransport: RpcTransport = async ({ url, body, timeoutMs }) => {
  const text = JSON.stringify(body);
  const untilMs = performance.now() + timeoutMs;
  const attempt = () => post({ url, text, timeoutMs: untilMs - performance.now() });
  // The node closed an idle connection while the request was sent on it. Every call may be repeated:
  // the same stored bytes are sent.
  return attempt().catch((error: unknown) => {
    if (error instanceof StaleConnectionError) return attempt();
    throw error;
  });
};

class StaleConnectionError extends Error {}

function post({
  url,
  text,
  timeoutMs,
}: {
  url: string;
  text: string;
  timeoutMs: number;
}): Promise<{ httpStatus: number; body: string }> {
  return new Promise((resolve, reject) => {
    const isTls = url.startsWith('https:');
    const request = (isTls ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent: isTls ? agents.https : agents.http,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        accept: 'application/json',
      },
    });
    const timer = setTimeout(
      () =>
        request.destroy(
          new RpcTransportError('timeout', `no answer within ${Math.round(timeoutMs)} ms`),
        ),
      timeoutMs,
    );
    let hasResponse = false;
    request.on('response', (response) => {
      hasResponse = true;
      readText(response).then(
        (body) => resolve({ httpStatus: response.statusCode ?? 0, body }),
        reject,
      );
    });
    request.on('error', (error) => {
      const isReset = 'code' in error && error.code === 'ECONNRESET';
      reject(isReset && request.reusedSocket ? new StaleConnectionError() : error);
    });
    request.on('close', () => {
      clearTimeout(timer);
      // After a reply that Node's client takes for a switch of protocols there is neither response nor error.
      if (!hasResponse) {
        reject(new RpcTransportError('unreachable', 'the connection was closed without an answer'));
      }
    });
    request.end(text);
  });
}

/** Leaving the loop early destroys the response and its connection. */
async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > maxReplyBytes) {
      throw new RpcTransportError('too-large', `an answer of more than ${maxReplyBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
