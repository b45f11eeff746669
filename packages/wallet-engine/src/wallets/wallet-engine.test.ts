import { describe, expect, it } from 'vitest';
import {
  during,
  expectOneOfEach,
  ledger,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { rewardBaseUnits, World } from '../testing/simulator/world/world.ts';

describe('a wallet', () => {
  it('goes from request to READY, and the chain shows what was promised', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann'] });
    const requested = await engine.requestWallet('ann');
    expect(requested).toMatchObject({ status: 'PENDING' });
    await world.untilReady(['ann'], 20_000);

    const { nearAccountId, nearPublicKey, chocoBalance } = world.user('ann');
    const chain = world.devnet.inspect();
    expect(chain.account(String(nearAccountId))?.amountYocto).toBe(10n ** 23n);
    expect(chain.accessKey(String(nearAccountId), String(nearPublicKey))).toBeDefined();
    expect(chain.tokenBalance(String(nearAccountId))).toBe(rewardBaseUnits);
    expect(chocoBalance).toBe('100');
    await during(world, engine.stop());
  });

  it('starts at once, not at the next tick, and is READY as soon as the chain is final', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann'] });
    await untilLanesReady(world);
    await world.clock.advance(333);
    const requestedMs = world.clock.now();
    await engine.requestWallet('ann');
    await world.clock.until(() => world.user('ann').walletStatus === 'CREATING', 100);
    expect(world.clock.now() - requestedMs).toBeLessThan(10);
    await world.untilReady(['ann'], 6_000);
    // Charged, executed, refunded, and two blocks more to be final.
    expect(world.clock.now() - requestedMs).toBeLessThanOrEqual(8 * 600);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
  });

  it('requested twice at once, and again at every stage, is one wallet', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann'] });
    const [one, two] = await Promise.all([
      engine.requestWallet('ann'),
      engine.requestWallet('ann'),
    ]);
    expect(one).toEqual(two);
    const { nearAccountId, nearPublicKey, nearPrivateKey } = world.user('ann');
    const seen = new Set<string | null>();
    while (world.user('ann').walletStatus !== 'READY') {
      const asked = await engine.requestWallet('ann');
      expect(asked?.status).toBe(world.user('ann').walletStatus);
      seen.add(asked?.status ?? null);
      await world.clock.step();
    }
    expect([...seen].sort()).toEqual(['CREATING', 'PENDING']);
    expect(await engine.requestWallet('ann')).toMatchObject({ status: 'READY' });
    expect(world.user('ann')).toMatchObject({ nearAccountId, nearPublicKey, nearPrivateKey });
    await world.clock.advance(10_000);
    expectOneOfEach(world, ['ann']);
    expect(
      ledger(world)
        .map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(['CREATE', 'LANES', 'REWARD']);
    await during(world, engine.stop());
  });

  it('is requested without the chain, and READY after the chain comes back', async () => {
    const world = new World();
    world.faults.add({ kind: 'drop-request', count: null });
    const engine = await startEngine(world, { users: ['ann', 'bob'] });
    const requestedMs = world.clock.now();
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    expect(world.clock.now()).toBe(requestedMs);
    await world.clock.advance(120_000);
    for (const userId of ['ann', 'bob']) {
      expect(world.user(userId)).toMatchObject({ walletStatus: 'PENDING', walletAttempts: 0 });
    }
    expect(engine.pausedBy()).toBe('NODE_UNREACHABLE');
    world.faults.clear();
    await world.untilReady(['ann', 'bob'], 30_000);
    expectOneOfEach(world, ['ann', 'bob']);
    expect(engine.pausedBy()).toBeNull();
    await during(world, engine.stop());
  });

  it('may be requested in a process that makes none, which reports nothing of a chain it never meets', async () => {
    const world = new World();
    world.addUser('ann');
    const pages = world.engine();
    expect(await pages.requestWallet('ann')).toMatchObject({ status: 'PENDING' });
    await world.clock.advance(60_000);
    expect(pages.pausedBy()).toBeNull();
    expect(world.user('ann')).toMatchObject({ walletStatus: 'PENDING' });
    const worker = await startEngine(world);
    await world.untilReady(['ann'], 30_000);
    await during(world, worker.stop());
    await pages.stop();
  });

  it('requested before the engine starts, or while none runs, is made later', async () => {
    const world = new World();
    world.addUser('ann');
    expect(await world.engine().requestWallet('ann')).toMatchObject({ status: 'PENDING' });
    expect(await world.engine().requestWallet('nobody')).toBeNull();
    await world.clock.advance(60_000);
    const engine = await startEngine(world, { name: 'later' });
    await world.untilReady(['ann'], 15_000);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
  });

  it.each([
    ['an id', { nearAccountId: 'old.choonsim.devnet' }],
    ['a public key', { nearPublicKey: 'ed25519:old' }],
    ['a private key', { nearPrivateKey: 'v1.old' }],
  ])('of which only %s is left is never recreated', async (_part, torn) => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann'] });
    const [[column, value] = ['', '']] = Object.entries(torn);
    world.sqlite.prepare(`UPDATE "User" SET "${column}" = ?`).run(value);
    const before = world.user('ann');
    await expect(engine.requestWallet('ann')).rejects.toMatchObject({
      code: 'WALLET_RECORD_INCOMPLETE',
      retryable: false,
    });
    expect(world.user('ann')).toEqual(before);
    await during(world, engine.stop());
  });
});

