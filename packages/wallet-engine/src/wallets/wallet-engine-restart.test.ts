import { describe, expect, it } from 'vitest';
import {
  during,
  expectOneOfEach,
  ledger,
  MortalProcess,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { World, type WrapPort } from '../testing/simulator/world/world.ts';

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

describe('a worker that ends while making a wallet', () => {
  it('has enough steps to end at', () => expect(steps).toBeGreaterThan(10));

  it('by a graceful stop at any step leaves the rest to the next: one account, one reward', async () => {
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

describe('a stop', () => {
  it('hands back a claim that was on its way to a slow database', async () => {
    for (let atMs = 0; atMs < 1_100; atMs += 10) {
      const world = new World();
      const slowly: WrapPort = (_name, port, isDatabase) =>
        new Proxy(port, {
          get: (target, property, receiver) => {
            const method: unknown = Reflect.get(target, property, receiver);
            if (!isDatabase || typeof method !== 'function') return method;
            return async (...args: unknown[]): Promise<unknown> => {
              await world.clock.sleep(20);
              const result: unknown = await method.apply(target, args);
              await world.clock.sleep(20);
              return result;
            };
          },
        });
      const engine = await startEngine(world, { users: ['ann'], wrap: slowly });
      await untilLanesReady(world);
      await world.clock.advance(10_000);
      // By a process without a worker: ours finds it at its next poll.
      await world.engine({ name: 'web' }).requestWallet('ann');
      await world.clock.advance(atMs);
      await during(world, engine.stop());
      expect(world.user('ann').walletStatus).toBe('PENDING');
    }
  });
});

describe('settings changed while a wallet is being made', () => {
  it('to another reward: it gets what was signed for it, the next one the new', async () => {
    const world = new World();
    const process = new MortalProcess(world);
    const first = await startEngine(world, { users: ['ann', 'bob'], name: 'first', ...process });
    await untilLanesReady(world);
    await first.requestWallet('ann');
    const isSent = () => ledger(world).filter(({ status }) => status === 'SENT').length === 2;
    await world.clock.until(isSent, 20_000);
    process.kill();
    const next = await startEngine(world, { name: 'next', config: { signupReward: '200' } });
    await world.untilReady(['ann'], 20_000);
    expectOneOfEach(world, ['ann']);
    await next.requestWallet('bob');
    await world.untilReady(['bob'], 20_000);
    expect(world.user('bob').chocoBalance).toBe('200');
    await during(world, next.stop());
  });
});
