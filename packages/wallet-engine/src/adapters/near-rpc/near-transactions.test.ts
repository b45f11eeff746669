import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world/world.ts';
import {
  type FakeNode,
  type FakeReply,
  fakeError,
  fakeHash,
  fakeNodes,
} from '../../testing/suites/fake-nodes.ts';
import { createJsonRpcNearChain } from './json-rpc-near-chain.ts';

const hash = fakeHash('T');
const signerId = 'service.near';
const transaction = { hash, signerId, signedBytes: 'AA==' };

const end = (status: object) => ({
  result: {
    final_execution_status: 'FINAL',
    status,
    transaction: { hash, signer_id: signerId },
    transaction_outcome: { id: hash, outcome: { gas_burnt: 3, tokens_burnt: '3' } },
    receipts_outcome: [{ outcome: { gas_burnt: 1, tokens_burnt: '1' } }],
  },
});
const invalid = { TxExecutionError: { InvalidTxError: { InvalidNonce: { tx_nonce: 1 } } } };
const replies = {
  success: end({ SuccessValue: '' }),
  'success of unknown cost': {
    result: { ...end({ SuccessValue: '' }).result, receipts_outcome: [] },
  },
  failure: end({ Failure: { ActionError: { index: 0, kind: 'Any' } } }),
  included: { result: { final_execution_status: 'INCLUDED', status: 'Started' } },
  waiting: { result: { final_execution_status: 'NONE' } },
  refused: fakeError('INVALID_TRANSACTION', { data: invalid }),
  unknown: fakeError('UNKNOWN_TRANSACTION'),
  timeout: fakeError('TIMEOUT_ERROR'),
  down: 'no connection',
} satisfies Record<string, FakeReply>;
type Reply = keyof typeof replies;

/** Endpoints that say this of the transaction, to whatever they are asked about it. */
function chainOf(said: Record<string, Reply>, genesisHashes: Record<string, string> = {}) {
  const nodes = Object.entries(said).map(([url, reply]) => {
    const genesisHash = genesisHashes[url];
    const node: FakeNode = {
      ...(genesisHash && { genesisHash }),
      reply: ({ method }) => (['tx', 'send_tx'].includes(method) ? replies[reply] : null),
    };
    return [url, node] as const;
  });
  const { transport, asked } = fakeNodes(Object.fromEntries(nodes));
  const world = new World();
  const waits: [url: string, waitUntil: unknown, timeoutMs: number][] = [];
  const chain = createJsonRpcNearChain({
    urls: Object.keys(said),
    expectedChainId: null,
    transport: (call) => {
      const { method, params } = call.body as { method: string; params: { wait_until: string } };
      if (method !== 'status') waits.push([call.url, params.wait_until, call.timeoutMs]);
      return transport(call);
    },
    clock: { now: () => 0 },
    log: world.log(),
  });
  const askedFor = (method: string) =>
    asked.filter((call) => call.endsWith(` ${method}`)).map((call) => call.split(' ')[0]);
  return { chain, askedFor, waits, logged: world.logged };
}

describe('sending bytes', () => {
  it('stops at the first endpoint that has them in a block', async () => {
    const { chain, askedFor } = chainOf({ a: 'included', b: 'included' });
    expect(await chain.sendTransaction(transaction)).toEqual({ kind: 'included' });
    expect(askedFor('send_tx')).toEqual(['a']);
  });

  it('continues when they must reach all endpoints', async () => {
    const { chain, askedFor } = chainOf({ a: 'included', b: 'success' });
    const answer = await chain.sendTransaction({ ...transaction, everywhere: true });
    expect(answer.kind).toBe('final');
    expect(askedFor('send_tx')).toEqual(['a', 'b']);
  });

  // A node that takes them and keeps them to itself would else be the only one to have them.
  it.each(['waiting', 'timeout', 'refused', 'unknown', 'down', 'failure'] as const)(
    'reach the second endpoint when the first one answers: %s',
    async (reply) => {
      const { chain, askedFor } = chainOf({ a: reply, b: 'included' });
      expect(await chain.sendTransaction(transaction)).toEqual({ kind: 'included' });
      expect(askedFor('send_tx')).toEqual(['a', 'b']);
    },
  );

  it.each([
    ['timeout', 'refused', 'rejected'],
    ['timeout', 'unknown', 'unknown'],
    ['timeout', 'waiting', 'pending'],
    ['down', 'down', 'pending'],
  ] as const)('%s and %s are %s', async (a, b, kind) => {
    expect((await chainOf({ a, b }).chain.sendTransaction(transaction)).kind).toBe(kind);
  });
});

describe('a transaction in a block without an outcome', () => {
  it('makes the client query the others', async () => {
    const { chain } = chainOf({ a: 'included', b: 'success' });
    expect(await chain.readTransaction(transaction)).toMatchObject({ kind: 'final' });
    const alone = chainOf({ a: 'included', b: 'down' });
    expect(await alone.chain.readTransaction(transaction)).toEqual({ kind: 'included' });
  });
});

