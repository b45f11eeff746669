import fc from 'fast-check';
import { actions } from 'near-api-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevnetServer, startDevnetServer } from '../node/devnet-server.ts';
import { CHOCO_TOKEN, SERVICE_ACCOUNT } from '../rules/genesis.ts';
import { TestNode } from '../testing/test-node.ts';

let server: DevnetServer;
beforeAll(async () => {
  server = await startDevnetServer({
    port: 0,
    blockTimeMs: 'manual',
    genesis: { chainInstanceId: 'test' },
  });
});
afterAll(() => server.close());

async function post(body: string | Uint8Array<ArrayBuffer>, path = '/') {
  const response = await fetch(server.rpcUrl + path, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

describe('the protocol', () => {
  test.each([
    ['not JSON', '{"jsonrpc"', 'PARSE_ERROR', -32_700],
    ['no request', '5', 'PARSE_ERROR', -32_700],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"health"}]', 'PARSE_ERROR', -32_700],
    ['empty batch', '[]', 'PARSE_ERROR', -32_700],
    ['no version', '{"id":1,"method":"status"}', 'PARSE_ERROR', -32_700],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"status"}', 'PARSE_ERROR', -32_700],
    ['no id', '{"jsonrpc":"2.0","method":"health"}', 'PARSE_ERROR', -32_700],
    ['a field more', '{"jsonrpc":"2.0","id":1,"method":"health","x":1}', 'PARSE_ERROR', -32_700],
    ['no method', '{"jsonrpc":"2.0","id":1}', 'PARSE_ERROR', -32_700],
    ['unknown method', '{"jsonrpc":"2.0","id":1,"method":"nothing"}', 'METHOD_NOT_FOUND', -32_601],
    [
      'inherited name',
      '{"jsonrpc":"2.0","id":1,"method":"constructor"}',
      'METHOD_NOT_FOUND',
      -32_601,
    ],
  ])('%s', async (_, body, name, code) => {
    const { status, text } = await post(body);
    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({
      name: 'REQUEST_VALIDATION_ERROR',
      cause: { name },
      code,
    });
  });

  test.each(['dontcare', 0, null, true, [1], { a: 1 }])(
    'the answer has the id of the request: %j',
    async (id) => {
      const { text } = await post(JSON.stringify({ jsonrpc: '2.0', id, method: 'health' }));
      expect(JSON.parse(text)).toEqual({ jsonrpc: '2.0', id, result: null });
    },
  );

  test('what is no request is answered with the id null', async () => {
    const { text } = await post('{"jsonrpc":"2.0","id":7}');
    expect(JSON.parse(text)).toHaveProperty('id', null);
  });

  test('legacy forms of parameters', async () => {
    const ask = async (method: string, params: unknown) =>
      JSON.parse((await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).text);
    expect((await ask('query', [`account/${SERVICE_ACCOUNT}`, ''])).result.amount).toBe(
      `${10n ** 30n}`,
    );
    expect((await ask('query', [`access_key/${SERVICE_ACCOUNT}`, ''])).result.keys).toHaveLength(1);
    expect((await ask('block', [100])).result.header.height).toBe(100);
    expect((await ask('validators', [null])).result.current_validators).toHaveLength(1);
    const byPair = (await ask('chunk', [100, 0])).result.header;
    expect((await ask('chunk', [byPair.chunk_hash])).result.header).toEqual(byPair);
    expect((await ask('chunk', [100, 7])).error.cause.name).toBe('INVALID_SHARD_ID');
  });
});