describe('many wallets', () => {
  const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);

  it('requested at once share lanes and transactions, and each gets one account and one reward', async () => {
    const world = new World();
    const engine = await startEngine(world, { users });
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.untilReady(users, 60_000);
    expectOneOfEach(world, users);
    const signed = ledger(world);
    expect(signed.filter(({ purpose }) => purpose === 'CREATE')).toHaveLength(60);
    expect(signed.filter(({ purpose }) => purpose === 'REWARD').length).toBeLessThan(30);
    expect(signed.every(({ status }) => status === 'SUCCEEDED')).toBe(true);
    await during(world, engine.stop());
  });

  it('are made by two workers together, none of them twice', async () => {
    const world = new World();
    const first = await startEngine(world, { users, name: 'first' });
    const second = await startEngine(world, { name: 'second' });
    await Promise.all(
      users.map((userId, index) => (index % 2 ? first : second).requestWallet(userId)),
    );
    await world.untilReady(users, 90_000);
    expectOneOfEach(world, users);
    expect(ledger(world).every(({ status }) => status === 'SUCCEEDED')).toBe(true);
    await during(world, Promise.all([first.stop(), second.stop()]));
  });
});

describe('lanes', () => {
  it('are added once, even by two workers that start together', async () => {
    const world = new World();
    world.addUser('ann');
    const engines = ['first', 'second', 'third'].map((name) => world.engine({ name }));
    await during(world, Promise.all(engines.map((engine) => engine.start())));
    await engines[1]?.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    await world.clock.advance(10_000);
    expectOneOfEach(world, ['ann']);
    const added = ledger(world).filter(({ purpose }) => purpose === 'LANES');
    expect(added).toEqual([{ purpose: 'LANES', status: 'SUCCEEDED' }]);
    expect(world.rows('SELECT * FROM "ServiceKeyLane"')).toHaveLength(5);
    const keys = world.devnet.inspect().account('choonsim.devnet')?.publicKeys;
    expect(keys).toHaveLength(5);
    await during(world, Promise.all(engines.map((engine) => engine.stop())));
  });

  it('are found at the next start: nothing is signed for them again', async () => {
    const world = new World();
    const first = await startEngine(world, { name: 'first' });
    await untilLanesReady(world);
    await during(world, first.stop());
    const before = serviceTransactions(world).length;
    const second = await startEngine(world, { name: 'second', users: ['ann'] });
    await second.requestWallet('ann');
    await world.untilReady(['ann'], 6_000);
    expect(serviceTransactions(world)).toHaveLength(before + 2);
    await during(world, second.stop());
  });

  it('grow when more are wanted', async () => {
    const world = new World();
    const first = await startEngine(world, { name: 'first' });
    await untilLanesReady(world);
    await during(world, first.stop());
    const second = await startEngine(world, { name: 'second', config: { lanes: 7 } });
    const count = () => world.rows('SELECT * FROM "ServiceKeyLane"').length;
    await world.clock.until(() => count() === 8, 20_000);
    await world.clock.advance(5_000);
    expect(world.devnet.inspect().account('choonsim.devnet')?.publicKeys).toHaveLength(8);
    await during(world, second.stop());
  });
});
