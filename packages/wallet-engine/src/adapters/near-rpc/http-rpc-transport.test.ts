import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpRpcTransport, maxReplyBytes } from './http-rpc-transport.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function nodeThat(answer: RequestListener): Promise<{ url: string; sockets: Set<Socket> }> {
  const server = createServer(answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

const call = (url: string, body: unknown = { method: 'block' }, timeoutMs = 5_000) =>
  httpRpcTransport({ url, body, timeoutMs });

describe('the HTTP transport', () => {
  it('posts JSON and returns status and text, whatever they are', async () => {
    const { url } = await nodeThat((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        response.statusCode = 429;
        response.end(`${request.method} ${request.headers['content-type']} ${text} 초춘심`);
      });
    });
    expect(await call(url, { name: '초' })).toEqual({
      httpStatus: 429,
      body: 'POST application/json {"name":"초"} 초춘심',
    });
  });

  it('reuses a connection', async () => {
    const { url, sockets } = await nodeThat((_request, response) => response.end('{}'));
    for (let times = 0; times < 5; times += 1) await call(url);
    expect(sockets.size).toBe(1);
  });

  it('waits for many answers at the same time', async () => {
    const waiting: (() => void)[] = [];
    const { url } = await nodeThat((_request, response) => {
      waiting.push(() => response.end('{}'));
      if (waiting.length === 50) for (const answer of waiting) answer();
    });
    const answers = await Promise.all(Array.from({ length: 50 }, () => call(url)));
    expect(answers).toHaveLength(50);
  });

  it('rejects when nothing comes, or half an answer, within the time', async () => {
    const silent = await nodeThat(() => undefined);
    await expect(call(silent.url, {}, 30)).rejects.toMatchObject({
      failure: 'timeout',
      message: 'no answer within 30 ms',
    });
    const halting = await nodeThat((_request, response) => {
      response.write('{"result":');
    });
    await expect(call(halting.url, {}, 30)).rejects.toThrow();
  });

  it('rejects when nothing listens, and when the connection breaks', async () => {
    const { url } = await nodeThat((request) => request.socket.destroy());
    await expect(call(url)).rejects.toThrow(/socket hang up/);
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    await expect(call(url)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('rejects when the connection closes with something that is no answer', async () => {
    // As a gateway for WebSockets does.
    const { url } = await nodeThat((request) => {
      request.socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      );
    });
    await expect(call(url, {}, 1_000)).rejects.toMatchObject({ failure: 'unreachable' });
  });

  it('closes the connection when an answer exceeds the size limit', async () => {
    let sent = 0;
    const closed = new Promise<void>((resolve) => {
      void nodeThat((_request, response) => {
        response.on('close', resolve);
        const piece = Buffer.alloc(64 * 1024, 'x');
        const more = () => {
          if (response.destroyed) return;
          sent += piece.length;
          if (response.write(piece)) setImmediate(more);
          else response.once('drain', more);
        };
        more();
      }).then(async ({ url }) => {
        const error = await call(url, {}, 60_000).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'RpcTransportError', failure: 'too-large' });
      });
    });
    await closed;
    // What fits into the buffers of both ends beside it.
    expect(sent).toBeLessThan(maxReplyBytes + 16 * 1024 * 1024);
  });

  it('retries once when a kept connection turns out to be closed', async () => {
    let answered = 0;
    const { url, sockets } = await nodeThat((request, response) => {
      answered += 1;
      // As a node that closes idle connections at the moment the second call comes.
      if (answered === 2) request.socket.resetAndDestroy();
      else response.end('{}');
    });
    await call(url);
    expect((await call(url)).httpStatus).toBe(200);
    expect(sockets.size).toBe(2);
  });
});
