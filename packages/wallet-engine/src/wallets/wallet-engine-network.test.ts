import type { FaultRule } from '@choonsim/near-devnet';
import { CHOCO_TOKEN } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import { ServiceError } from '../core/errors.ts';
import type { TransactionLedger } from '../ports/transaction-ledger.ts';
import {
  during,
  expectOneOfEach,
  ledger,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { rewardBaseUnits, World, type WrapPort } from '../testing/simulator/world/world.ts';

const users = ['ann', 'bob', 'cem'];

/** An idle world with the faults injected, in which three wallets are requested. */
async function makeUnder(faults: FaultRule[], withinMs = 120_000) {
  const world = new World();
  const engine = await startEngine(world, { users });
  await untilLanesReady(world);
  for (const fault of faults) world.faults.add(fault);
  await Promise.all(users.map((userId) => engine.requestWallet(userId)));
  await world.untilReady(users, withinMs);
  world.faults.clear();
  await world.clock.advance(30_000);
  expectOneOfEach(world, users);
  for (const userId of users) expect(world.user(userId)).toMatchObject({ walletAttempts: 1 });
  await during(world, engine.stop());
  return { world, purposes: ledger(world).map(({ purpose }) => purpose) };
}

const send = { method: 'send_tx', count: 4 } as const;

describe('an answer to send_tx without information', () => {
  const faults: [string, FaultRule][] = [
    ['lost', { kind: 'drop-answer', ...send }],
    ['never reached by its request', { kind: 'drop-request', ...send }],
    ['408 although it was taken', { kind: 'http-status', status: 408, accept: true, ...send }],
    ['408', { kind: 'http-status', status: 408, ...send }],
    ['429 although it was taken', { kind: 'http-status', status: 429, accept: true, ...send }],
    ['429', { kind: 'http-status', status: 429, text: 'slow down', ...send }],
    ['503 although it was taken', { kind: 'http-status', status: 503, accept: true, ...send }],
    ['503', { kind: 'http-status', status: 503, ...send }],
    ['plain text although it was taken', { kind: 'plain-text', accept: true, ...send }],
    ['TIMEOUT_ERROR although it was taken', { kind: 'timeout', accept: true, ...send }],
    ['InvalidNonce of a lagging node', { kind: 'invalid-nonce', ...send }],
    ['InvalidNonce although it was taken', { kind: 'invalid-nonce', accept: true, ...send }],
    ['Expired of a lagging node', { kind: 'expired', ...send }],
    ['Expired although it was taken', { kind: 'expired', accept: true, ...send }],
    ['later than the caller waits', { kind: 'delay', delayMs: 20_000, accept: true, ...send }],
  ];
  it.each(faults)('%s: the same bytes go again, nothing is signed twice', async (_name, fault) => {
    const { purposes } = await makeUnder([fault]);
    expect(purposes.filter((purpose) => purpose === 'CREATE')).toHaveLength(3);
    expect(purposes.filter((purpose) => purpose === 'REWARD').length).toBeLessThanOrEqual(3);
    expect(purposes).not.toContain('TOMBSTONE');
  });
});

describe('an answer to tx without information', () => {
  const tx = { method: 'tx', count: 12 } as const;
  const faults: [string, FaultRule][] = [
    ['lost', { kind: 'drop-answer', ...tx }],
    ['UNKNOWN_TRANSACTION for a while', { kind: 'unknown-transaction', ...tx }],
    ['429', { kind: 'http-status', status: 429, ...tx }],
    ['TIMEOUT_ERROR', { kind: 'timeout', ...tx }],
  ];
  it.each(faults)('%s', async (_name, fault) => {
    await makeUnder([fault]);
  });

  it('UNKNOWN_TRANSACTION for longer than a proof takes still pays once', async () => {
    const world = new World();
    const engine = await startEngine(world, { users });
    await untilLanesReady(world);
    world.faults.add({ kind: 'drop-answer', method: 'send_tx', count: 4 });
    world.faults.add({ kind: 'unknown-transaction', method: 'tx', count: null });
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.clock.advance(300_000);
    world.faults.clear();
    await world.clock.advance(60_000);
    const chain = world.devnet.inspect();
    for (const userId of users) {
      const user = world.user(userId);
      expect(chain.tokenBalance(String(user.nearAccountId))).toBe(rewardBaseUnits);
      // The only node has lied: an operator must examine it before more money is paid.
      expect(user).toMatchObject({ walletStatus: 'FAILED', walletError: 'REWARD_UNPROVEN' });
    }
    await during(world, engine.stop());
  });
});

describe('a chain that', () => {
  it('includes an invalid transaction shows an outcome that does not count', async () => {
    await makeUnder([{ kind: 'include-invalid', error: 'Expired', count: 2 }], 300_000);
  });

  it('includes an invalid one, and loses the answer about its noop: its outcome is read later', async () => {
    const world = new World();
    let lost = 0;
    const losing: WrapPort = (_name, port) =>
      new Proxy(port, {
        get: (target, property, receiver) => {
          const method: unknown = Reflect.get(target, property, receiver);
          if (property !== 'commitSignedTransactions' || typeof method !== 'function')
            return method;
          return async (commit: Parameters<TransactionLedger['commitSignedTransactions']>[0]) => {
            await method.apply(target, [commit]);
            const isNoop = commit.transactions[0]?.transaction.purpose === 'TOMBSTONE';
            if (!isNoop || lost > 0) return;
            lost += 1;
            throw new ServiceError('DATABASE_BUSY', 'the answer is lost');
          };
        },
      });
    const engine = await startEngine(world, { users: ['ann'], wrap: losing, config: { lanes: 1 } });
    await untilLanesReady(world);
    world.faults.add({ kind: 'include-invalid', error: 'Expired', count: 1 });
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 200_000);
    expect(lost).toBe(1);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
  });

  it('halts for a minute delays, and loses nothing', async () => {
    const world = new World();
    const engine = await startEngine(world, { users });
    await untilLanesReady(world);
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    world.devnet.producer.halt();
    await world.clock.advance(60_000);
    world.devnet.producer.resume();
    await world.untilReady(users, 60_000);
    await world.clock.advance(30_000);
    expectOneOfEach(world, users);
    await during(world, engine.stop());
  });

  it.each(['return', 'drop'] as const)(
    'reverts an optimistic block (transactions: %s) reverts no decision of ours',
    async (transactions) => {
      const world = new World();
      const engine = await startEngine(world, { users });
      await untilLanesReady(world);
      await Promise.all(users.map((userId) => engine.requestWallet(userId)));
      const before = world.devnet.inspect().transactions().length;
      await world.clock.until(() => world.devnet.inspect().transactions().length > before, 10_000);
      expect(world.devnet.producer.revertHead(transactions)).toBeGreaterThan(0);
      await world.untilReady(users, 240_000);
      await world.clock.advance(30_000);
      expectOneOfEach(world, users);
      await during(world, engine.stop());
    },
  );
});

