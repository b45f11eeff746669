import { describe, expect, it } from 'vitest';
import {
  during,
  expectOneOfEach,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

/** Ann's wallet is READY, on chain and in the newest database; the copy is older. */
async function withBackup(backUpAt: (world: World) => Promise<void>) {
  const world = new World();
  for (const userId of ['ann', 'bob']) world.addUser(userId);
  let copy = world.sqlite.serialize();
  const engine = await startEngine(world, { name: 'before' });
  await backUpAt(world);
  copy = world.sqlite.serialize();
  await engine.requestWallet('ann');
  await world.untilReady(['ann'], 30_000);
  await during(world, engine.stop());
  const newest = world.sqlite.serialize();
  return { world, copy, newest };
}

const moments: [string, (world: World) => Promise<void>][] = [
  ['before the lanes were added', async () => undefined],
  ['after the lanes were added, before the wallet was asked for', untilLanesReady],
];

describe('a database behind the chain', () => {
  it.each(moments)('(a copy from %s) signs nothing, whatever is asked', async (_name, moment) => {
    const { world, copy, newest } = await withBackup(moment);
    world.replaceDatabase(copy);
    const before = serviceTransactions(world).length;
    const engine = await startEngine(world, { name: 'after' });
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    await world.clock.advance(120_000);
    expect(engine.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    expect(serviceTransactions(world)).toHaveLength(before);
    for (const userId of ['ann', 'bob']) {
      expect(world.user(userId)).toMatchObject({ walletStatus: 'PENDING', walletAttempts: 0 });
    }
    await during(world, engine.stop());

    world.replaceDatabase(newest);
    const restored = await startEngine(world, { name: 'restored' });
    await restored.requestWallet('bob');
    await world.untilReady(['bob'], 30_000);
    expectOneOfEach(world, ['ann', 'bob']);
    await during(world, restored.stop());
  });

  it('of another chain refuses the start and signs nothing', async () => {
    const first = new World();
    const engine = await startEngine(first, { users: ['ann'] });
    await untilLanesReady(first);
    await during(first, engine.stop());

    const wiped = new World({ genesis: { chainInstanceId: 'another' } });
    wiped.replaceDatabase(first.sqlite.serialize());
    const late = wiped.engine({ name: 'late' });
    await expect(during(wiped, late.start())).rejects.toMatchObject({ code: 'WRONG_CHAIN' });
    await late.requestWallet('ann');
    await wiped.clock.advance(30_000);
    expect(wiped.user('ann')).toMatchObject({ walletStatus: 'PENDING' });
    expect(serviceTransactions(wiped)).toEqual([]);
    // The pause would reach the processes that are on the right chain.
    const [row] = wiped.rows<{ pauseReason: string | null }>('SELECT * FROM "Deployment"');
    expect(row?.pauseReason).toBeNull();
    await during(wiped, late.stop());
  });
});
