import { describe, expect, it } from 'vitest';
import { createJsonRpcClient } from './json-rpc-client.ts';

type Reply = { httpStatus: number; body: string } | 'no connection';

const ok: Reply = { httpStatus: 200, body: '{"result":1}' };
const call = { method: 'block', params: {}, timeoutMs: 1_000 };

/** Endpoints that answer what they are told to, on a clock that is moved by hand. */
function clientOf(replies: Record<string, Reply>) {
  const asked: string[] = [];
  let nowMs = 0;
  const client = createJsonRpcClient({
    urls: Object.keys(replies),
    clock: { now: () => nowMs },
    async transport({ url }) {
      asked.push(url);
      const reply = replies[url];
      if (!reply || reply === 'no connection') throw new Error('ECONNREFUSED');
      return reply;
    },
  });
  return {
    client,
    replies,
    asked: () => asked.splice(0),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('several endpoints', () => {
  it('are asked in their order until one answers', async () => {
    const { client, asked } = clientOf({ a: 'no connection', b: ok, c: ok });
    expect(await client.call(call)).toEqual({ result: 1 });
    expect(asked()).toEqual(['a', 'b']);
  });

  it('lose one that fails for a while, longer each time, and get it back', async () => {
    const { client, asked, pass, replies } = clientOf({ a: 'no connection', b: ok });
    await client.call(call);
    asked();
    await client.call(call);
    expect(asked()).toEqual(['b']);
    pass(1_000);
    await client.call(call);
    expect(asked()).toEqual(['a', 'b']);
    pass(1_000);
    await client.call(call);
    expect(asked()).toEqual(['b']);
    pass(1_000);
    replies.a = ok;
    await client.call(call);
    await client.call(call);
    expect(asked()).toEqual(['a', 'a']);
  });

  it('never lose one for more than half a minute', async () => {
    const { client, asked, pass } = clientOf({ a: 'no connection', b: ok });
    for (let times = 0; times < 20; times += 1) {
      await client.call(call);
      pass(30_000);
      asked();
    }
    await client.call(call);
    expect(asked()).toEqual(['a', 'b']);
  });

  it('are asked all the same when every one of them failed lately', async () => {
    const { client, asked, replies } = clientOf({ a: 'no connection', b: 'no connection' });
    await expect(client.call(call)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    replies.b = ok;
    asked();
    expect(await client.call(call)).toEqual({ result: 1 });
    expect(asked()).toEqual(['a', 'b']);
  });

  it("keep an error that a node itself answered: that is no fault of the node's", async () => {
    const error = {
      name: 'HANDLER_ERROR',
      cause: { name: 'UNKNOWN_ACCOUNT', info: { a: 1 } },
      data: 'd',
    };
    const { client, asked } = clientOf({
      a: { httpStatus: 200, body: JSON.stringify({ error }) },
      b: ok,
    });
    const answer = { error: { cause: 'UNKNOWN_ACCOUNT', info: { a: 1 }, data: 'd' } };
    expect(await client.call(call)).toEqual(answer);
    expect(await client.call(call)).toEqual(answer);
    expect(asked()).toEqual(['a', 'a']);
  });
});

describe('an answer', () => {
  const error = JSON.stringify({ error: { cause: { name: 'PARSE_ERROR' } } });
  it.each([
    ['a handler error', { httpStatus: 200, body: error }],
    ['a validation error', { httpStatus: 400, body: error }],
  ] as const)('is %s', async (_name, reply) => {
    const { client } = clientOf({ a: reply });
    expect(await client.call(call)).toMatchObject({ error: { cause: 'PARSE_ERROR' } });
  });

  it.each([
    [408, 'timeout', 'NODE_UNREACHABLE'],
    [408, error, 'NODE_UNREACHABLE'],
    [429, 'slow down', 'RATE_LIMITED'],
    [429, error, 'RATE_LIMITED'],
    [429, '', 'RATE_LIMITED'],
    [500, error, 'NODE_UNREACHABLE'],
    [502, '<html>', 'NODE_UNREACHABLE'],
    [503, '{"result":1}', 'NODE_UNREACHABLE'],
    [200, 'Bad gateway', 'NODE_UNREACHABLE'],
    [200, '[]', 'NODE_UNREACHABLE'],
    [200, 'null', 'NODE_UNREACHABLE'],
    [200, '{}', 'NODE_UNREACHABLE'],
    [404, '{"result":1}', 'NODE_UNREACHABLE'],
  ])('is none with status %i and body %j', async (httpStatus, body, code) => {
    const { client } = clientOf({ a: { httpStatus, body } });
    await expect(client.call(call)).rejects.toMatchObject({
      name: 'ServiceFault',
      code,
      pause: null,
    });
    await expect(client.callEndpoint('a', call)).rejects.toMatchObject({ httpStatus });
  });

  it('of an endpoint out of reach is none', async () => {
    const { client } = clientOf({ a: 'no connection' });
    await expect(client.callEndpoint('a', call)).rejects.toMatchObject({ httpStatus: null });
  });
});
