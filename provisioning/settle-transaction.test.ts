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

/** A chain that goes on and whose nodes refuse the transaction for ever, once told to. */
function chainOf(answers: { kind: string }[] = []) {
  const world = new World();
  const refused = async () => answers.shift() ?? { kind: 'rejected', reason: 'InvalidNonce' };
  const stopping = new AbortController();
  const settler = createTransactionSettler({
    ledger: {
      readTransaction: async () => transaction,
      recordIncluded: async () => undefined,
    } as never,
    chain: {
      sendTransaction: refused,
      readTransaction: refused,
      readFinalBlock: async () => ({ height: 10, hash: 'block', timestampMs: 0 }),
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
  const { world, settler, stop } = chainOf();
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

// Its lane was free since, and no death can be proven while the nonce is not spent.
it('what a block had that was undone is stuck 30 s after it was seen in one', async () => {
  const { world, settler, stop } = chainOf([{ kind: 'included' }, { kind: 'included' }]);
  const heard: string[] = [];
  const settled = settler.settle(transaction, {
    onIncluded: () => heard.push('included'),
    onStuck: () => heard.push('stuck'),
  });
  settled.catch(() => undefined);
  await world.clock.advance(29_000);
  expect(heard).toEqual(['included']);
  await world.clock.advance(7_000);
  expect(heard).toEqual(['included', 'stuck']);
  void settler.settle(transaction, { onStuck: () => heard.push('next holder') });
  await world.clock.advance(1);
  expect(heard).toEqual(['included', 'stuck', 'next holder']);
  stop();
  await world.clock.advance(10_000);
  await expect(settled).rejects.toThrow('stopping');
});
