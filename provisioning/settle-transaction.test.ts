import { expect, it } from 'vitest';
import { createTransactionSettler } from './settle-transaction.ts';
import { World } from './testing/world.ts';
import type { StoredTransaction } from './transaction-ledger.ts';

const transaction = {
  hash: 'hash',
  signerId: 'service.near',
  publicKey: 'key',
  nonce: 5,
  referenceHeight: 1,
  status: 'SIGNED',
} as StoredTransaction;

/** A chain that goes on and whose nodes refuse the transaction for ever. */
function refusedForEver() {
  const world = new World();
  const refused = async () => ({ kind: 'rejected', reason: 'InvalidNonce' });
  const stopping = new AbortController();
  const settler = createTransactionSettler({
    ledger: { readTransaction: async () => transaction } as never,
    chain: {
      sendTransaction: refused,
      readTransaction: refused,
      readFinalBlock: async () => ({ height: 10, hash: 'block' }),
      viewAccessKey: async () => ({ nonce: 4, height: 10 }),
    } as never,
    clock: world.clock,
    log: world.log(),
    observer: {} as never,
    signal: stopping.signal,
  });
  return { world, settler, stop: () => stopping.abort() };
}

// A lane that goes by turns could else be another process's at every 30 s, for ever.
it('whoever takes the lane of a stuck transaction hears of it at once', async () => {
  const { world, settler, stop } = refusedForEver();
  const heard: string[] = [];
  const first = settler.settle(transaction, { onStuck: () => heard.push('first') });
  first.catch(() => undefined);
  await world.clock.advance(10_000);
  void settler.settle(transaction, { onStuck: () => heard.push('early') });
  expect(heard).toEqual([]);
  await world.clock.advance(30_000);
  expect(heard).toEqual(['first', 'early']);
  void settler.settle(transaction, { onStuck: () => heard.push('late') });
  await world.clock.advance(1);
  expect(heard).toEqual(['first', 'early', 'late']);
  stop();
  await world.clock.advance(10_000);
  await expect(first).rejects.toThrow('stopping');
});