describe('over HTTP', () => {
  test('GET /devnet returns address, token and keys; /status and /health answer', async () => {
    const devnet = await (await fetch(`${server.rpcUrl}/devnet`)).json();
    expect(devnet).toMatchObject({ rpcUrl: server.rpcUrl, token: CHOCO_TOKEN });
    expect(devnet.accounts[SERVICE_ACCOUNT].secretKey).toMatch(/^ed25519:/);
    expect(await (await fetch(`${server.rpcUrl}/status`)).json()).toMatchObject({
      chain_id: 'devnet',
    });
    expect((await fetch(`${server.rpcUrl}/health`)).status).toBe(200);
    expect((await fetch(`${server.rpcUrl}/nothing`)).status).toBe(404);
  });

  test('faults are off by default', async () => {
    expect((await post('{"kind":"halt"}', '/devnet/faults')).status).toBe(403);
  });

  test('faults over HTTP: a broken connection, an invalid fault', async () => {
    const faulty = await startDevnetServer({ port: 0, blockTimeMs: 'manual', faults: true });
    const send = (path: string, body: unknown) =>
      fetch(faulty.rpcUrl + path, { method: 'POST', body: JSON.stringify(body) });
    const status = { jsonrpc: '2.0', id: 1, method: 'status', params: [] };
    expect((await send('/devnet/faults', { kind: 'drop-answer', method: 'status' })).status).toBe(
      200,
    );
    await expect(send('/', status)).rejects.toThrow();
    expect((await send('/', status)).status).toBe(200);
    for (const [wrong, named] of [
      [{ kind: 'drop-answer', methods: 'status' }, 'methods'],
      [{ kind: 'delay' }, 'delayMs'],
      [[{ kind: 'clear' }, { kind: 'none' }], '[1].kind'],
    ] as const) {
      const answer = await send('/devnet/faults', wrong);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(named);
    }
    await faulty.close();
  });

  test('with manual blocks, sandbox_fast_forward makes them', async () => {
    const ask = async (method: string, params: unknown) =>
      JSON.parse((await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).text)
        .result;
    const height = async () => (await ask('status', [])).sync_info.latest_block_height;
    const before = await height();
    expect(await ask('sandbox_fast_forward', { delta_height: 3 })).toEqual({});
    expect(await height()).toBe(before + 3);
  });

  test('a port in use is a clear error', async () => {
    const port = Number(new URL(server.rpcUrl).port);
    await expect(startDevnetServer({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is already in use`,
    );
  });

  test('hundreds of callers wait at once', async () => {
    const signing = new TestNode();
    const { result } = await fetch(`${server.rpcUrl}/`, {
      method: 'POST',
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'block',
        params: { finality: 'final' },
      }),
    }).then((response) => response.json());
    const sends = [];
    for (let nonce = 1n; nonce <= 300n; nonce++) {
      const { base64 } = signing.sign({
        signerId: SERVICE_ACCOUNT,
        receiverId: 'devnet',
        actions: [actions.transfer(1n)],
        nonce,
        blockHash: result.header.hash,
      });
      const params = { signed_tx_base64: base64, wait_until: 'INCLUDED' };
      sends.push(post(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'send_tx', params })));
    }
    let isDone = false;
    const answers = Promise.all(sends).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      server.devnet.produceBlock();
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { text } of await answers) expect(JSON.parse(text).result).toBeDefined();
  });
});

test('any bytes get an answer over HTTP', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const { status, text } = await post(new Uint8Array(bytes));
      expect(status).toBe(400);
      expect(JSON.parse(text).error.cause.name).toBe('PARSE_ERROR');
    }),
    { numRuns: 200 },
  );
});

test('chunk by block and shard, in each form that clients send', async () => {
  const node = new TestNode();
  const { height } = node.devnet.inspect();
  const forms = [[height, 0], [[height, 0]], { block_id: height, shard_id: 0 }];
  const [first, ...others] = await Promise.all(forms.map((form) => node.call('chunk', form)));
  expect(first?.result.header).toBeTypeOf('object');
  for (const other of others) expect(other).toEqual(first);
});

test('block takes one reference and nothing else', async () => {
  const { error } = await new TestNode().call('block', { finality: 'final', shard_id: 0 });
  expect(error.cause.name).toBe('PARSE_ERROR');
});
