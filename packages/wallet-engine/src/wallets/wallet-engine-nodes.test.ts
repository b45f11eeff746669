import { CHOCO_TOKEN, developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { decodeSignedTransaction, encodeTransaction } from 'near-api-js';
import { describe, expect, it } from 'vitest';
import { hashToBase58, sha256 } from '../../../near-devnet/src/bytes/hash.ts';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import {
  during,
  expectOneOfEach,
  ledger,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

type Call = Parameters<RpcTransport>[0];
const requestOf = ({ body }: Call) =>
  body as { id: string; method: string; params: Record<string, unknown> };
const replyWith = (call: Call, part: object) => ({
  httpStatus: 200,
  body: JSON.stringify({ jsonrpc: '2.0', id: requestOf(call).id, ...part }),
});

const urls = ['http://first', 'http://second'];

/** Two nodes of one chain; a test may script the first one; null: as the other. */
function twoNodes(first: (call: Call, world: World) => object | null) {
  const world = new World();
  const calls = { first: 0, second: 0 };
  const transport: RpcTransport = async (call) => {
    const isFirst = call.url === urls[0];
    if (requestOf(call).method !== 'status') calls[isFirst ? 'first' : 'second'] += 1;
    const part = isFirst ? first(call, world) : null;
    return part ? replyWith(call, part) : world.transport(call);
  };
  return { world, transport, calls };
}

/** Replaces what the token's views give; null: as it is. */
function tokenViews(
  world: World,
  give: (call: Call, method: unknown) => string | null,
): RpcTransport {
  return async (call) => {
    const reply = await world.transport(call);
    const { method, params } = requestOf(call);
    const given = method === 'query' ? give(call, params.method_name) : null;
    if (given === null) return reply;
    const { result } = JSON.parse(reply.body);
    return replyWith(call, { result: { ...result, result: [...Buffer.from(given)] } });
  };
}

/** Starts, makes one wallet, and stops. */
async function makeOne(scene: { world: World; transport: RpcTransport }, from: string[] = urls) {
  const { world, transport } = scene;
  const engine = await startEngine(world, { users: ['ann'], transport, urls: from });
  await untilLanesReady(world);
  await engine.requestWallet('ann');
  await world.untilReady(['ann'], 60_000);
  expectOneOfEach(world, ['ann']);
  await during(world, engine.stop());
}

describe('an answer to another question', () => {
  it("is not an outcome: another transaction's failure in place of a reward's pays nothing twice", async () => {
    const world = new World();
    let crossed = 0;
    const transport: RpcTransport = async (call) => {
      const { method, params } = requestOf(call);
      if (method !== 'send_tx') return world.transport(call);
      const bytes = Buffer.from(String(params.signed_tx_base64), 'base64');
      const { transaction } = decodeSignedTransaction(bytes);
      if (transaction.receiverId !== CHOCO_TOKEN || crossed > 0) return world.transport(call);
      crossed += 1;
      // The bytes go on all the same, and land later.
      world.clock.setTimer(() => void world.transport(call), 9_000);
      const hash = hashToBase58(sha256(Buffer.from('another')));
      expect(hash).not.toBe(hashToBase58(sha256(encodeTransaction(transaction))));
      const ActionError = { index: 0, kind: { AccountDoesNotExist: { account_id: 'x.near' } } };
      const outcome = { gas_burnt: 1, tokens_burnt: '1' };
      return replyWith(call, {
        result: {
          final_execution_status: 'FINAL',
          status: { Failure: { ActionError } },
          transaction: { hash, signer_id: SERVICE_ACCOUNT },
          transaction_outcome: { id: hash, outcome },
          receipts_outcome: [],
        },
      });
    };
    await makeOne({ world, transport }, ['http://first']);
    expect(crossed).toBe(1);
    await world.clock.advance(60_000);
    expectOneOfEach(world, ['ann']);
    expect(ledger(world).filter(({ status }) => status === 'FAILED')).toEqual([]);
  });

  it('is detected by its id although everything else in it fits', async () => {
    const world = new World();
    const transport: RpcTransport = async (call) => {
      const reply = await world.transport(call);
      if (call.url !== urls[0] || requestOf(call).method === 'status') return reply;
      return { ...reply, body: JSON.stringify({ ...JSON.parse(reply.body), id: 'choonsim' }) };
    };
    await makeOne({ world, transport });
  });
});

describe('a useless first node, and a good second one', () => {
  const error = (code: number, message: string) => ({ error: { code, message } });
  it.each<[string, (call: Call) => object]>([
    ['limits its calls inside HTTP 200', () => error(-429, 'slow down')],
    ['limits them by another code', () => error(-32005, 'limit')],
    [
      'has not caught up and says so',
      () => ({ error: { cause: { name: 'NOT_SYNCED_YET', info: {} }, code: -32000 } }),
    ],
    ['answers nothing', () => ({ result: null })],
    [
      'answers what nobody asked',
      () => ({ result: { keys: 'none', header: {}, status: 'Started' } }),
    ],
  ])('that %s costs no wallet', async (_name, part) => {
    const scene = twoNodes((call) => (requestOf(call).method === 'status' ? null : part(call)));
    await makeOne(scene);
    expect(scene.calls.second).toBeGreaterThan(scene.calls.first);
  });

  it.each<[string, object]>([
    ['names blocks by half a hash', { hash: 'B'.repeat(22) }],
    ['names blocks by 33 bytes', { hash: 'z'.repeat(44) }],
    ['dates blocks by nothing', { timestamp: null }],
  ])('that %s costs no wallet', async (_name, garbled) => {
    const world = new World();
    const transport: RpcTransport = async (call) => {
      const reply = await world.transport(call);
      if (call.url !== urls[0] || requestOf(call).method !== 'block') return reply;
      const { result } = JSON.parse(reply.body);
      return replyWith(call, { result: { ...result, header: { ...result.header, ...garbled } } });
    };
    await makeOne({ world, transport });
  });

  it.each([
    ['storage_balance_bounds', '{"min":"0","max":"0"}'],
    ['ft_metadata', '{"spec":"ft-1.0.0","name":"C","symbol":"C","decimals":6}'],
  ])('that has its own idea of the token, by %s, costs no wallet', async (method, given) => {
    const world = new World();
    const transport = tokenViews(world, ({ url }, asked) =>
      url === urls[0] && asked === method ? given : null,
    );
    await makeOne({ world, transport });
    expect(world.logged.map(({ message }) => message)).not.toContain('signing is paused');
    expect(ledger(world).filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  });

  it('whose contract cache is broken pauses nothing', async () => {
    const scene = twoNodes((call, world) => {
      const { method, params } = requestOf(call);
      if (method !== 'query' || params.request_type !== 'call_function') return null;
      const block = { block_height: world.devnet.inspect().finalHeight, block_hash: '1' };
      const text = 'wasm execution failed with error: CacheError(ReadError)';
      return { result: { error: text, logs: [], ...block } };
    });
    await makeOne(scene);
    expect(scene.world.logged.map(({ message }) => message)).not.toContain('signing is paused');
  });

  it('that alone shows an empty treasury and a useless key pauses nothing', async () => {
    const world = new World();
    let lies = 0;
    const transport: RpcTransport = async (call) => {
      const reply = await world.transport(call);
      const { method, params } = requestOf(call);
      if (call.url !== urls[0] || method !== 'query') return reply;
      const { result } = JSON.parse(reply.body);
      const isOfService = params.account_id === SERVICE_ACCOUNT;
      const asked = Buffer.from(String(params.args_base64 ?? ''), 'base64').toString();
      if (isOfService && result?.amount) result.amount = '1';
      else if (isOfService && result?.permission) result.permission = { FunctionCall: {} };
      else if (params.method_name === 'ft_balance_of' && asked.includes(`"${SERVICE_ACCOUNT}"`)) {
        result.result = [...Buffer.from('"0"')];
      } else return reply;
      lies += 1;
      return replyWith(call, { result });
    };
    await makeOne({ world, transport });
    await world.clock.advance(30_000);
    expect(lies).toBeGreaterThan(3);
    expect(world.logged.map(({ message }) => message)).not.toContain('signing is paused');
  });

  it("that alone shows more than the reward is not believed of a wallet's balance", async () => {
    const world = new World();
    const transport: RpcTransport = async (call) => {
      const reply = await world.transport(call);
      const { method, params } = requestOf(call);
      if (call.url !== urls[0] || method !== 'query') return reply;
      const asked = Buffer.from(String(params.args_base64 ?? ''), 'base64').toString();
      if (params.method_name !== 'ft_balance_of' || asked.includes(`"${SERVICE_ACCOUNT}"`)) {
        return reply;
      }
      const { result } = JSON.parse(reply.body);
      result.result = [...Buffer.from(`"9${'0'.repeat(30)}"`)];
      return replyWith(call, { result });
    };
    // The balance that is shown is that of the reward.
    await makeOne({ world, transport });
  });

  it.each([
    ['NotEnoughBalance', { NotEnoughBalance: { signer_id: 'a', balance: '1', cost: '2' } }],
    ['SignerDoesNotExist', { SignerDoesNotExist: { signer_id: 'a' } }],
  ])('that alone rejects what is signed with %s pauses nothing', async (_name, InvalidTxError) => {
    const world = new World();
    let refusals = 0;
    const transport: RpcTransport = async (call) => {
      const { method, params } = requestOf(call);
      const isRefused = call.url === urls[0] && method === 'send_tx' && refusals < 3;
      const bytes = Buffer.from(String(params.signed_tx_base64 ?? ''), 'base64');
      if (!isRefused || decodeSignedTransaction(bytes).transaction.receiverId === SERVICE_ACCOUNT) {
        return world.transport(call);
      }
      refusals += 1;
      const cause = { name: 'INVALID_TRANSACTION', info: {} };
      const data = { TxExecutionError: { InvalidTxError } };
      return replyWith(call, { error: { name: 'HANDLER_ERROR', code: -32000, cause, data } });
    };
    await makeOne({ world, transport });
    expect(refusals).toBeGreaterThan(0);
    expect(world.logged.map(({ message }) => message)).not.toContain('signing is paused');
  });

  it('that alone finds neither account, key nor token pauses nothing', async () => {
    const scene = twoNodes((call, world) => {
      const { method, params } = requestOf(call);
      const block = { block_height: world.devnet.inspect().finalHeight, block_hash: '1' };
      if (method !== 'query') return null;
      const info = { requested_account_id: params.account_id, ...block };
      return { error: { cause: { name: 'UNKNOWN_ACCOUNT', info }, code: -32000 } };
    });
    const engine = await startEngine(scene.world, { transport: scene.transport, urls });
    // Of two that contradict each other about the keys none is believed, here and for now.
    expect(engine.pausedBy()).toBe('NODES_DISAGREE');
    expect(scene.world.rows('SELECT "pauseReason" FROM "Deployment"')).toEqual([
      { pauseReason: null },
    ]);
    expect(scene.world.logged.map(({ message }) => message)).not.toContain('signing is paused');
    await during(scene.world, engine.stop());
  });
});

describe('a first node that is wrong about the keys of the service account', () => {
  type Key = { public_key: string; access_key: { nonce: number } };
  it.each<[string, (keys: Key[]) => Key[]]>([
    [
      'shows nonces that nobody has used',
      (keys) =>
        keys.map((key) => ({
          ...key,
          access_key: { ...key.access_key, nonce: key.access_key.nonce + 3 },
        })),
    ],
    ['lacks some', (keys) => keys.slice(0, 1)],
    [
      'lets new ones begin too low',
      (keys) => keys.map((key) => ({ ...key, access_key: { ...key.access_key, nonce: 0 } })),
    ],
  ])('that %s pauses nothing, adds nothing and costs no wallet', async (_name, change) => {
    let isLying = false;
    const world = new World();
    const transport: RpcTransport = async (call) => {
      const reply = await world.transport(call);
      const { method, params } = requestOf(call);
      if (call.url !== urls[0] || !isLying || method !== 'query') return reply;
      if (params.request_type !== 'view_access_key_list') return reply;
      const { result } = JSON.parse(reply.body);
      return replyWith(call, { result: { ...result, keys: change(result.keys) } });
    };
    const options = { users: ['ann'], transport, urls, config: { lanes: 2 } };
    const engine = await startEngine(world, options);
    await untilLanesReady(world);
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 60_000);
    await during(world, engine.stop());
    isLying = true;
    const next = await startEngine(world, { ...options, name: 'next', users: ['bob'] });
    await next.requestWallet('bob');
    await world.clock.advance(30_000);
    isLying = false;
    await world.untilReady(['bob'], 60_000);
    expectOneOfEach(world, ['ann', 'bob']);
    expect(world.logged.map(({ message }) => message)).not.toContain('signing is paused');
    const ended = ledger(world).map(({ purpose, status }) => `${purpose} ${status}`);
    expect(ended.filter((end) => end.startsWith('LANES'))).toEqual(['LANES SUCCEEDED']);
    expect(ended.filter((end) => !end.endsWith('SUCCEEDED'))).toEqual([]);
    await during(world, next.stop());
  });
});

it('a balance that no node can show pauses nobody: it is not known to be low', async () => {
  const world = new World();
  const transport = tokenViews(world, (_call, method) =>
    method === 'ft_balance_of' ? '100' : null,
  );
  const engine = await startEngine(world, { users: ['ann'], transport });
  await engine.requestWallet('ann');
  await world.clock.advance(60_000);
  expect(engine.pausedBy()).toBe('NODE_UNREACHABLE');
  expect(world.rows('SELECT "pauseReason" FROM "Deployment"')).toEqual([{ pauseReason: null }]);
  expect(ledger(world)).toEqual([]);
  await during(world, engine.stop());
});

it('a registration above the maximum is not paid, and is reported', async () => {
  const world = new World();
  const asked = 9_000_000n * 10n ** 18n;
  const transport: RpcTransport = async (call) => {
    const { method, params } = requestOf(call);
    if (method !== 'query' || params.method_name !== 'storage_balance_bounds') {
      return world.transport(call);
    }
    const { result } = JSON.parse((await world.transport(call)).body);
    const bounds = JSON.stringify({ min: `${asked}`, max: `${asked}` });
    return replyWith(call, { result: { ...result, result: [...Buffer.from(bounds)] } });
  };
  const engine = await startEngine(world, { users: ['ann'], transport });
  await engine.requestWallet('ann');
  await world.clock.advance(30_000);
  expect(engine.pausedBy()).toBe('REGISTRATION_TOO_DEAR');
  const reported = world.logged.find(({ fields }) => fields.code === 'REGISTRATION_TOO_DEAR');
  expect(reported?.fields.message).toContain('asks for 9 NEAR');
  expect(ledger(world)).toEqual([]);
  await during(world, engine.stop());
});

describe('a first node that accepts transactions and forwards none', () => {
  it.each(['NONE', 'INCLUDED'])('costs no wallet when it answers %s', async (said) => {
    const kept = new Set<string>();
    const scene = twoNodes((call) => {
      const { method, params } = requestOf(call);
      if (method === 'send_tx') {
        const bytes = Buffer.from(String(params.signed_tx_base64), 'base64');
        const { transaction } = decodeSignedTransaction(bytes);
        kept.add(hashToBase58(sha256(encodeTransaction(transaction))));
        return { result: { final_execution_status: said, status: 'NotStarted' } };
      }
      return method === 'tx' && kept.has(String(params.tx_hash))
        ? { result: { final_execution_status: said, status: 'NotStarted' } }
        : null;
    });
    const { world, transport } = scene;
    const engine = await startEngine(world, { users: ['ann'], transport, urls });
    await world.clock.until(
      () =>
        world.logged.some(
          ({ message }) =>
            message === 'access keys of the service account (lanes) are ready to sign',
        ),
      120_000,
    );
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 120_000);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
    expect(kept.size).toBeGreaterThan(2);
  });
});

describe('the configured network', () => {
  it.each(['testnet', 'mainnet'])(
    'refuses the start at a node whose chain has another name: %s',
    async (expectedChainId) => {
      const world = new World();
      const engine = world.engine({ expectedChainId, config: { networkId: expectedChainId } });
      await expect(during(world, engine.start())).rejects.toMatchObject({ code: 'WRONG_CHAIN' });
      await during(world, engine.stop());
      expect(ledger(world)).toEqual([]);
      expect(world.rows('SELECT * FROM "Deployment"')).toEqual([]);
    },
  );

  it('refuses the start when two nodes serve two chains and nothing is stored', async () => {
    const world = new World();
    const transport: RpcTransport = async (call) => {
      const reply = await world.transport(call);
      if (call.url !== urls[1] || requestOf(call).method !== 'status') return reply;
      const body = JSON.parse(reply.body);
      body.result.genesis_hash = '1'.repeat(32);
      return { ...reply, body: JSON.stringify(body) };
    };
    const engine = world.engine({ transport, urls });
    await expect(during(world, engine.start())).rejects.toMatchObject({ code: 'WRONG_CHAIN' });
    await during(world, engine.stop());
    expect(world.rows('SELECT * FROM "Deployment"')).toEqual([]);
  });
});

it('more than a hundred keys on the service account are read by pages', async () => {
  const world = new World();
  const keys = Array.from({ length: 230 }, (_, index) => developmentKey(`key-${index}`).publicKey);
  world.devnet.producer.patch(
    keys.map((publicKey) => ({
      type: 'accessKey' as const,
      accountId: SERVICE_ACCOUNT,
      publicKey,
      nonce: 0,
      permission: { type: 'FullAccess' as const },
    })),
  );
  await makeOne({ world, transport: world.transport }, ['http://first']);
});
