import { expect, it } from 'vitest';
import { hourMs } from '../core/engine-config.ts';
import {
  during,
  expectOneOfEach,
  MortalProcess,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

/** A worker's clock that is wrong by so much. */
function clockOf(clock: MortalProcess['clock'], aheadMs: number): MortalProcess['clock'] {
  return { now: () => clock.now() + aheadMs, sleep: (ms, signal) => clock.sleep(ms, signal) };
}

it('a worker that dies with a clock hours ahead leaves nothing that others must wait for', async () => {
  const world = new World();
  const mortal = new MortalProcess(world);
  const ahead = await startEngine(world, {
    ...mortal,
    name: 'ahead',
    users: ['ann', 'bob'],
    config: { lanes: 2 },
    clock: clockOf(mortal.clock, 5 * hourMs),
  });
  await untilLanesReady(world);
  await ahead.requestWallet('ann');
  await world.clock.until(() => world.user('ann').walletStatus === 'CREATING', 5_000);
  await world.clock.advance(300);
  mortal.kill();
  // Requested on a machine with that clock, and unclaimed.
  world.sqlite.exec(`UPDATE "ServiceKeyLane" SET "holder" = 'ahead',
    "leasedUntil" = ${world.clock.now() + 5 * hourMs}`);
  const next = await startEngine(world, { name: 'next', config: { lanes: 2 } });
  await next.requestWallet('bob');
  world.sqlite.exec(`UPDATE "User" SET "walletAvailableAt" = ${world.clock.now() + 5 * hourMs}
    WHERE "id" = 'bob' AND "walletStatus" = 'PENDING'`);
  await world.untilReady(['ann'], 120_000);
  // Nobody holds it, but a schedule so far ahead might be meant: it is waited for as long as the longest.
  await world.untilReady(['ann', 'bob'], 14 * 60_000);
  expectOneOfEach(world, ['ann', 'bob']);
  await during(world, next.stop());
});

it('a living worker keeps what it holds, whichever of two clocks is wrong', async () => {
  const world = new World();
  const ahead = await startEngine(world, {
    name: 'ahead',
    users: ['ann'],
    config: { lanes: 1 },
    clock: clockOf(world.clock, 5 * hourMs),
  });
  await untilLanesReady(world);
  const right = await startEngine(world, { name: 'right', config: { lanes: 1 } });
  await ahead.requestWallet('ann');
  await world.untilReady(['ann'], 60_000);
  expect(world.user('ann')).toMatchObject({ walletTakeovers: 0 });
  expectOneOfEach(world, ['ann']);
  await during(world, right.stop());
  await during(world, ahead.stop());
});
