import { describe, expect, it } from 'vitest';
import { yoctoPerNear } from '../core/amounts.ts';
import { dayMs, hourMs } from '../core/engine-config.ts';
import { during, expectOneOfEach, startEngine, untilLanesReady } from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);
const countOf = (world: World, status: string) =>
  world.users().filter(({ walletStatus }) => walletStatus === status).length;
const microPerNear = 1_000_000;

/** What the chain took, in any hour: open transactions are to be counted at their greatest cost. */
function spentMicroNear(world: World): number {
  const [row] = world.rows<{ spent: number }>(
    `SELECT SUM(COALESCE("spentMicroNear", "maxCostMicroNear")) AS "spent" FROM "ChainTransaction"`,
  );
  return row?.spent ?? 0;
}

describe('a spend limit', () => {
  it('reached during 200 sign-ups lets all of them in, fails none, and ends when it is raised', async () => {
    const world = new World();
    const users = names(200);
    const limit = { spendLimitHourYocto: 8n * yoctoPerNear };
    const engine = await startEngine(world, { users, config: { ...limit, lanes: 8 } });
    await untilLanesReady(world);
    const beganAtMs = world.clock.now();
    const answers = await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    expect(answers.map((wallet) => wallet?.status)).toEqual(users.map(() => 'PENDING'));
    expect(world.clock.now() - beganAtMs).toBe(0);

    await world.clock.until(() => engine.pausedBy() === 'SPEND_LIMIT_REACHED', 60_000);
    await world.clock.advance(60_000);
    expect(engine.pausedBy()).toBe('SPEND_LIMIT_REACHED');
    const ready = countOf(world, 'READY');
    expect(ready).toBeGreaterThan(50);
    expect(ready + countOf(world, 'PENDING')).toBe(200);
    expect(spentMicroNear(world)).toBeLessThanOrEqual(8 * microPerNear);
    // Not a wallet too few either: one more could have exceeded it.
    expect(spentMicroNear(world)).toBeGreaterThan(7.8 * microPerNear);
    const moves = world.rows<{ toStatus: string }>('SELECT "toStatus" FROM "WalletEvent"');
    expect(moves.filter(({ toStatus }) => toStatus === 'FAILED')).toEqual([]);
    await during(world, engine.stop());

    const raised = { spendLimitHourYocto: 100n * yoctoPerNear, lanes: 8 };
    const next = await startEngine(world, { name: 'raised', config: raised });
    await world.untilReady(users, 120_000);
    expectOneOfEach(world, users);
    expect(next.pausedBy()).toBeNull();
    for (const user of world.users()) expect(user.walletAttempts).toBe(1);
    await during(world, next.stop());
  });

  it('lets the rest through by itself as the hour passes', async () => {
    const world = new World();
    const users = names(12);
    const config = { spendLimitHourYocto: yoctoPerNear };
    const engine = await startEngine(world, { users, config });
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.clock.until(() => engine.pausedBy() === 'SPEND_LIMIT_REACHED', 60_000);
    const readyAtFirst = countOf(world, 'READY');
    await world.clock.advance(30_000);
    expect(countOf(world, 'READY')).toBeLessThan(12);
    await world.clock.advance(hourMs);
    await world.untilReady(users, 60_000);
    expect(readyAtFirst).toBeLessThan(12);
    expectOneOfEach(world, users);
    await during(world, engine.stop());
  });

  it('of a day holds when the hour would allow more', async () => {
    const world = new World();
    const users = names(4);
    const config = {
      spendLimitHourYocto: 10n * yoctoPerNear,
      spendLimitDayYocto: (3n * yoctoPerNear) / 10n,
    };
    const engine = await startEngine(world, { users, config });
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    await world.clock.until(() => engine.pausedBy() === 'SPEND_LIMIT_REACHED', 60_000);
    await world.clock.advance(hourMs + 60_000);
    expect(countOf(world, 'READY')).toBeLessThan(4);
    expect(engine.pausedBy()).toBe('SPEND_LIMIT_REACHED');
    const [row] = world.rows<{ createdAt: number }>(
      'SELECT MIN("createdAt") AS "createdAt" FROM "ChainTransaction"',
    );
    expect(world.clock.now() - Number(row?.createdAt)).toBeLessThan(dayMs);
    await during(world, engine.stop());
  });
});

describe('workers of different settings', () => {
  const pauses = (world: World) =>
    world.logged.filter(({ message }) => message === 'signing is paused').length;

  it.each([
    [
      'SPEND_LIMIT_REACHED',
      { spendLimitHourYocto: yoctoPerNear / 2n },
      { spendLimitHourYocto: 100n * yoctoPerNear },
    ],
    ['TREASURY_NEAR_LOW', { reserveYocto: 999_999n * yoctoPerNear }, {}],
  ] as const)(
    'do not pause and resume by turns: the stricter one holds while it lives (%s)',
    async (reason, strict, loose) => {
      const world = new World();
      const users = names(20);
      const first = await startEngine(world, { users, name: 'strict', config: strict });
      const second = await startEngine(world, { name: 'loose', config: loose });
      await Promise.all(users.map((userId) => first.requestWallet(userId)));
      await world.clock.until(() => first.pausedBy() === reason, 60_000);
      // What was settled lately still counts against the treasury as if it were open; then one more may fit.
      await world.clock.advance(90_000);
      const before = pauses(world);
      await world.clock.advance(120_000);
      expect([first.pausedBy(), second.pausedBy()]).toEqual([reason, reason]);
      expect(pauses(world)).toBe(before);
      const reported = world.logged.filter(({ message }) =>
        message.startsWith('another process keeps'),
      );
      expect(reported.length).toBeGreaterThan(0);
      await during(world, first.stop());
      await world.untilReady(users, 60_000);
      expectOneOfEach(world, users);
      await during(world, second.stop());
    },
  );
});

describe('the runway of the treasury', () => {
  const warnings = (world: World) =>
    world.logged.filter(({ message }) => message === 'the treasury runs low');

  it('is stored, and logged as a warning once an hour before it ends', async () => {
    const world = new World();
    const engine = await startEngine(world, { config: { runwayWarningWallets: 50_000_000 } });
    await world.clock.advance(20_000);
    const [row] = world.rows<{ runwayWallets: number }>('SELECT * FROM "Deployment"');
    // 1,000,000 NEAR at 0.1088 each; a billion CHOCO would suffice for ten million.
    expect(row?.runwayWallets).toBeGreaterThan(9_100_000);
    expect(row?.runwayWallets).toBeLessThan(9_250_000);
    expect(warnings(world)).toHaveLength(1);
    expect(warnings(world)[0]?.fields.runwayWallets).toBe(row?.runwayWallets);
    expect(engine.pausedBy()).toBeNull();
    await world.clock.advance(hourMs);
    expect(warnings(world)).toHaveLength(2);
    await during(world, engine.stop());
  });
});
