import { expect, it } from 'vitest';
import { during, expectOneOfEach, untilLanesReady } from './testing/engine-scenes.ts';
import { RefusingContract } from './testing/refusing-contract.ts';
import { World, type WrapPort } from './testing/world.ts';

it('goes on with the others when even the last write of a failing wallet throws', async () => {
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

  // The lease of the one whose end could not be written runs out, and its work goes on.
  contract.accountId = null;
  await world.untilReady(['ann'], 60_000);
  expectOneOfEach(world, ['ann', 'ben', 'cleo']);
  expect(world.user('ann').walletTakeovers).toBe(1);
  await during(world, engine.stop());
});
