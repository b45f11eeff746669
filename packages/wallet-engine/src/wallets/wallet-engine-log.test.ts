import { developmentKey } from '@choonsim/near-devnet';
import { expect, it } from 'vitest';
import { during, startEngine, untilLanesReady } from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

it('contains the whole course of a wallet by its id, and no key', async () => {
  const world = new World();
  const engine = await startEngine(world, { users: ['ann', 'bob'] });
  await untilLanesReady(world);
  await engine.requestWallet('ann');
  await engine.requestWallet('bob');
  await world.untilReady(['ann', 'bob']);
  await during(world, engine.stop());

  const { nearAccountId: accountId, nearPrivateKey } = world.user('ann');
  const isOfAnn = (fields: Record<string, unknown>) =>
    fields.userId === 'ann' || (Array.isArray(fields.userIds) && fields.userIds.includes('ann'));
  const ofAnn = world.logged.filter(({ fields }) => isOfAnn(fields));
  expect(ofAnn.map(({ message }) => message)).toEqual([
    'wallet requested',
    'wallet claimed',
    'transaction signed',
    'transaction signed',
    'transaction settled',
    'transaction settled',
    'wallet is ready',
  ]);
  expect(ofAnn[0]?.fields.accountId).toBe(accountId);
  // From the signature on, its transactions are followed by their hashes.
  const hashes = ofAnn.flatMap(({ fields }) => (fields.hash ? [fields.hash] : []));
  const settled = world.logged.filter(({ message }) => message === 'transaction settled');
  for (const hash of hashes) expect(settled.map(({ fields }) => fields.hash)).toContain(hash);

  const everything = JSON.stringify(world.logged);
  expect(everything).not.toContain(nearPrivateKey);
  expect(everything).not.toContain(developmentKey('choonsim.devnet').secretKey.slice(8));
  const [{ signedBytes } = { signedBytes: 'none' }] = world.rows<{ signedBytes: string }>(
    'SELECT "signedBytes" FROM "ChainTransaction"',
  );
  expect(everything).not.toContain(signedBytes);
});
