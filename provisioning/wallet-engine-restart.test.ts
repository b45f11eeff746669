import { describe, expect, it } from 'vitest';
import {
  during,
  expectOneOfEach,
  MortalProcess,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from './testing/engine-scenes.ts';
import { World } from './testing/world.ts';

/** Steps of the clock from a request on an idle system to READY. */
async function countSteps(): Promise<number> {
  const world = new World();
  const engine = await startEngine(world, { users: ['ann'] });
  await untilLanesReady(world);
  await engine.requestWallet('ann');
  let steps = 0;
  while (world.user('ann').walletStatus !== 'READY') {
    await world.clock.step();
    steps += 1;
  }
  await during(world, engine.stop());
  return steps;
}

const steps = await countSteps();
const everyStep = Array.from({ length: steps + 1 }, (_, step) => step);

/** A world in which ann's wallet was asked for so many steps ago. */
async function worldAt(step: number, process?: MortalProcess, world = new World()) {
  const engine = await startEngine(world, { users: ['ann'], name: 'first', ...process });
  await untilLanesReady(world);
  await engine.requestWallet('ann');
  for (let steps = 0; steps < step; steps += 1) await world.clock.step();
  return { world, engine };
}

describe('a worker that ends while it makes a wallet', () => {
  it('has enough steps to end at', () => expect(steps).toBeGreaterThan(10));

  it('by a graceful stop at any step leaves all to the next: one account, one reward', async () => {
    for (const step of everyStep) {
      const { world, engine } = await worldAt(step);
      await during(world, engine.stop());
      const stoppedMs = world.clock.now();
      expect(world.user('ann').walletStatus).toMatch(/PENDING|READY/);
      const next = await startEngine(world, { name: 'second' });
      await world.untilReady(['ann'], 10_000);
      expect(world.clock.now() - stoppedMs).toBeLessThan(8_000);
      expectOneOfEach(world, ['ann']);
      await during(world, next.stop());
    }
  });

  it('by kill -9 at any step is followed by another within 10 s: one account, one reward', async () => {
    for (const step of everyStep) {
      const world = new World();
      const process = new MortalProcess(world);
      await worldAt(step, process, world);
      process.kill();
      const killedMs = world.clock.now();
      const heir = await startEngine(world, { name: 'second' });
      await world.untilReady(['ann'], 15_000);
      expect(world.clock.now() - killedMs).toBeLessThanOrEqual(10_000);
      await world.clock.advance(20_000);
      expectOneOfEach(world, ['ann']);
      const accounts = serviceTransactions(world).filter(
        ({ receiverId }) => receiverId === world.user('ann').nearAccountId,
      );
      expect(accounts).toEqual([{ receiverId: accounts[0]?.receiverId, succeeded: true }]);
      await during(world, heir.stop());
    }
  });
});
