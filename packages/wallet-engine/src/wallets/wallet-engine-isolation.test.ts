import { expect, it } from 'vitest';
import { during, expectOneOfEach, untilLanesReady } from '../testing/engine-scenes.ts';
import { RefusingContract } from '../testing/simulator/faults/refusing-contract.ts';
import { World, type WrapPort } from '../testing/simulator/world/world.ts';

it('continues with the other wallets when even the last write of a failing one throws', async () => {
  const world = new World();
  const contract = new RefusingContract(world);
  let thrown = 0;
  const wrap: WrapPort = (name, port) =>
    name !== 'store'
      ? port
      : new Proxy(port, {
          get: (target, property) => {
            if (property !== 'failWallet' || thrown > 0) return Reflect.get(target, property);
            return async () => {
              thrown += 1;
              throw new Error('the disk is full');
            };
          },
        });
  const engine = world.engine({ transport: contract.transport, wrap });
  await during(world, engine.start());
  await untilLanesReady(world);

  world.addUser('ann');
  const refused = await engine.requestWallet('ann');
  contract.accountId = refused?.accountId ?? null;
  await world.clock.until(() => thrown === 1, 30_000);
  for (const id of ['ben', 'cleo']) {
    world.addUser(id);
    await engine.requestWallet(id);
  }
  await world.untilReady(['ben', 'cleo'], 20_000);

  // The lease of the wallet whose end could not be written expires, and its work continues.
  contract.accountId = null;
  await world.untilReady(['ann'], 60_000);
  expectOneOfEach(world, ['ann', 'ben', 'cleo']);
  expect(world.user('ann').walletTakeovers).toBe(1);
  await during(world, engine.stop());
});

it('old leases of a frozen worker do not look like a database behind the chain', async () => {
  const world = new World();
  let isFrozen = false;
  const wrap: WrapPort = (name, port) =>
    name !== 'lanes'
      ? port
      : new Proxy(port, {
          get: (target, property) => {
            const method: unknown = Reflect.get(target, property);
            if (property !== 'leaseLanes' || typeof method !== 'function') return method;
            return async (lease: { laneNumbers: number[] }) => {
              const leased: unknown = await method.call(target, lease);
              if (isFrozen) await world.clock.sleep(30_000);
              return leased;
            };
          },
        });
  const frozen = world.engine({ name: 'frozen', wrap });
  await during(world, frozen.start());
  await untilLanesReady(world);
  await world.clock.advance(10_000);
  isFrozen = true;
  world.addUser('ann');
  await frozen.requestWallet('ann');
  // Its leases run out, and the other takes the same lanes.
  await world.clock.advance(8_000);
  isFrozen = false;

  const awake = world.engine({ name: 'awake' });
  await during(world, awake.start());
  for (const id of ['ben', 'cleo', 'dora', 'eve', 'finn']) {
    world.addUser(id);
    await awake.requestWallet(id);
  }
  await world.untilReady(['ann', 'ben', 'cleo', 'dora', 'eve', 'finn'], 60_000);
  await world.clock.advance(40_000);
  expect(world.rows('SELECT "pauseReason" FROM "Deployment"')).toEqual([{ pauseReason: null }]);
  expectOneOfEach(world, ['ann', 'ben', 'cleo', 'dora', 'eve', 'finn']);
  await during(world, frozen.stop());
  await during(world, awake.stop());
});
