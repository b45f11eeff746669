import fc from 'fast-check';
import { actions } from 'near-api-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevnetServer, startDevnetServer } from '../node/devnet-server.ts';
import { decodeTransaction } from '../rules/decode-transaction.ts';
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

  test('the answer has the id of the request', async () => {
    const { text } = await post('{"jsonrpc":"2.0","id":"dontcare","method":"health","params":[]}');
    expect(JSON.parse(text)).toEqual({ jsonrpc: '2.0', id: 'dontcare', result: null });
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
    const wrong = await send('/devnet/faults', { kind: 'drop-answer', methods: 'status' });
    expect(wrong.status).toBe(400);
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

describe('invalid input', () => {
  // Timers fire at once.
  const node = new TestNode({
    setTimer: (callback) => {
      queueMicrotask(callback);
      return () => undefined;
    },
  });
  const METHODS = [
    'block',
    'broadcast_tx_async',
    'broadcast_tx_commit',
    'chunk',
    'changes',
    'gas_price',
    'health',
    'network_info',
    'query',
    'send_tx',
    'status',
    'tx',
    'tx_status',
    'validators',
    'EXPERIMENTAL_changes',
    'EXPERIMENTAL_changes_in_block',
    'EXPERIMENTAL_protocol_config',
    'EXPERIMENTAL_receipt',
    'EXPERIMENTAL_tx_status',
    'sandbox_patch_state',
  ];
  const NAMES = [
    'request_type',
    'finality',
    'block_id',
    'account_id',
    'public_key',
    'method_name',
    'args_base64',
    'signed_tx_base64',
    'wait_until',
    'tx_hash',
    'sender_account_id',
    'chunk_id',
    'shard_id',
    'changes_type',
    'account_ids',
    'keys',
    'receipt_id',
    'records',
    '__proto__',
  ];
  const VALUES = [
    'view_account',
    'view_access_key',
    'call_function',
    'view_code',
    'final',
    'optimistic',
    'near-final',
    'FINAL',
    'NONE',
    SERVICE_ACCOUNT,
    CHOCO_TOKEN,
    'ft_transfer',
    'ft_balance_of',
    '',
    'AAAA',
    'account_changes',
    '11111111111111111111111111111112',
    'ed25519:11111111111111111111111111111111',
    100,
    103,
    0,
    -1,
    1e300,
    null,
    true,
    [],
    {},
    '\u0000',
    'ᄀ',
  ];
  const value = fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue({ maxDepth: 2 }));
  const params = fc.oneof(
    fc.dictionary(fc.constantFrom(...NAMES), value, { noNullPrototype: true }),
    fc.array(value, { maxLength: 3 }),
    fc.jsonValue(),
  );

  test('any JSON gets a JSON-RPC answer, never an internal error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHODS), params, async (method, given) => {
        const request = { jsonrpc: '2.0', id: 1, method, params: given };
        const { httpStatus, body } = await node.devnet.handle(JSON.parse(JSON.stringify(request)));
        expect([200, 400, 408]).toContain(httpStatus);
        JSON.stringify(body);
      }),
      { numRuns: 3_000 },
    );
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

  test('any transaction bytes, and any change of valid ones, are decoded or rejected', async () => {
    const good = Buffer.from(
      node.sign({
        signerId: SERVICE_ACCOUNT,
        receiverId: CHOCO_TOKEN,
        actions: [
          actions.createAccount(),
          actions.functionCall('m', {}, 1n, 1n),
          actions.deleteAccount('a.b'),
        ],
      }).base64,
      'base64',
    );
    const flips = fc.record({
      position: fc.nat({ max: good.length - 1 }),
      flip: fc.integer({ min: 1, max: 255 }),
    });
    const damaged = fc
      .uniqueArray(flips, { minLength: 1, maxLength: 4, selector: ({ position }) => position })
      .map((changes) => {
        const bytes = Buffer.from(good);
        for (const { position, flip } of changes) bytes[position] = (bytes[position] ?? 0) ^ flip;
        return bytes;
      });
    const cut = fc.nat({ max: good.length - 1 }).map((length) => good.subarray(0, length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), damaged, cut), async (bytes) => {
        const signed_tx_base64 = Buffer.from(bytes).toString('base64');
        const { error, result } = await node.call('send_tx', {
          signed_tx_base64,
          wait_until: 'NONE',
        });
        expect(error?.cause.name ?? result.final_execution_status).toMatch(/^(PARSE_ERROR|NONE)$/);
      }),
      { numRuns: 2_000 },
    );
    expect(decodeTransaction(good).actions).toHaveLength(3);
    node.blocks(1);
    expect(node.devnet.inspect().transactions()).toHaveLength(0);
  });
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
