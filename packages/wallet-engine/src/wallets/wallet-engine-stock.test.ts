import { describe, expect, it } from 'vitest';
import { yoctoPerNear } from '../core/amounts.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { silentObserver } from '../ports/engine-observer.ts';
import {
  during,
  expectOneOfEach,
  MortalProcess,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { blockTimeMs, World } from '../testing/simulator/world/world.ts';

const stockRows = (world: World, condition = '1') =>
  world.rows<{ id: string; status: string; accountId: string; attempts: number }>(
    `SELECT * FROM "Wallet" WHERE "ownerId" IS NULL AND ${condition} ORDER BY "completedAt", "id"`,
  );
const readyCount = (world: World) => stockRows(world, `"status" = 'READY'`).length;
const untilStocked = (world: World, count: number, withinMs = 60_000) =>
  world.clock.until(() => readyCount(world) === count, withinMs);

async function stocked(config: Partial<EngineConfig> = {}, users = ['ann', 'bob', 'carl', 'dora']) {
  const world = new World();
  const engine = await startEngine(world, { users, config: { stock: 3, ...config } });
  await untilStocked(world, config.stock ?? 3);
  return { world, engine };
}

describe('an engine that keeps a stock', () => {
  it('makes it in the background, and hands it out READY with the answer to the request', async () => {
    const { world, engine } = await stocked();
    const stored = stockRows(world).map(({ accountId }) => accountId);
    const wallets = [];
    for (const owner of ['ann', 'bob', 'carl']) wallets.push(await engine.requestWallet(owner));
    expect(wallets.map((wallet) => wallet?.status)).toEqual(['READY', 'READY', 'READY']);
    expect(wallets.map((wallet) => wallet?.accountId)).toEqual(stored);
    expectOneOfEach(world, ['ann', 'bob', 'carl']);
    await during(world, engine.stop());
  });

  it('refills it, and makes wallets on request when it is empty', async () => {
    const { world, engine } = await stocked({ stock: 1 });
    expect((await engine.requestWallet('ann'))?.status).toBe('READY');
    expect((await engine.requestWallet('bob'))?.status).toBe('PENDING');
    await world.untilReady(['ann', 'bob']);
    await untilStocked(world, 1);
    expectOneOfEach(world, ['ann', 'bob']);
    expect((await engine.requestWallet('carl'))?.status).toBe('READY');
    await during(world, engine.stop());
  });

  it('gives the same wallet for repeated requests, also concurrent ones', async () => {
    const { world, engine } = await stocked();
    const other = world.engine({ name: 'other', config: { stock: 3 } });
    const asked = await Promise.all(
      [engine, other, engine, other].map((each) => each.requestWallet('ann')),
    );
    expect(new Set(asked.map((wallet) => wallet?.accountId)).size).toBe(1);
    expect(readyCount(world)).toBe(2);
    await during(world, engine.stop());
  });

  it('hands out while the chain does not answer, as long as the stock lasts', async () => {
    const { world, engine } = await stocked({ stock: 2 });
    await during(world, engine.stop());
    const transport = () => Promise.reject(new Error('the chain is away'));
    const web = world.engine({ name: 'web', config: { stock: 2 }, transport });
    const statuses = [];
    for (const owner of ['ann', 'bob', 'carl']) {
      statuses.push((await web.requestWallet(owner))?.status);
    }
    expect(statuses).toEqual(['READY', 'READY', 'PENDING']);
  });

  it('switched off makes wallets on request, whatever is in stock', async () => {
    const { world, engine } = await stocked();
    await during(world, engine.stop());
    const off = await startEngine(world, { name: 'off', config: { stock: 0 } });
    expect((await off.requestWallet('ann'))?.status).toBe('PENDING');
    await world.untilReady(['ann']);
    expect(stockRows(world)).toHaveLength(3);
    await during(world, off.stop());
  });

  it('hands out nothing made on other terms, and makes its own', async () => {
    const { world, engine } = await stocked();
    await during(world, engine.stop());
    const config = { stock: 2, initialBalanceYocto: yoctoPerNear / 20n };
    const next = await startEngine(world, { name: 'next', config });
    expect((await next.requestWallet('ann'))?.status).toBe('PENDING');
    await untilStocked(world, 5);
    expect((await next.requestWallet('bob'))?.status).toBe('READY');
    const chain = world.devnet.inspect();
    const { nearAccountId } = world.user('bob');
    expect(chain.account(String(nearAccountId))?.amountYocto).toBe(yoctoPerNear / 20n);
    await during(world, next.stop());
  });

  it('reports what was taken, missed and filled', async () => {
    const world = new World();
    const reported: string[] = [];
    const observer = {
      ...silentObserver,
      walletTaken: () => void reported.push('taken'),
      stockMissed: () => void reported.push('missed'),
      stockFilled: () => void reported.push('filled'),
      walletReady: () => void reported.push('ready'),
      walletClaimed: () => void reported.push('claimed'),
    };
    const users = ['ann', 'bob'];
    const engine = await startEngine(world, { users, config: { stock: 1 }, observer });
    await untilStocked(world, 1);
    await engine.requestWallet('ann');
    await engine.requestWallet('bob');
    await world.untilReady(['bob']);
    await untilStocked(world, 1);
    expect(reported.sort()).toEqual(['claimed', 'filled', 'filled', 'missed', 'ready', 'taken']);
    await during(world, engine.stop());
  });
});

describe('what the stock may cost', () => {
  it('leaves users as many wallets of the spend limit as its own size', async () => {
    const world = new World();
    const spendLimitHourTokens = '1000';
    const config = { stock: 8, spendLimitHourTokens };
    const engine = await startEngine(world, { config });
    await untilStocked(world, 2);
    await world.clock.advance(30_000);
    expect(stockRows(world)).toHaveLength(2);
    expect(engine.pausedBy()).toBeNull();
    const warned = world.logged.filter(({ fields }) => fields.code === 'STOCK_NOT_REFILLED');
    expect(warned).toHaveLength(1);
    await during(world, engine.stop());
  });

  it('is nothing while the runway is short, and nothing while signing is paused', async () => {
    const world = new World();
    const config = { stock: 3, runwayWarningWallets: 100_000_000 };
    const engine = await startEngine(world, { config });
    await untilLanesReady(world);
    await world.clock.advance(15_000);
    expect(stockRows(world)).toEqual([]);
    await during(world, engine.stop());
    await world.operatorStore().pause({ actor: 'test', nowMs: world.clock.now() });
    const paused = await startEngine(world, { name: 'paused', config: { stock: 3 } });
    await world.clock.advance(15_000);
    expect(stockRows(world)).toEqual([]);
    await during(world, paused.stop());
  });
});

describe('a crash between the take and its answer', () => {
  it('leaves the owner with the wallet that was taken', async () => {
    const { world, engine } = await stocked();
    const mortal = new MortalProcess(world);
    const web = world.engine({ name: 'web', config: { stock: 3 }, ...mortal });
    const accountId = stockRows(world)[0]?.accountId;
    void web.requestWallet('ann');
    await world.clock.until(() => world.user('ann').walletStatus === 'READY', 1_000);
    mortal.kill();
    expect((await engine.requestWallet('ann'))?.accountId).toBe(accountId);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
  });
});

describe('an older database', () => {
  it('restored under the process that took gives no user the wallet of another', async () => {
    const { world, engine } = await stocked();
    const before = world.sqlite.serialize();
    const given = await engine.requestWallet('ann');
    world.replaceDatabase(before);
    expect((await engine.requestWallet('bob'))?.status).toBe('PENDING');
    const [row] = world.rows<{ pauseReason: string }>('SELECT "pauseReason" FROM "Deployment"');
    expect(row?.pauseReason).toBe('DATABASE_BEHIND_CHAIN');
    expect((await engine.requestWallet('ann'))?.accountId).toBe(given?.accountId);
    await during(world, engine.stop());
  });

  it('whose owner is given the same wallet again gives nobody else another one', async () => {
    const { world, engine } = await stocked();
    const other = await startEngine(world, { name: 'other', config: { stock: 3 } });
    const before = world.sqlite.serialize();
    const given = await engine.requestWallet('ann');
    const second = await engine.requestWallet('bob');
    world.replaceDatabase(before);
    expect((await engine.requestWallet('ann'))?.accountId).toBe(given?.accountId);
    // At once in both processes, of which one knows of no loss.
    const others = [await engine.requestWallet('carl'), await other.requestWallet('dora')];
    expect(others.map((wallet) => wallet?.status)).toEqual(['PENDING', 'PENDING']);
    expect(engine.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    expect((await engine.requestWallet('bob'))?.accountId).toBe(second?.accountId);
    await during(world, Promise.all([engine.stop(), other.stop()]));
  });

  it('that was reconciled hands out nothing of its stock', async () => {
    const { world, engine } = await stocked();
    const before = world.sqlite.serialize();
    await engine.requestWallet('ann');
    await during(world, engine.stop());
    world.replaceDatabase(before);
    const options = { adopt: true, adoptRegistered: false, unfinishedOnly: false };
    await during(world, world.reconciler().run(options), 600_000);
    const next = await startEngine(world, { name: 'next', config: { stock: 1 } });
    expect((await next.requestWallet('bob'))?.status).toBe('PENDING');
    await world.untilReady(['bob']);
    await during(world, next.stop());
  });
});

describe('users beside the stock', () => {
  /** How long ten concurrent users wait while that many wallets are made for the stock. */
  const waitedMs = async (stock: number) => {
    const world = new World();
    const users = Array.from({ length: 10 }, (_, index) => `user${index}`);
    const engine = await startEngine(world, { users, config: { stock, lanes: 4 } });
    await untilLanesReady(world);
    await world.clock.until(
      () => stock === 0 || stockRows(world, `"status" = 'CREATING'`).length >= 10,
      30_000,
    );
    const startMs = world.clock.now();
    for (const user of users) await engine.requestWallet(user);
    await world.untilReady(users);
    const tookMs = world.clock.now() - startMs;
    expect(world.rows('SELECT 1 FROM "WalletEvent" WHERE "fromStatus" = ?', 'READY')).toEqual([]);
    await during(world, engine.stop());
    return tookMs;
  };

  it('wait no longer for it than a transaction takes to get into a block', async () => {
    expect(await waitedMs(40)).toBeLessThan((await waitedMs(0)) + 2 * blockTimeMs);
  });
});
