import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world.ts';
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

const end = (status: object): FakeReply => ({
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
  const chain = createJsonRpcNearChain({
    urls: Object.keys(said),
    expectedChainId: null,
    transport,
    clock: { now: () => 0 },
    log: world.log(),
  });
  const askedFor = (method: string) =>
    asked.filter((call) => call.endsWith(` ${method}`)).map((call) => call.split(' ')[0]);
  return { chain, askedFor, logged: world.logged };
}

describe('bytes that are sent', () => {
  it('stop at the first endpoint that shows them in a block', async () => {
    const { chain, askedFor } = chainOf({ a: 'included', b: 'included' });
    expect(await chain.sendTransaction(transaction)).toEqual({ kind: 'included' });
    expect(askedFor('send_tx')).toEqual(['a']);
  });

  it('go on behind it when they are to reach all', async () => {
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

describe('a transaction in a block without an end', () => {
  it('has the others asked for it', async () => {
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

  it('of two endpoints is one, and of the only one', async () => {
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

  it('counts of the only one of this chain', async () => {
    const { chain } = chainOf({ a: 'failure', b: 'success' }, { b: fakeHash('X') });
    await chain.requireChain({ genesisHash: fakeHash('G') });
    expect(await chain.readTransaction(transaction)).toMatchObject({ kind: 'final' });
    expect(await chain.readTransactionEverywhere(asked)).toMatchObject({ kind: 'final' });
  });

  it('beside a success is neither, and told', async () => {
    const { chain, logged } = chainOf({ a: 'failure', b: 'success' });
    expect(await chain.readTransaction(transaction)).toEqual({ kind: 'pending' });
    expect(logged).toMatchObject([{ level: 'error', fields: { hash } }]);
  });
});
