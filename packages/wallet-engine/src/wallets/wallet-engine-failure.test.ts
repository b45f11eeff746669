import { describe, expect, it } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import {
  during,
  expectOneOfEach,
  ledger,
  MortalProcess,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { RefusingContract } from '../testing/simulator/faults/refusing-contract.ts';
import { World } from '../testing/simulator/world/world.ts';
import type { WalletEngine } from './wallet-engine.ts';

/** An idle engine whose token contract can be made to refuse a receiver. */
async function setUp(users: string[]) {
  const world = new World();
  const contract = new RefusingContract(world);
  const engine = await startEngine(world, { users, transport: contract.transport });
  await untilLanesReady(world);
  const refuse = async (userId: string) => {
    const wallet = await engine.requestWallet(userId);
    contract.accountId = wallet?.accountId ?? null;
  };
  const until = (status: string, userId = 'ann') =>
    world.clock.until(() => world.user(userId).walletStatus === status, 120_000);
  return { world, contract, engine, refuse, until };
}

const end = (world: World, engine: WalletEngine) => during(world, engine.stop());

describe('a reward that fails', () => {
  it('is retried automatically, and READY then', async () => {
    const { world, contract, engine, refuse, until } = await setUp(['ann']);
    await refuse('ann');
    await until('FAILED');
    const failedMs = world.clock.now();
    const { walletError, walletAvailableAt, walletAttempts } = world.user('ann');
    expect({ walletError, walletAttempts }).toEqual({
      walletError: 'REWARD_REFUSED',
      walletAttempts: 1,
    });
    expect(Number(walletAvailableAt) - failedMs).toBeGreaterThanOrEqual(5_000 - 1);
    expect(Number(walletAvailableAt) - failedMs).toBeLessThanOrEqual(6_250);
    // A retry is scheduled already: the user's own would only shorten the wait.
    expect(await engine.retryWallet('ann')).toBe(false);

    contract.accountId = null;
    await world.untilReady(['ann'], 15_000);
    expect(world.clock.now()).toBeGreaterThanOrEqual(Number(walletAvailableAt));
    expect(world.user('ann').walletAttempts).toBe(2);
    expectOneOfEach(world, ['ann']);
    const creates = ledger(world).filter(({ purpose }) => purpose === 'CREATE');
    expect(creates).toEqual([{ purpose: 'CREATE', status: 'SUCCEEDED' }]);
    await end(world, engine);
  });

  it('is FAILED after the last attempt, until a retry is requested', async () => {
    const { world, contract, engine, refuse } = await setUp(['ann']);
    await refuse('ann');
    const isOver = () => {
      const { walletStatus, walletAvailableAt } = world.user('ann');
      return walletStatus === 'FAILED' && walletAvailableAt === null;
    };
    await world.clock.until(isOver, 120_000);
    expect(world.user('ann')).toMatchObject({ walletError: 'REWARD_REFUSED', walletAttempts: 3 });
    expect(contract.refusals).toBe(3);
    const signed = ledger(world).length;
    await world.clock.advance(600_000);
    expect(ledger(world)).toHaveLength(signed);
    expect(isOver()).toBe(true);

    contract.accountId = null;
    const both = await Promise.all([engine.retryWallet('ann'), engine.retryWallet('ann')]);
    expect(both.sort()).toEqual([false, true]);
    await world.untilReady(['ann'], 15_000);
    expect(world.user('ann').walletAttempts).toBe(1);
    expectOneOfEach(world, ['ann']);
    await end(world, engine);
  });

  it('for one user after another, as at a paused token, is retried until it is over, and costs little', async () => {
    const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    const { world, contract, engine } = await setUp(users);
    // Part of every receiver's name.
    contract.accountId = '';
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.clock.advance(3 * 3_600_000);
    for (const user of world.users()) expect(user).toMatchObject({ walletStatus: 'FAILED' });
    // Each once, shared or alone, then one after each break.
    expect(contract.refusals).toBeLessThan(users.length * 2 + 30);
    const told = world.logged.filter(({ fields }) => fields.code === 'ALL_REFUSED');
    expect(told).toHaveLength(1);
    contract.accountId = null;
    await world.untilReady(users, 13 * 60_000);
    expectOneOfEach(world, users);
    const over = world.logged.filter(({ message }) => message.includes('accepts wallets again'));
    expect(over).toHaveLength(1);
    await end(world, engine);
  });

  it('for everybody while processes come and go ends for nobody', async () => {
    const users = Array.from({ length: 8 }, (_, index) => `user-${index}`);
    const { world, contract, engine } = await setUp(users);
    contract.accountId = '';
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.clock.advance(3_600_000);
    await end(world, engine);
    for (let restart = 0; restart < 6; restart += 1) {
      const next = await startEngine(world, {
        name: `next-${restart}`,
        transport: contract.transport,
      });
      await world.clock.advance(3_600_000);
      await end(world, next);
    }
    contract.accountId = null;
    const last = await startEngine(world, { name: 'last' });
    await world.untilReady(users, 13 * 60_000);
    expectOneOfEach(world, users);
    await end(world, last);
  });

  it('for two users of their own fault keeps no third waiting', async () => {
    const { world, contract, engine, refuse } = await setUp(['ann', 'bob', 'cleo']);
    contract.accountId = '';
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    await world.clock.advance(4 * 3_600_000);
    await refuse('ann');
    await engine.requestWallet('cleo');
    await world.untilReady(['cleo'], 15_000);
    await end(world, engine);
  });

  it.each([true, false])(
    'in a shared transaction fails alone in the end; the others are READY (the failing action is named: %s)',
    async (namesAction) => {
      const others = Array.from({ length: 20 }, (_, index) => `user-${index}`);
      const { world, contract, engine, refuse, until } = await setUp(['ann', ...others]);
      contract.namesAction = namesAction;
      const asking = others.map((userId) => engine.requestWallet(userId));
      await refuse('ann');
      await Promise.all(asking);
      await world.untilReady(others, 60_000);
      await until('FAILED');
      expect(world.user('ann')).toMatchObject({ walletError: 'REWARD_REFUSED' });
      for (const userId of others) expect(world.user(userId)).toMatchObject({ walletAttempts: 1 });
      expectOneOfEach(world, others);
      expect(
        world.devnet.inspect().tokenBalance(String(world.user('ann').nearAccountId)),
      ).toBeNull();
      await end(world, engine);
    },
  );

  it('because of the service costs no attempt and pauses everyone', async () => {
    const { world, contract, engine, refuse } = await setUp(['ann']);
    contract.panic = "Smart contract panicked: The account doesn't have enough balance";
    await refuse('ann');
    await world.clock.until(() => engine.pausedBy() !== null, 30_000);
    expect(engine.pausedBy()).toBe('TREASURY_TOKEN_LOW');
    contract.accountId = null;
    await world.untilReady(['ann'], 30_000);
    expect(world.user('ann').walletAttempts).toBe(1);
    expectOneOfEach(world, ['ann']);
    await end(world, engine);
  });
});

describe('a chain that refuses rewards because of the service, while its views show no reason', () => {
  it.each([1, 2])(
    'is tried again less and less often by %i processes, and soon once it is over',
    async (count) => {
      const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
      const { world, contract, engine } = await setUp(users);
      const { transport } = contract;
      const others = [];
      for (let more = 1; more < count; more += 1) {
        others.push(await startEngine(world, { name: `other-${more}`, transport }));
      }
      contract.panic = "Smart contract panicked: The account doesn't have enough balance";
      contract.accountId = '';
      await Promise.all(users.map((userId) => engine.requestWallet(userId)));
      await world.clock.advance(3_600_000);
      // At once, after 10 s, 20 s and so on up to ten minutes: one or two transactions each time.
      expect(contract.refusals).toBeLessThan(30 * count);
      expect(engine.pausedBy()).toBe('TREASURY_TOKEN_LOW');
      contract.accountId = null;
      await world.untilReady(users, 11 * 60_000);
      expectOneOfEach(world, users);
      for (const each of [engine, ...others]) await end(world, each);
    },
  );

  it('only for a moment is tried again soon, however often that happens', async () => {
    const { world, contract, engine } = await setUp(['ann', 'bob', 'cleo']);
    contract.panic = "Smart contract panicked: The account doesn't have enough balance";
    for (const userId of ['ann', 'bob', 'cleo']) {
      contract.accountId = '';
      await engine.requestWallet(userId);
      await world.clock.until(() => engine.pausedBy() !== null, 30_000);
      contract.accountId = null;
      await world.untilReady([userId], 15_000);
      await world.clock.advance(300_000);
    }
    await end(world, engine);
  });
});

describe('processWallet', () => {
  it('does the work itself and answers with READY', async () => {
    const { world, engine } = await setUp(['ann']);
    await engine.requestWallet('ann');
    const wallet = await during(world, engine.processWallet('ann'));
    expect(wallet).toMatchObject({ status: 'READY' });
    expectOneOfEach(world, ['ann']);
    await end(world, engine);
  });

  it('works in a process that was never started', async () => {
    const world = new World();
    const engine = world.engine();
    world.addUser('ann');
    await engine.requestWallet('ann');
    expect(await during(world, engine.processWallet('ann'))).toMatchObject({ status: 'READY' });
    expectOneOfEach(world, ['ann']);
    await end(world, engine);
  });

  it('waits for another holder instead of doing it twice', async () => {
    const { world, engine } = await setUp(['ann']);
    const other = world.engine({ name: 'other' });
    await engine.requestWallet('ann');
    await world.clock.until(() => world.user('ann').walletStatus === 'CREATING', 5_000);
    const answers = await during(
      world,
      Promise.all([other.processWallet('ann'), other.processWallet('ann')]),
    );
    expect(answers).toMatchObject([{ status: 'READY' }, { status: 'READY' }]);
    expectOneOfEach(world, ['ann']);
    expect(world.user('ann').walletTakeovers).toBe(0);
    await during(world, Promise.all([engine.stop(), other.stop()]));
  });

  it('returns the current wallet after 30 s, and null for a user without one', async () => {
    const { world, engine } = await setUp(['ann', 'bob']);
    world.faults.add({ kind: 'drop-request', count: null });
    await engine.requestWallet('ann');
    const startedMs = world.clock.now();
    const wallet = await during(world, engine.processWallet('ann'));
    expect(wallet?.status).toBe('PENDING');
    expect(world.clock.now() - startedMs).toBeGreaterThanOrEqual(30_000);
    expect(world.clock.now() - startedMs).toBeLessThan(32_000);
    expect(await during(world, engine.processWallet('bob'))).toBeNull();
    expect(await during(world, engine.processWallet('nobody'))).toBeNull();
    await end(world, engine);
  });
});

describe('a tick', () => {
  it('on a platform without a background does all that is due and then ends', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob', 'cem']) world.addUser(userId);
    const engine = world.engine();
    await Promise.all(['ann', 'bob', 'cem'].map((userId) => engine.requestWallet(userId)));
    await during(world, engine.processQueue());
    await end(world, engine);
    expectOneOfEach(world, ['ann', 'bob', 'cem']);
    const held = world.rows('SELECT * FROM "ServiceKeyLane" WHERE "holder" IS NOT NULL');
    expect(held).toEqual([]);
  });

  it('works as long as the platform allows, and leaves no claim behind', async () => {
    const world = new World();
    const userIds = Array.from({ length: 300 }, (_, index) => `user${index}`);
    const web = world.engine({ name: 'web' });
    for (const userId of userIds) {
      world.addUser(userId);
      await web.requestWallet(userId);
    }
    for (let tick = 0; world.users().some((user) => user.walletStatus !== 'READY'); tick += 1) {
      const process = new MortalProcess(world);
      const engine = world.engine({ name: `tick ${tick}`, ...process });
      const startedMs = world.clock.now();
      await during(world, engine.processQueue());
      expect(world.clock.now() - startedMs).toBeLessThan(27_000);
      expect(world.users().filter((user) => user.walletStatus === 'CREATING')).toEqual([]);
      const rest = world.users().filter((user) => user.walletStatus === 'PENDING').length;
      if (rest > 0) expect(world.clock.now() - startedMs).toBeGreaterThanOrEqual(25_000);
      // Frozen until the next one.
      process.kill();
      await world.clock.advance(60_000);
      expect(tick).toBeLessThan(6);
    }
    expectOneOfEach(world, userIds);
    expect(world.users().filter((user) => user.walletTakeovers > 0)).toEqual([]);
  });
});

