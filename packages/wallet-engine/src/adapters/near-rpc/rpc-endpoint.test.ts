import { describe, expect, it } from 'vitest';
import { RpcEndpoint } from './rpc-endpoint.ts';
import { NoAnswerError } from './rpc-reply.ts';
import { type RpcTransport, RpcTransportError } from './rpc-transport.ts';

/** An endpoint that answers with the next of these; at the end with a result. */
function endpointOf(...replies: ((id: string) => { httpStatus: number; body: string })[]) {
  let nowMs = 1_000;
  const sent: unknown[] = [];
  const calls: unknown[] = [];
  const transport: RpcTransport = async (request) => {
    sent.push(request);
    nowMs += 40;
    const { id } = request.body as { id: string };
    return (replies.shift() ?? answered)(id);
  };
  const endpoint = new RpcEndpoint({
    url: 'https://user:secret@node.test/key',
    transport,
    clock: { now: () => nowMs },
    onCall: (call) => calls.push(call),
  });
  const ask = (read: (answer: unknown) => unknown = (answer) => answer) =>
    endpoint.ask({ method: 'block', params: { finality: 'final' }, timeoutMs: 77, read });
  return { endpoint, ask, sent, calls, pass: (ms: number) => (nowMs += ms) };
}

const answered = (id: string) => ({ httpStatus: 200, body: JSON.stringify({ id, result: 5 }) });
const unreachable = () => {
  throw new RpcTransportError('timeout', 'late');
};
const busy = () => ({ httpStatus: 429, body: '' });

describe('an endpoint', () => {
  it('is called by JSON-RPC with a new id each time', async () => {
    const { ask, sent, calls, endpoint } = endpointOf();
    expect(await ask()).toEqual({ result: 5 });
    await ask();
    const body = {
      jsonrpc: '2.0',
      id: expect.any(String),
      method: 'block',
      params: { finality: 'final' },
    };
    expect(endpoint).toMatchObject({ url: 'https://user:secret@node.test/key', host: 'node.test' });
    expect(sent[0]).toEqual({ url: endpoint.url, body, timeoutMs: 77 });
    expect(new Set(sent.map((each) => (each as { body: { id: string } }).body.id)).size).toBe(2);
    expect(calls[0]).toEqual({ url: endpoint.url, method: 'block', outcome: 'ok', tookMs: 40 });
    expect(endpoint.isBroken).toBe(false);
  });

  it.each([
    ['timeout', unreachable],
    ['rate-limited', busy],
    ['mismatched', () => answered('another')],
  ] as const)('that gives no answer is broken for a second: %s', async (kind, reply) => {
    const { ask, calls, endpoint, pass } = endpointOf(reply);
    await expect(ask()).rejects.toMatchObject({ kind });
    expect(calls).toMatchObject([{ outcome: kind, tookMs: 40 }]);
    pass(999);
    expect(endpoint.isBroken).toBe(true);
    pass(1);
    expect(endpoint.isBroken).toBe(false);
  });

  it('is skipped twice as long after each failure, at most half a minute', async () => {
    const { ask, endpoint, pass } = endpointOf(...Array(7).fill(busy));
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      await expect(ask()).rejects.toThrow();
      pass(seconds * 1_000 - 1);
      expect(endpoint.isBroken).toBe(true);
      pass(1);
      expect(endpoint.isBroken).toBe(false);
    }
  });

  it('that answers again is healthy immediately, and its failures are reset', async () => {
    const { ask, endpoint, pass } = endpointOf(busy, busy, answered, busy);
    await expect(ask()).rejects.toThrow();
    await expect(ask()).rejects.toThrow();
    await ask();
    expect(endpoint.isBroken).toBe(false);
    await expect(ask()).rejects.toThrow();
    pass(1_000);
    expect(endpoint.isBroken).toBe(false);
  });

  it('that lacks one block is healthy', async () => {
    const { ask, endpoint, calls } = endpointOf();
    const stale = new NoAnswerError('stale', 'lacks the block');
    const lacking = ask(() => {
      throw stale;
    });
    await expect(lacking).rejects.toBe(stale);
    expect(endpoint.isBroken).toBe(false);
    expect(calls).toMatchObject([{ outcome: 'stale' }]);
  });

  it('whose answer cannot be parsed has not answered', async () => {
    const { ask, endpoint } = endpointOf();
    const cause = new TypeError('of a shape nobody thought of');
    const unread = ask(() => {
      throw cause;
    });
    await expect(unread).rejects.toMatchObject({ kind: 'malformed', cause });
    expect(endpoint.isBroken).toBe(true);
  });

  it('whose answer is rejected afterwards is unhealthy, and logged', () => {
    const { endpoint, calls } = endpointOf();
    endpoint.disbelieve('block', 'implausible');
    expect(endpoint.isBroken).toBe(true);
    const { url } = endpoint;
    expect(calls).toEqual([{ url, method: 'block', outcome: 'implausible', tookMs: 0 }]);
  });
});
