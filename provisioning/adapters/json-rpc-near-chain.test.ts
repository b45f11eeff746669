import { describe, expect, it } from 'vitest';
import { describeNearChain } from '../testing/near-chain-suite.ts';
import { World } from '../testing/world.ts';
import { createJsonRpcClient } from './json-rpc-client.ts';
import { createJsonRpcNearChain } from './json-rpc-near-chain.ts';
import type { RpcTransport } from './rpc-transport.ts';

describeNearChain({
  name: 'JSON-RPC to the devnet',
  async create() {
    const world = new World();
    const rpc = createJsonRpcClient({
      urls: ['node'],
      transport: world.transport,
      clock: world.clock,
    });
    await world.clock.advance(3_000);
    return { world, chain: createJsonRpcNearChain({ rpc }) };
  },
});

type TxAnswer = 'unknown' | 'final' | 'included' | 'invalid' | 'timeout';
interface Endpoint {
  final: number;
  /** Null: the node does not say. */
  earliest: number | null;
  tx: TxAnswer | 'down';
}

const outcome = { outcome: { gas_burnt: 3, tokens_burnt: '4' } };
const results: Record<'final' | 'included' | 'invalid', object> = {
  final: {
    final_execution_status: 'FINAL',
    status: { SuccessValue: '' },
    transaction_outcome: outcome,
    receipts_outcome: [outcome, outcome],
  },
  included: { final_execution_status: 'INCLUDED', status: 'Started' },
  invalid: {
    final_execution_status: 'FINAL',
    status: { Failure: { InvalidTxError: { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } } } },
    transaction_outcome: outcome,
    receipts_outcome: [],
  },
};

/** Nodes of one chain, each with its own head and history; archival ones have names with "old". */
function chainOf(endpoints: Record<string, Endpoint>) {
  const asked: string[] = [];
  const transport: RpcTransport = async ({ url, body }) => {
    const { method } = body as { method: string };
    const node = endpoints[url];
    if (!node || node.tx === 'down') throw new Error('connection refused');
    const reply = (part: object) => ({
      httpStatus: 200,
      body: JSON.stringify({ jsonrpc: '2.0', id: 'x', ...part }),
    });
    const error = (name: string) => reply({ error: { name: 'HANDLER_ERROR', cause: { name } } });
    if (method === 'block') return reply({ result: { header: { height: node.final, hash: 'h' } } });
    if (method === 'status') {
      const sync = node.earliest === null ? {} : { earliest_block_height: node.earliest };
      return reply({ result: { sync_info: sync } });
    }
    asked.push(url);
    if (node.tx === 'unknown') return error('UNKNOWN_TRANSACTION');
    if (node.tx === 'timeout') return error('TIMEOUT_ERROR');
    return reply({ result: results[node.tx] });
  };
  const client = (urls: string[]) =>
    createJsonRpcClient({ urls, transport, clock: { now: () => 0 } });
  const urls = Object.keys(endpoints);
  const archivalUrls = urls.filter((url) => url.includes('old'));
  const chain = createJsonRpcNearChain({
    rpc: client(urls.filter((url) => !url.includes('old'))),
    archival: archivalUrls.length > 0 ? client(archivalUrls) : null,
  });
  return { chain, asked };
}

describe('asked everywhere for a transaction', () => {
  const ask = async (endpoints: Record<string, Endpoint>) => {
    const { chain, asked } = chainOf(endpoints);
    const answer = await chain.readTransactionEverywhere({
      hash: 'hash',
      signerId: 'service.near',
      minFinalHeight: 100,
      reachBackTo: 40,
    });
    return { kind: answer.kind, asked };
  };
  const node = (tx: Endpoint['tx'], changes: Partial<Endpoint> = {}): Endpoint => ({
    final: 100,
    earliest: 40,
    tx,
    ...changes,
  });

  it('says unknown when every node that must know it does not', async () => {
    const { kind, asked } = await ask({ a: node('unknown'), b: node('unknown', { final: 500 }) });
    expect(kind).toBe('unknown');
    expect(asked).toEqual(['a', 'b']);
  });

  it('passes over a node that lags behind the proof: it could not know', async () => {
    const lagging = node('unknown', { final: 99 });
    expect((await ask({ a: lagging, b: node('unknown') })).kind).toBe('unknown');
    expect((await ask({ a: lagging, b: lagging })).kind).toBe('pending');
  });

  it('passes over a node that forgot the time: it would not know any more', async () => {
    const pruned = node('unknown', { earliest: 41 });
    expect((await ask({ a: pruned, b: node('unknown') })).kind).toBe('unknown');
    expect((await ask({ a: pruned })).kind).toBe('pending');
    expect((await ask({ a: node('unknown', { earliest: null }) })).kind).toBe('pending');
  });

  it('asks archival nodes too, and waits when they do not answer', async () => {
    const pruned = node('unknown', { earliest: 41 });
    const { kind, asked } = await ask({ a: pruned, old: node('unknown', { earliest: 0 }) });
    expect(kind).toBe('unknown');
    expect(asked).toEqual(['old']);
    expect((await ask({ a: node('unknown'), old: node('down') })).kind).toBe('pending');
  });

  it('believes the one node that knows it', async () => {
    expect((await ask({ a: node('unknown'), b: node('final') })).kind).toBe('final');
    expect((await ask({ a: node('unknown'), b: node('included') })).kind).toBe('included');
    expect((await ask({ a: node('unknown'), old: node('final') })).kind).toBe('final');
  });

  it.each(['down', 'timeout'] as const)(
    'leaves the matter open when one node gives no answer (%s)',
    async (tx) => {
      expect((await ask({ a: node('unknown'), b: node(tx) })).kind).toBe('pending');
      expect((await ask({ a: node(tx), b: node('unknown') })).kind).toBe('pending');
    },
  );

  it('takes an invalid outcome in a block for no effect, not for an end', async () => {
    expect((await ask({ a: node('invalid'), b: node('unknown') })).kind).toBe('unknown');
    expect((await ask({ a: node('invalid'), b: node('final') })).kind).toBe('final');
  });
});

describe('what a node answers for a transaction', () => {
  const read = async (tx: TxAnswer) => {
    const { chain } = chainOf({ a: { final: 1, earliest: 0, tx } });
    return chain.readTransaction({ hash: 'hash', signerId: 'service.near' });
  };

  it('adds up gas and tokens burnt by the transaction and its receipts', async () => {
    expect(await read('final')).toEqual({
      kind: 'final',
      outcome: { succeeded: true, failure: null, gasBurnt: 9n, burntYocto: 12n },
    });
  });

  it('is an outcome for an ActionError only', async () => {
    expect(await read('invalid')).toEqual({ kind: 'rejected', reason: 'InvalidNonce' });
    expect(await read('included')).toEqual({ kind: 'included' });
    expect(await read('timeout')).toEqual({ kind: 'pending' });
    expect(await read('unknown')).toEqual({ kind: 'unknown' });
  });
});