// What follows from a failure is another payment.
describe('a failure', () => {
  const asked = { ...transaction, minFinalHeight: 100, reachBackTo: 0 };

  it.each(['unknown', 'timeout', 'down', 'refused'] as const)(
    'of one endpoint is none while the second says: %s',
    async (second) => {
      for (const said of [
        { a: 'failure', b: second },
        { a: second, b: 'failure' },
      ] as const) {
        const { chain } = chainOf(said);
        expect((await chain.readTransaction(transaction)).kind).not.toBe('final');
        expect((await chain.sendTransaction(transaction)).kind).not.toBe('final');
        expect((await chain.lookUpTransaction(transaction)).kind).not.toBe('final');
        expect((await chain.readTransactionEverywhere(asked)).kind).toBe('pending');
      }
    },
  );

  it('counts from two endpoints, and from the only one', async () => {
    const both: Record<string, Reply> = { a: 'failure', b: 'failure' };
    for (const said of [both, { a: 'failure' }] satisfies Record<string, Reply>[]) {
      const { chain } = chainOf(said);
      const failed = { kind: 'final', outcome: { succeeded: false } };
      expect(await chain.readTransaction(transaction)).toMatchObject(failed);
      expect(await chain.sendTransaction(transaction)).toMatchObject(failed);
      expect(await chain.lookUpTransaction(transaction)).toMatchObject(failed);
      expect(await chain.readTransactionEverywhere(asked)).toMatchObject(failed);
    }
  });

  it('counts from the only endpoint of this chain', async () => {
    const { chain } = chainOf({ a: 'failure', b: 'success' }, { b: fakeHash('X') });
    await chain.requireChain({ genesisHash: fakeHash('G') });
    expect(await chain.readTransaction(transaction)).toMatchObject({ kind: 'final' });
    expect(await chain.readTransactionEverywhere(asked)).toMatchObject({ kind: 'final' });
  });

  it('contradicted by a success is neither, and logged', async () => {
    const { chain, logged } = chainOf({ a: 'failure', b: 'success' });
    expect(await chain.readTransaction(transaction)).toEqual({ kind: 'pending' });
    expect(logged).toMatchObject([{ level: 'error', fields: { hash } }]);
  });
});

describe('querying in turn', () => {
  it('the first node gets time to reach the outcome, the others answer immediately', async () => {
    const { chain, waits } = chainOf({ a: 'timeout', b: 'unknown' });
    await chain.readTransaction(transaction);
    expect(waits).toEqual([
      ['a', 'FINAL', 15_000],
      ['b', 'NONE', 5_000],
    ]);
    waits.splice(0);
    await chain.lookUpTransaction(transaction);
    expect(waits).toEqual([['a', 'NONE', 5_000]]);
    // One that gives no answer was not the first.
    const down = chainOf({ a: 'down', b: 'unknown' });
    await down.chain.readTransaction(transaction);
    expect(down.waits.map(([url, waitUntil]) => [url, waitUntil])).toEqual([
      ['a', 'FINAL'],
      ['b', 'FINAL'],
    ]);
  });

  it('one success is enough, and any answer for a mere lookup', async () => {
    const { chain, askedFor } = chainOf({ a: 'success', b: 'success' });
    await chain.readTransaction(transaction);
    expect(askedFor('tx')).toEqual(['a']);
    const denied = chainOf({ a: 'unknown', b: 'success' });
    expect(await denied.chain.lookUpTransaction(transaction)).toEqual({ kind: 'unknown' });
    expect(denied.askedFor('tx')).toEqual(['a']);
  });

  it('two failures are enough, one beside another answer is not', async () => {
    const two = chainOf({ a: 'failure', b: 'failure', c: 'success' });
    expect(await two.chain.readTransaction(transaction)).toMatchObject({ kind: 'final' });
    expect(two.askedFor('tx')).toEqual(['a', 'b']);
    const one = chainOf({ a: 'unknown', b: 'failure', c: 'failure' });
    expect(await one.chain.readTransaction(transaction)).toMatchObject({
      kind: 'final',
      outcome: { succeeded: false },
    });
  });

  it('no node is queried while two are of different chains', async () => {
    const { chain, askedFor } = chainOf({ a: 'success', b: 'success' }, { b: fakeHash('X') });
    await expect(chain.lookUpTransaction(transaction)).rejects.toMatchObject({
      code: 'WRONG_CHAIN',
    });
    expect(await chain.readTransaction(transaction)).toEqual({ kind: 'pending' });
    expect(askedFor('tx')).toEqual([]);
  });
});

it('different outcomes do not even count as inclusion in a block', async () => {
  const said = { a: 'success', b: 'failure', c: 'included' } as const;
  const asked = { ...transaction, minFinalHeight: 100, reachBackTo: 0 };
  expect(await chainOf(said).chain.readTransactionEverywhere(asked)).toEqual({ kind: 'pending' });
  const turned = chainOf({ a: 'included', b: 'failure', c: 'success' });
  expect(await turned.chain.readTransaction(transaction)).toEqual({ kind: 'pending' });
});

it('an unreadable cost is logged once', async () => {
  const { chain, logged } = chainOf({ a: 'success of unknown cost' });
  for (let times = 0; times < 2; times += 1) {
    const answer = await chain.readTransaction(transaction);
    expect(answer).toMatchObject({ kind: 'final', outcome: { burntYocto: null } });
  }
  expect(logged).toMatchObject([{ level: 'warn', fields: { hash } }]);
});