describe('a stop', () => {
  it('hands every claim back with its attempt and every lane, at once', async () => {
    const { world, engine } = await setUp(['ann', 'bob']);
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    const isClaimed = () => world.users().every((user) => user.walletStatus === 'CREATING');
    await world.clock.until(isClaimed, 5_000);
    const startedMs = world.clock.now();
    await during(world, engine.stop());
    expect(world.clock.now() - startedMs).toBeLessThanOrEqual(1_000);
    for (const user of world.users()) {
      expect(user).toMatchObject({ walletStatus: 'PENDING', walletAttempts: 0 });
      expect(Number(user.walletAvailableAt)).toBeLessThanOrEqual(world.clock.now());
    }
    const held = world.rows('SELECT * FROM "ServiceKeyLane" WHERE "holder" IS NOT NULL');
    expect(held).toEqual([]);
    const eventsBefore = world.rows('SELECT * FROM "WalletEvent"').length;
    await world.clock.advance(60_000);
    expect(world.rows('SELECT * FROM "WalletEvent"')).toHaveLength(eventsBefore);
  });

  it('while the first lanes are added leaves no lane held, and signs nothing later', async () => {
    for (let atMs = 0; atMs <= 2_000; atMs += 100) {
      const world = new World();
      const transport: RpcTransport = async (call) => {
        await world.clock.sleep(200);
        return world.transport(call);
      };
      const engine = await startEngine(world, { transport });
      await world.clock.advance(atMs);
      await during(world, engine.stop());
      const held = () => world.rows('SELECT * FROM "ServiceKeyLane" WHERE "holder" IS NOT NULL');
      const signed = () => world.rows('SELECT * FROM "ChainTransaction"').length;
      const signedBefore = signed();
      expect([atMs, held()]).toEqual([atMs, []]);
      await world.clock.advance(60_000);
      expect([atMs, held(), signed()]).toEqual([atMs, [], signedBefore]);
    }
  });
});
