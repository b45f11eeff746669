import { FAUCET_ACCOUNT, TEST_TOKEN } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import {
  during,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

describe('a process whose settings contradict the database', () => {
  it.each([
    ['another token', { tokenContract: TEST_TOKEN, tokenDecimals: 24 }, 'TOKEN_CONTRACT_CHANGED'],
    ['another network', { networkId: 'sandbox' }, 'NETWORK_CHANGED'],
  ])('(%s) does not start, and stops no other process', async (_name, config, code) => {
    const world = new World();
    for (const userId of ['ann', 'bob']) world.addUser(userId);
    const first = await startEngine(world, { name: 'first' });
    await untilLanesReady(world);
    const second = world.engine({ name: 'second', config });
    const starting = during(world, second.start());
    await expect(starting).rejects.toMatchObject({
      code,
      message: expect.stringContaining('this database'),
    });
    await first.requestWallet('ann');
    await second.requestWallet('bob');
    await world.untilReady(['ann', 'bob']);
    await world.clock.advance(300_000);
    expect(first.pausedBy()).toBeNull();
    expect(world.logged.filter(({ message }) => message.includes('paus'))).toEqual([]);
    await during(world, first.stop());
    await during(world, second.stop());
  });

  // Its wallets would get ids under the other account, which the right process can never make.
  it('(another account) does not start while no node answers either', async () => {
    const world = new World();
    const first = await startEngine(world, { name: 'first' });
    await untilLanesReady(world);
    const transport = () => Promise.reject(new Error('connection refused'));
    const config = { serviceAccountId: FAUCET_ACCOUNT };
    const second = world.engine({ name: 'second', config, transport });
    await expect(during(world, second.start())).rejects.toMatchObject({
      code: 'SERVICE_ACCOUNT_CHANGED',
    });
    await during(world, first.stop());
    await during(world, second.stop());
  });

  it('(a token with other decimals) signs nothing, and leaves no row behind', async () => {
    const world = new World();
    const engine = world.engine({ config: { tokenDecimals: 24 } });
    await expect(during(world, engine.start())).rejects.toMatchObject({ code: 'TOKEN_DECIMALS' });
    await world.clock.advance(60_000);
    expect(serviceTransactions(world)).toEqual([]);
    expect(world.rows('SELECT * FROM "Deployment"')).toEqual([]);
    await during(world, engine.stop());
  });

  it('signs nothing more once an operator has changed the token', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann'] });
    await untilLanesReady(world);
    world.sqlite.exec(`UPDATE "Deployment" SET "tokenContract" = '${TEST_TOKEN}'`);
    const before = serviceTransactions(world).length;
    await engine.requestWallet('ann');
    await world.clock.advance(60_000);
    expect(engine.pausedBy()).toBe('TOKEN_CONTRACT_CHANGED');
    expect(serviceTransactions(world)).toHaveLength(before);
    expect(world.user('ann').walletStatus).toBe('PENDING');
    await during(world, engine.stop());
  });
});

describe('a halted chain whose nodes answer', () => {
  it('costs no noop, however long, and wallets are made when it resumes', async () => {
    const world = new World();
    const users = Array.from({ length: 20 }, (_, index) => `user${index}`);
    const engine = await startEngine(world, { users, config: { lanes: 8 } });
    await untilLanesReady(world);
    world.devnet.producer.halt();
    for (const userId of users) await engine.requestWallet(userId);
    await world.clock.advance(20 * 60_000);
    const noops = () =>
      world.rows(`SELECT 1 FROM "ChainTransaction" WHERE "purpose" = 'TOMBSTONE'`).length;
    expect(noops()).toBe(0);
    world.devnet.producer.resume();
    await world.untilReady(users, 180_000);
    expect(noops()).toBeLessThanOrEqual(8);
    await during(world, engine.stop());
  });
});