describe('a transaction whose block is reverted', () => {
  // Its lane, free since that block, would otherwise wait for ever for an unspent nonce.
  it('and which the next block has as invalid is replaced by a new one', async () => {
    const world = new World();
    const engine = await startEngine(world, { users });
    await untilLanesReady(world);
    const before = world.devnet.inspect().transactions().length;
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.clock.until(() => world.devnet.inspect().transactions().length > before, 10_000);
    await world.clock.advance(1);
    world.devnet.producer.revertHead('return');
    world.faults.add({ kind: 'include-invalid', error: 'Expired', count: 4 });
    await world.untilReady(users, 240_000);
    await world.clock.advance(30_000);
    expectOneOfEach(world, users);
    await during(world, engine.stop());
  });
});

describe('several nodes', () => {
  it('serve while the first is down, and no wallet waits for it', async () => {
    const world = new World();
    const asked: string[] = [];
    const transport: RpcTransport = (call) => {
      asked.push(call.url);
      if (call.url === 'dead') return Promise.reject(new Error('ECONNREFUSED'));
      return world.transport(call);
    };
    const engine = await startEngine(world, { users, transport, urls: ['dead', 'alive'] });
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.untilReady(users, 20_000);
    expectOneOfEach(world, users);
    const useless = asked.filter((url) => url === 'dead').length;
    expect(useless).toBeLessThan(asked.length / 4);
    await during(world, engine.stop());
  });
});

describe('a balance that cannot be read', () => {
  it.each([429, 503])('(%i) is never stored as zero: READY waits for it', async (status) => {
    const world = new World();
    const engine = await startEngine(world, { users });
    await untilLanesReady(world);
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    const isSigned = () => ledger(world).some(({ purpose }) => purpose === 'REWARD');
    await world.clock.until(isSigned, 30_000);
    const views = { method: 'query', accountId: CHOCO_TOKEN, count: null } as const;
    world.faults.add({ kind: 'http-status', status, ...views });
    await world.clock.advance(60_000);
    for (const user of world.users()) {
      expect(user.walletStatus).toMatch(/CREATING|PENDING/);
      expect(user.walletError).toBeNull();
    }
    const rewards = ledger(world).filter(({ purpose }) => purpose === 'REWARD');
    expect(rewards.every((each) => each.status === 'SUCCEEDED')).toBe(true);
    world.faults.clear();
    await world.untilReady(users, 60_000);
    expectOneOfEach(world, users);
    await during(world, engine.stop());
  });
});

it('a node that fails at once is asked again after the pause, however many wallets are due', async () => {
  const world = new World();
  const many = Array.from({ length: 25 }, (_, index) => `user${index}`);
  const engine = await startEngine(world, { users: many });
  await untilLanesReady(world);
  const wallets = await Promise.all(many.map((userId) => engine.requestWallet(userId)));
  for (const wallet of wallets) {
    const accountId = String(wallet?.accountId);
    const fault = { kind: 'node-error', name: 'UNKNOWN_BLOCK', count: null } as const;
    world.faults.add({ ...fault, method: 'query', accountId });
  }
  await world.clock.advance(10_000);
  const claims = world.logged.filter(({ message }) => message === 'wallet claimed');
  expect(claims.length).toBeGreaterThanOrEqual(many.length);
  expect(claims.length).toBeLessThanOrEqual(many.length * 10);
  world.faults.clear();
  await world.untilReady(many, 60_000);
  expectOneOfEach(world, many);
  await during(world, engine.stop());
});
