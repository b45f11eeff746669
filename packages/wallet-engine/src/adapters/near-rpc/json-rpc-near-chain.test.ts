import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world/world.ts';
import {
  type FakeNode,
  type FakeReply,
  fakeError,
  fakeHash,
  fakeNodes,
} from '../../testing/suites/fake-nodes.ts';
import { describeNearChain } from '../../testing/suites/near-chain-suite.ts';
import { createJsonRpcNearChain } from './json-rpc-near-chain.ts';

describeNearChain({
  name: 'JSON-RPC to the devnet',
  async create() {
    const world = new World();
    await world.clock.advance(3_000);
    const { transport, clock } = world;
    const nodes = { urls: ['node'], expectedChainId: null, transport, clock, log: world.log() };
    return { world, chain: createJsonRpcNearChain(nodes) };
  },
});

const hash = fakeHash('T');
const signerId = 'service.near';

type TxAnswer = 'unknown' | 'final' | 'failed' | 'included' | 'invalid' | 'timeout' | 'down';
interface Endpoint {
  final: number;
  /** Null: the node does not say. */
  earliest: number | null;
  tx: TxAnswer;
  genesisHash?: string;
}

const outcome = { id: hash, outcome: { gas_burnt: 3, tokens_burnt: '3' } };
const receipt = { id: 'receipt', outcome: { gas_burnt: 3, tokens_burnt: '3' } };
const final = {
  final_execution_status: 'FINAL',
  status: { SuccessValue: '' },
  transaction: { hash, signer_id: signerId },
  transaction_outcome: outcome,
  receipts_outcome: [receipt, receipt],
};
const replies: Record<TxAnswer, FakeReply> = {
  final: { result: final },
  failed: { result: { ...final, status: { Failure: { ActionError: { index: 0, kind: 'Any' } } } } },
  included: { result: { final_execution_status: 'INCLUDED', status: 'Started' } },
  invalid: {
    result: {
      ...final,
      status: { Failure: { InvalidTxError: { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } } } },
    },
  },
  unknown: fakeError('UNKNOWN_TRANSACTION', { info: { requested_transaction_hash: hash } }),
  timeout: fakeError('TIMEOUT_ERROR'),
  down: 'no connection',
};

/** Nodes of one chain, each with its own head and history; archival ones have names with "old". */
function chainOf(endpoints: Record<string, Endpoint>) {
  const nodes = Object.entries(endpoints).map(([url, { final, earliest, tx, genesisHash }]) => {
    const node: FakeNode = {
      height: final,
      earliestHeight: earliest,
      ...(genesisHash && { genesisHash }),
      reply: ({ method }) => (method === 'tx' || tx === 'down' ? replies[tx] : null),
    };
    return [url, node] as const;
  });
  const { transport, asked } = fakeNodes(Object.fromEntries(nodes));
  const urls = Object.keys(endpoints);
  const world = new World();
  const chain = createJsonRpcNearChain({
    urls: urls.filter((url) => !url.includes('old')),
    archivalUrls: urls.filter((url) => url.includes('old')),
    expectedChainId: null,
    transport,
    clock: { now: () => 0 },
    log: world.log(),
  });
  const askedFor = (method: string) =>
    asked.filter((call) => call.endsWith(` ${method}`)).map((call) => call.split(' ')[0]);
  return { chain, askedFor, logged: world.logged };
}

describe('querying every node for a transaction', () => {
  const ask = async (endpoints: Record<string, Endpoint>) => {
    const { chain, askedFor, logged } = chainOf(endpoints);
    const answer = await chain.readTransactionEverywhere({
      hash,
      signerId,
      minFinalHeight: 100,
      reachBackTo: 40,
    });
    return { kind: answer.kind, asked: askedFor('tx'), logged };
  };
  const node = (tx: Endpoint['tx'], changes: Partial<Endpoint> = {}): Endpoint => ({
    final: 100,
    earliest: 40,
    tx,
    ...changes,
  });

  it('returns unknown when no node that must know it does', async () => {
    const { kind, asked } = await ask({ a: node('unknown'), b: node('unknown', { final: 500 }) });
    expect(kind).toBe('unknown');
    expect(asked).toEqual(['a', 'b']);
  });

  it('ignores a node that lags behind the proof: it could not know', async () => {
    const lagging = node('unknown', { final: 99 });
    expect((await ask({ a: lagging, b: node('unknown') })).kind).toBe('unknown');
    expect((await ask({ a: lagging, b: lagging })).kind).toBe('pending');
  });

  it('ignores a node that pruned that time: it would no longer know', async () => {
    const pruned = node('unknown', { earliest: 41 });
    expect((await ask({ a: pruned, b: node('unknown') })).kind).toBe('unknown');
    expect((await ask({ a: pruned })).kind).toBe('pending');
    expect((await ask({ a: node('unknown', { earliest: null }) })).kind).toBe('pending');
  });

  it('queries archival nodes too, and waits when they do not answer', async () => {
    const pruned = node('unknown', { earliest: 41 });
    const { kind, asked } = await ask({ a: pruned, old: node('unknown', { earliest: 0 }) });
    expect(kind).toBe('unknown');
    expect(asked).toEqual(['a', 'old']);
    expect((await ask({ a: node('unknown'), old: node('down') })).kind).toBe('pending');
  });

  it('accepts the one node that knows it', async () => {
    expect((await ask({ a: node('unknown'), b: node('final') })).kind).toBe('final');
    expect((await ask({ a: node('unknown'), b: node('included') })).kind).toBe('included');
    expect((await ask({ a: node('unknown'), old: node('final') })).kind).toBe('final');
  });

  it('accepts a node that knows it, although its denial would prove nothing', async () => {
    const lagging = node('final', { final: 99, earliest: null });
    expect((await ask({ a: lagging, b: node('unknown') })).kind).toBe('final');
    expect((await ask({ a: node('down'), b: lagging })).kind).toBe('final');
    const included = node('included', { earliest: 41 });
    expect((await ask({ a: node('unknown'), b: included })).kind).toBe('included');
  });

  it('accepts neither of two nodes with different outcomes', async () => {
    const { kind, logged } = await ask({ a: node('final'), b: node('failed') });
    expect(kind).toBe('pending');
    expect(logged).toMatchObject([{ level: 'error', fields: { hash } }]);
  });

  it('ignores a node of another chain, as denial and as missing answer', async () => {
    const { chain, logged } = chainOf({
      a: node('unknown'),
      b: node('final', { genesisHash: fakeHash('X'), final: 900 }),
    });
    await chain.requireChain({ genesisHash: fakeHash('G') });
    const asked = { hash, signerId, minFinalHeight: 100, reachBackTo: 40 };
    expect(await chain.readTransactionEverywhere(asked)).toEqual({ kind: 'unknown' });
    expect(await chain.readTransactionEverywhere({ ...asked, minFinalHeight: 500 })).toEqual({
      kind: 'pending',
    });
    expect(logged.map(({ message }) => message)).toEqual([
      'a node serves another chain and is ignored',
    ]);
  });

  it.each(['down', 'timeout'] as const)(
    'stays undecided when one node gives no answer (%s)',
    async (tx) => {
      expect((await ask({ a: node('unknown'), b: node(tx) })).kind).toBe('pending');
      expect((await ask({ a: node(tx), b: node('unknown') })).kind).toBe('pending');
    },
  );

  it('treats an invalid outcome in a block as no effect, not as an outcome', async () => {
    expect((await ask({ a: node('invalid'), b: node('unknown') })).kind).toBe('unknown');
    expect((await ask({ a: node('invalid'), b: node('final') })).kind).toBe('final');
  });
});
