import { describe, expect, it } from 'vitest';
import type { EngineObserver } from '../ports/engine-observer.ts';
import { during, startEngine, untilLanesReady } from '../testing/engine-scenes.ts';
import { RefusingContract } from '../testing/simulator/faults/refusing-contract.ts';
import { World } from '../testing/simulator/world/world.ts';

type Told = { [Name in keyof EngineObserver]: Parameters<EngineObserver[Name]>[0][] };

function listener(): { observer: EngineObserver; reported: Told } {
  const reported: Told = {
    walletClaimed: [],
    walletReady: [],
    walletTaken: [],
    stockMissed: [],
    stockFilled: [],
    walletFailed: [],
    transactionSettled: [],
    serviceError: [],
    workerPolled: [],
  };
  const observer: EngineObserver = {
    walletClaimed: (claim) => reported.walletClaimed.push(claim),
    walletReady: (end) => reported.walletReady.push(end),
    walletTaken: (take) => reported.walletTaken.push(take),
    stockMissed: () => reported.stockMissed.push(undefined),
    stockFilled: (filling) => reported.stockFilled.push(filling),
    walletFailed: (failure) => reported.walletFailed.push(failure),
    transactionSettled: (settled) => reported.transactionSettled.push(settled),
    serviceError: (fault) => reported.serviceError.push(fault),
    workerPolled: (poll) => reported.workerPolled.push(poll),
  };
  return { observer, reported };
}

describe('what the observers of several processes receive', () => {
  it('adds up: each wallet is started once and ready once, each transaction settled once', async () => {
    const world = new World();
    const one = listener();
    const two = listener();
    const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);
    const first = await startEngine(world, { name: 'one', users, observer: one.observer });
    await untilLanesReady(world);
    for (const userId of users.slice(0, 6)) await first.requestWallet(userId);
    // Its claims are handed back in the middle of the work and taken up by the other.
    await world.clock.until(() => one.reported.walletClaimed.length > 0, 5_000);
    await startEngine(world, { name: 'two', observer: two.observer });
    await during(world, first.stop());
    for (const userId of users.slice(6)) await first.requestWallet(userId);
    await world.untilReady(users);

    const claims = [...one.reported.walletClaimed, ...two.reported.walletClaimed];
    expect(claims.filter(({ kind }) => kind === 'first')).toHaveLength(users.length);
    expect(claims.filter(({ kind }) => kind === 'again').length).toBeGreaterThan(0);
    expect(claims.filter(({ waitedMs }) => waitedMs !== null)).toHaveLength(users.length);
    const ready = [...one.reported.walletReady, ...two.reported.walletReady];
    expect(ready).toHaveLength(users.length);
    for (const { tookMs } of ready) expect(tookMs).toBeGreaterThan(1_000);

    const settled = [...one.reported.transactionSettled, ...two.reported.transactionSettled];
    const [ledger] = world.rows<{ count: number; burnt: string }>(
      `SELECT count(*) AS "count" FROM "ChainTransaction" WHERE "status" = 'SUCCEEDED'`,
    );
    expect(settled).toHaveLength(ledger?.count ?? -1);
    const burnt = world
      .rows<{ burntYocto: string }>('SELECT "burntYocto" FROM "ChainTransaction"')
      .reduce((sum, row) => sum + BigInt(row.burntYocto), 0n);
    expect(settled.reduce((sum, each) => sum + (each.burntYocto ?? 0n), 0n)).toBe(burnt);
  });

  it('includes failures, their cause and whether they are final', async () => {
    const world = new World();
    const { observer, reported } = listener();
    const contract = new RefusingContract(world);
    const engine = await startEngine(world, {
      users: ['user'],
      observer,
      transport: contract.transport,
      config: { maxAttempts: 2 },
    });
    await untilLanesReady(world);
    contract.accountId = (await engine.requestWallet('user'))?.accountId ?? null;
    await world.clock.until(() => world.user('user').walletStatus === 'FAILED', 60_000);
    await world.clock.until(() => world.user('user').walletAvailableAt === null, 120_000);
    expect(reported.walletFailed).toEqual([
      { errorCode: 'REWARD_REFUSED', isFinal: false },
      { errorCode: 'REWARD_REFUSED', isFinal: true },
    ]);
    expect(reported.workerPolled.at(-1)?.atMs).toBeGreaterThan(world.clock.now() - 2_000);
  });
});
