import { expect, it } from 'vitest';
import { silentObserver } from '../ports/engine-observer.ts';
import type { Outcome, StoredTransaction } from '../ports/transaction-ledger.ts';
import { World } from '../testing/simulator/world/world.ts';
import { createTransactionSettler } from './settle-transaction.ts';

const transaction = {
  hash: 'hash',
  signerId: 'service.near',
  publicKey: 'key',
  nonce: 5,
  referenceHeight: 1,
  status: 'SIGNED',
} as StoredTransaction;

const success = {
  kind: 'final',
  outcome: { succeeded: true, failure: null, gasBurnt: 1n, burntYocto: 1n },
};

/** A running chain whose nodes reject the transaction for ever, once told to. */
function chainOf(answers: (object | Error)[] = [], { isSpent = false } = {}) {
  const world = new World();
  const sentEverywhere: number[] = [];
  const refused = async (asked?: { everywhere?: boolean }) => {
    if (asked?.everywhere) sentEverywhere.push(world.clock.now() - startedAtMs);
    const answer = answers.shift() ?? { kind: 'rejected', reason: 'InvalidNonce' };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const written: string[] = [];
  const startedAtMs = world.clock.now();
  let haltedAtMs: number | null = null;
  const height = () => 10 + Math.floor(((haltedAtMs ?? world.clock.now()) - startedAtMs) / 600);
  const stopping = new AbortController();
  const settler = createTransactionSettler({
    ledger: {
      readTransaction: async () => transaction,
      recordIncluded: async () => undefined,
      settleTransactions: async ({ outcomes }: { outcomes: Outcome[] }) =>
        outcomes.map(({ hash, burntYocto }) => {
          if (typeof burntYocto !== 'bigint') throw new TypeError('no such column type');
          written.push(hash);
          return { hash, userIds: ['ann', 'bob'] };
        }),
    } as never,
    chain: {
      sendTransaction: refused,
      readTransaction: refused,
      lookUpTransaction: refused,
      readFinalBlock: async () => ({ height: height(), hash: 'block', timestampMs: 0 }),
      readAgreedHeight: async () => height(),
      viewAccessKey: async () => ({ nonce: isSpent ? 5 : 4, height: 10 }),
      // No node's history reaches back to it.
      readTransactionEverywhere: async () => ({ kind: 'pending' }),
    } as never,
    clock: world.clock,
    log: world.log(),
    observer: silentObserver,
    signal: stopping.signal,
  });
  const halt = (isHalted: boolean) => {
    haltedAtMs = isHalted ? world.clock.now() : null;
  };
  return { world, settler, written, halt, sentEverywhere, stop: () => stopping.abort() };
}

// A lane that goes by turns could else be another process's at every 30 s, for ever.
it('a new holder of a stuck lane is notified at once', async () => {
  const { world, settler, stop } = chainOf();
  const notified: string[] = [];
  const first = settler.settle(transaction, { onStuck: () => notified.push('first') });
  first.catch(() => undefined);
  await world.clock.advance(10_000);
  void settler.settle(transaction, { onStuck: () => notified.push('early') });
  expect(notified).toEqual([]);
  await world.clock.advance(30_000);
  expect(notified).toEqual(['first', 'early']);
  void settler.settle(transaction, { onStuck: () => notified.push('late') });
  await world.clock.advance(1);
  expect(notified).toEqual(['first', 'early', 'late']);
  stop();
  await world.clock.advance(10_000);
  await expect(first).rejects.toThrow('stopping');
});

// Its lane has been free since, and nothing can be proven while the nonce is not spent.
it('a transaction of a reverted block is stuck 30 s after it was seen in one', async () => {
  const { world, settler, stop } = chainOf([{ kind: 'included' }, { kind: 'included' }]);
  const notified: string[] = [];
  const settled = settler.settle(transaction, {
    onIncluded: () => notified.push('included'),
    onStuck: () => notified.push('stuck'),
  });
  settled.catch(() => undefined);
  await world.clock.advance(29_000);
  expect(notified).toEqual(['included']);
  await world.clock.advance(7_000);
  expect(notified).toEqual(['included', 'stuck']);
  void settler.settle(transaction, { onStuck: () => notified.push('next holder') });
  await world.clock.advance(1);
  expect(notified).toEqual(['included', 'stuck', 'next holder']);
  stop();
  await world.clock.advance(10_000);
  await expect(settled).rejects.toThrow('stopping');
});

// One node may have stopped, or not have forwarded the bytes: the others need them.
it('a transaction that one node shows in a block and none as final is sent to all nodes', async () => {
  const included = Array.from({ length: 200 }, () => ({ kind: 'included' }));
  const { world, settler, sentEverywhere, stop } = chainOf(included);
  const settled = settler.settle(transaction, {});
  settled.catch(() => undefined);
  await world.clock.advance(29_000);
  expect(sentEverywhere).toEqual([]);
  await world.clock.advance(33_000);
  expect(sentEverywhere).toHaveLength(2);
  included.splice(0, Number.POSITIVE_INFINITY, success);
  await world.clock.advance(1_000);
  await expect(settled).resolves.toMatchObject({ status: 'SUCCEEDED' });
  stop();
});

it('nothing is stuck on a halted chain, however long', async () => {
  const { world, settler, halt, stop } = chainOf();
  const notified: string[] = [];
  await world.clock.advance(60_000);
  halt(true);
  settler.settle(transaction, { onStuck: () => notified.push('stuck') }).catch(() => undefined);
  await world.clock.advance(3_600_000);
  expect(notified).toEqual([]);
  halt(false);
  await world.clock.advance(6_000);
  expect(notified).toEqual(['stuck']);
  stop();
  await world.clock.advance(10_000);
});

// Its wallets wait for ever then, and a restart helps only with a node that knows.
it('a transaction that no node knows any more is reported once an hour', async () => {
  const { world, settler, stop } = chainOf([], { isSpent: true });
  settler.settle(transaction, {}).catch(() => undefined);
  const reported = () =>
    world.logged.filter(({ fields }) => fields.code === 'TRANSACTION_FORGOTTEN');
  await world.clock.advance(590_000);
  expect(reported()).toEqual([]);
  await world.clock.advance(3_000_000);
  expect(reported()).toMatchObject([
    {
      level: 'error',
      fields: { hash: 'hash', code: 'TRANSACTION_FORGOTTEN' },
    },
  ]);
  await world.clock.advance(1_200_000);
  expect(reported()).toHaveLength(2);
  stop();
  await world.clock.advance(10_000);
});

// A node of another version, or a proxy: the lane would be lost and its wallets wait for ever.
it('an answer that cannot be read is asked for again, and logged once', async () => {
  const unreadable = { kind: 'final', outcome: {} };
  const answers = [unreadable, new TypeError('cannot read properties'), unreadable];
  const { world, settler, written } = chainOf([...answers, ...answers, success]);
  const settled = settler.settle(transaction, {});
  await world.clock.advance(60_000);
  await expect(settled).resolves.toMatchObject({ status: 'SUCCEEDED' });
  expect(written).toEqual(['hash']);
  const errors = world.logged.filter(({ level }) => level === 'error');
  expect(errors).toMatchObject([{ fields: { hash: 'hash' } }]);
  const [reported] = world.logged.filter(({ message }) => message === 'transaction settled');
  expect(reported?.fields).toMatchObject({ userIds: ['ann', 'bob'] });
});
