import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world/world.ts';
import {
  type FakeNode,
  type FakeReply,
  fakeError,
  fakeGenesis,
  fakeHash,
  fakeNodes,
} from '../../testing/suites/fake-nodes.ts';
import { createNearEndpoints } from './near-endpoints.ts';
import { resultOf } from './near-reply.ts';

const gasPrice = { method: 'gas_price', params: [null], timeoutMs: 1_000, read: resultOf };
const price = { result: { gas_price: '1' } };
const ok: FakeNode = { reply: ({ method }) => (method === 'status' ? null : price) };
const down: FakeNode = { reply: () => 'no connection' };
const answering = (reply: FakeReply): FakeNode => ({
  reply: ({ method }) => (method === 'status' ? null : reply),
});

/** Endpoints that answer what they are told to, on a clock that is moved by hand. */
function endpointsOf(nodes: Record<string, FakeNode>, expectedChainId: string | null = null) {
  const { transport, asked, proofs } = fakeNodes(nodes);
  const outcomes: string[] = [];
  let nowMs = 0;
  const world = new World();
  const endpoints = createNearEndpoints({
    urls: Object.keys(nodes),
    archivalUrls: [],
    expectedChainId,
    transport,
    clock: { now: () => nowMs },
    log: world.log(),
    onCall: ({ url, method, outcome }) => outcomes.push(`${url} ${method} ${outcome}`),
  });
  return {
    endpoints,
    nodes,
    outcomes: () => outcomes.splice(0),
    asked: () => asked.splice(0).map((call) => call.split(' ')[0]),
    proofs: () => proofs.splice(0),
    logged: world.logged,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('several endpoints', () => {
  it('are queried in order until one answers', async () => {
    const { endpoints, asked } = endpointsOf({ a: down, b: ok, c: ok });
    expect(await endpoints.ask(gasPrice)).toEqual({ gas_price: '1' });
    expect(asked()).toEqual(['b']);
  });

  it('skip a failing one for a while, longer each time, and return to it', async () => {
    const { endpoints, asked, pass, nodes, proofs } = endpointsOf({ a: ok, b: ok });
    await endpoints.ask(gasPrice);
    nodes.a = down;
    await endpoints.ask(gasPrice);
    proofs();
    await endpoints.ask(gasPrice);
    expect(proofs()).toEqual([]);
    pass(1_000);
    await endpoints.ask(gasPrice);
    expect(proofs()).toEqual(['a']);
    pass(1_000);
    await endpoints.ask(gasPrice);
    expect(proofs()).toEqual([]);
    pass(1_000);
    nodes.a = ok;
    asked();
    await endpoints.ask(gasPrice);
    await endpoints.ask(gasPrice);
    expect(asked()).toEqual(['a', 'a']);
  });

  it('skip one for at most half a minute', async () => {
    const { endpoints, pass, nodes, proofs } = endpointsOf({ a: ok, b: ok });
    await endpoints.ask(gasPrice);
    nodes.a = down;
    for (let times = 0; times < 20; times += 1) {
      await endpoints.ask(gasPrice);
      pass(30_000);
      proofs();
    }
    await endpoints.ask(gasPrice);
    expect(proofs()).toContain('a');
  });

  it('are queried even if all of them failed recently', async () => {
    const { endpoints, nodes, asked } = endpointsOf({ a: down, b: down });
    await expect(endpoints.ask(gasPrice)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    nodes.b = ok;
    expect(await endpoints.ask(gasPrice)).toEqual({ gas_price: '1' });
    expect(asked()).toEqual(['b']);
  });
});

describe('an endpoint', () => {
  it.each([
    ['a 429', { httpStatus: 429, body: 'slow down' }, 'rate-limited'],
    ['a limit inside HTTP 200', { error: { code: -429, message: 'limit' } }, 'rate-limited'],
    ['a limit with a JSON-RPC code', { error: { code: -32005, message: 'limit' } }, 'rate-limited'],
    ['a limit with another code', { error: { code: -32007, message: 'limit' } }, 'rate-limited'],
    ['a limit with no id', { id: null, error: { code: -32029, message: 'limit' } }, 'rate-limited'],
    ['HTML with 200', { httpStatus: 200, body: '<html>busy</html>' }, 'malformed'],
    ['HTML with 403', { httpStatus: 403, body: '<html>no</html>' }, 'http-error'],
    ['a list', { httpStatus: 200, body: '[]' }, 'malformed'],
    ['null', { httpStatus: 200, body: 'null' }, 'malformed'],
    ['nothing', { httpStatus: 200, body: '' }, 'malformed'],
    ['neither result nor error', {}, 'malformed'],
    ['both of them', { result: {}, error: { cause: { name: 'X' } } }, 'malformed'],
    ['a result with 400', { httpStatus: 400, body: '{"result":{}}' }, 'mismatched'],
    ['the reply to another request', { id: 'choonsim', ...price }, 'mismatched'],
    ['a reply without an id', { id: undefined, ...price }, 'mismatched'],
    ['an error without a cause', { error: { code: -32000, data: 'x' } }, 'own-error'],
    ['an error of its own', fakeError('NOT_SYNCED_YET'), 'own-error'],
    ['an error of tomorrow', fakeError('A_NAME_OF_TOMORROW'), 'own-error'],
    ['a block it lacks', fakeError('UNKNOWN_BLOCK'), 'stale'],
    ['a block it forgot', fakeError('GARBAGE_COLLECTED_BLOCK'), 'stale'],
    ['a broken connection', 'no connection', 'unreachable'],
    ['a 500 with an error', { httpStatus: 500, body: '{"error":{}}' }, 'http-error'],
    ['a 503 with a result', { httpStatus: 503, body: '{"result":1}' }, 'http-error'],
    ['a 408', { httpStatus: 408, body: 'timeout' }, 'http-error'],
  ] as const)(
    'that gives %s has not answered: the next one is asked',
    async (_name, reply, kind) => {
      const { endpoints, asked, outcomes } = endpointsOf({ a: answering(reply), b: ok });
      expect(await endpoints.ask(gasPrice)).toEqual({ gas_price: '1' });
      expect(asked()).toEqual(['a', 'b']);
      expect(outcomes()).toContain(`a gas_price ${kind}`);
      await endpoints.ask(gasPrice);
      // The breaker; one block that is missing says nothing of others.
      expect(asked()).toEqual(kind === 'stale' ? ['a', 'b'] : ['b']);
    },
  );

  it('that is rate-limited is distinguished from an unreachable one', async () => {
    const limited = answering({ error: { code: -429, message: 'limit' } });
    const fault = { name: 'ServiceError', code: 'RATE_LIMITED', pause: null };
    await expect(endpointsOf({ a: limited }).endpoints.ask(gasPrice)).rejects.toMatchObject(fault);
  });

  it('is queried with an id that was never used before', async () => {
    const ids: string[] = [];
    const { endpoints } = endpointsOf({
      a: {
        reply: ({ method, id }) => {
          ids.push(id);
          return method === 'status' ? null : price;
        },
      },
    });
    for (let times = 0; times < 5; times += 1) await endpoints.ask(gasPrice);
    expect(new Set(ids).size).toBe(6);
  });

  it('that answers nonsense is logged once, by host only', async () => {
    const url = 'https://one.example/S3CRET?key=S3CRET';
    const { endpoints, logged, pass } = endpointsOf({
      [url]: answering(fakeError('NOT_SYNCED_YET')),
      b: ok,
    });
    for (let times = 0; times < 5; times += 1) {
      await endpoints.ask(gasPrice);
      pass(31_000);
    }
    expect(logged).toMatchObject([
      { level: 'warn', fields: { host: 'one.example', outcome: 'own-error' } },
    ]);
    expect(JSON.stringify(logged)).not.toContain('S3CRET');
  });
});

describe('the chain of an endpoint', () => {
  const foreign: FakeNode = { ...ok, genesisHash: fakeHash('X'), height: 120_000 };

  it('is proven before its answers count, and not at every call', async () => {
    const { endpoints, proofs, asked } = endpointsOf({ a: ok, b: ok });
    for (let times = 0; times < 10; times += 1) await endpoints.ask(gasPrice);
    expect(proofs()).toEqual(['a', 'b']);
    expect(asked()).toHaveLength(10);
  });

  it('is proven again after a failure, and after half a minute', async () => {
    const { endpoints, proofs, nodes, pass } = endpointsOf({ a: ok });
    await endpoints.ask(gasPrice);
    nodes.a = down;
    await expect(endpoints.ask(gasPrice)).rejects.toThrow();
    nodes.a = ok;
    proofs();
    await endpoints.ask(gasPrice);
    expect(proofs()).toEqual(['a']);
    pass(30_000);
    await endpoints.ask(gasPrice);
    expect(proofs()).toEqual(['a']);
  });

  it('excludes it if it is another one, logged once', async () => {
    const { endpoints, asked, logged, outcomes, pass } = endpointsOf({ a: foreign, b: ok });
    await endpoints.requireChain({ genesisHash: fakeGenesis });
    for (let times = 0; times < 5; times += 1) {
      await endpoints.ask(gasPrice);
      pass(31_000);
    }
    expect(asked()).toEqual(['b', 'b', 'b', 'b', 'b']);
    expect(outcomes()).toContain('a status foreign');
    expect(logged).toMatchObject([{ level: 'error', fields: { host: 'unknown' } }]);
  });

  it('is noticed when it changes behind the same address', async () => {
    const { endpoints, nodes, pass } = endpointsOf({ a: ok });
    await endpoints.ask(gasPrice);
    nodes.a = foreign;
    pass(30_000);
    await expect(endpoints.ask(gasPrice)).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
      message: expect.stringMatching(/serves devnet with genesis X+; expected is .*genesis G+/),
    });
  });

  it('is not accepted when endpoints disagree and nothing is stored', async () => {
    const urls = { 'http://one.example': ok, 'http://two.example': foreign };
    const { endpoints, asked } = endpointsOf(urls);
    const fault = {
      code: 'WRONG_CHAIN',
      message: expect.stringMatching(
        /one\.example serves .+ two\.example serves .+ none is believed/,
      ),
    };
    await expect(endpoints.requireChain({ genesisHash: null })).rejects.toMatchObject(fault);
    await expect(endpoints.ask(gasPrice)).rejects.toMatchObject(fault);
    expect(asked()).toEqual([]);
    const stored = await endpoints.requireChain({ genesisHash: fakeHash('X') });
    expect(stored).toEqual({ chainId: 'devnet', genesisHash: fakeHash('X') });
  });

  it.each([
    ['testnet', 'devnet'],
    ['mainnet', 'testnet'],
    [null, 'mainnet'],
    [null, 'testnet'],
  ])('is rejected if %s is configured and the node reports %s', async (expected, chainId) => {
    const { endpoints, asked } = endpointsOf({ a: { ...ok, chainId } }, expected);
    const fault = { code: 'WRONG_CHAIN', message: expect.stringContaining(`serves ${chainId}`) };
    await expect(endpoints.requireChain({ genesisHash: null })).rejects.toMatchObject(fault);
    await expect(endpoints.requireChain({ genesisHash: fakeGenesis })).rejects.toMatchObject(fault);
    await expect(endpoints.ask(gasPrice)).rejects.toMatchObject({ pause: null });
    expect(asked()).toEqual([]);
  });

  it('may be right at an unreachable node, which is then waited for', async () => {
    const { endpoints } = endpointsOf({ a: foreign, b: down });
    const asked = endpoints.requireChain({ genesisHash: fakeGenesis });
    await expect(asked).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
  });

  it.each([
    ['no chain id', { chain_id: undefined }],
    ['a chain id without an end', { chain_id: 'x'.repeat(65) }],
    ['a genesis hash of another shape', { genesis_hash: { toString: 'G' } }],
    ['no sync_info', { sync_info: null }],
    ['a height that is no number', { sync_info: { latest_block_height: '7' } }],
  ])('is not proven by a status with %s', async (_name, change) => {
    const sync_info = { latest_block_height: 7, latest_block_time: new Date(0).toISOString() };
    const status = { chain_id: 'devnet', genesis_hash: fakeGenesis, sync_info, ...change };
    const { endpoints } = endpointsOf({ a: { reply: () => ({ result: status }) } });
    await expect(endpoints.ask(gasPrice)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
  });
});

describe('an answer that would stop all work', () => {
  const none = answering({ result: { gas_price: 'none' } });
  const isClaim = (answer: Record<string, unknown>) => answer.gas_price === 'none';

  it('counts when a second endpoint gives it too, or there is only one', async () => {
    expect(
      await endpointsOf({ a: none, b: none }).endpoints.askConfirmed(gasPrice, isClaim),
    ).toEqual({
      gas_price: 'none',
    });
    expect(await endpointsOf({ a: none }).endpoints.askConfirmed(gasPrice, isClaim)).toEqual({
      gas_price: 'none',
    });
  });

  it('does not count when another endpoint contradicts it, or none is reachable', async () => {
    expect(await endpointsOf({ a: none, b: ok }).endpoints.askConfirmed(gasPrice, isClaim)).toEqual(
      {
        gas_price: '1',
      },
    );
    const { endpoints } = endpointsOf({ a: none, b: down });
    await expect(endpoints.askConfirmed(gasPrice, isClaim)).rejects.toMatchObject({
      code: 'UNCONFIRMED',
      pause: null,
    });
  });

  it('costs no second call otherwise', async () => {
    const { endpoints, asked } = endpointsOf({ a: ok, b: ok });
    await endpoints.askConfirmed(gasPrice, isClaim);
    expect(asked()).toEqual(['a']);
  });
});
