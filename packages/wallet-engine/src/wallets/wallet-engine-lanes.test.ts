import { SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import { ServiceError } from '../core/errors.ts';
import {
  during,
  expectOneOfEach,
  ledger,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { laneKeys, removeKeys } from '../testing/simulator/faults/removed-keys.ts';
import { send } from '../testing/simulator/faults/strangers.ts';
import { World } from '../testing/simulator/world/world.ts';
import type { WalletEngine } from './wallet-engine.ts';

const userIds = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** How many lanes each process holds, by the table. */
function holdings(world: World): Record<string, number> {
  const rows = world.rows<{ holder: string; lanes: number }>(
    `SELECT "holder", count(*) AS "lanes" FROM "ServiceKeyLane"
      WHERE "holder" IS NOT NULL AND "leasedUntil" > ? AND "laneNumber" > 0 GROUP BY "holder"`,
    world.clock.now(),
  );
  return Object.fromEntries(rows.map(({ holder, lanes }) => [holder, lanes]));
}

/** A process with more to do than its lanes can take, for as long as the test wants. */
async function busyEngine(
  world: World,
  { name, lanes, users }: { name: string; lanes: number; users: number },
): Promise<{ engine: WalletEngine; ids: string[] }> {
  const ids = userIds(name, users);
  const engine = await startEngine(world, {
    users: ids,
    name,
    config: { lanes, batchSize: 4 },
  });
  return { engine, ids };
}

/** Nothing is signed on a lane of another holder, nothing is lost: the world's own witnesses. */
function watchViolations(world: World): string[] {
  const violations: string[] = [];
  world.onViolation = (violation) => violations.push(violation);
  return violations;
}

describe('lanes between processes', () => {
  it('are shared when a second process joins a busy one', async () => {
    const world = new World();
    const violations = watchViolations(world);
    const first = await busyEngine(world, { name: 'first', lanes: 4, users: 60 });
    await untilLanesReady(world);
    await Promise.all(first.ids.map((id) => first.engine.requestWallet(id)));
    await world.clock.until(() => holdings(world).first === 4, 10_000);

    const second = await busyEngine(world, { name: 'second', lanes: 4, users: 20 });
    await Promise.all(second.ids.map((id) => second.engine.requestWallet(id)));
    await world.clock.until(() => holdings(world).second === 2, 5_000);
    // Neither takes the other's half while both are busy.
    const seen = new Set<string>();
    for (let seconds = 0; seconds < 8; seconds += 1) {
      await world.clock.advance(1_000);
      seen.add(JSON.stringify(holdings(world)));
    }
    expect([...seen]).toEqual(['{"first":2,"second":2}']);

    await world.untilReady([...first.ids, ...second.ids], 120_000);
    expectOneOfEach(world, [...first.ids, ...second.ids]);
    expect(violations).toEqual([]);
    await during(world, Promise.all([first.engine.stop(), second.engine.stop()]));
  });

  it('are taken in turns when there are fewer than processes', async () => {
    const world = new World();
    const violations = watchViolations(world);
    const first = await busyEngine(world, { name: 'first', lanes: 1, users: 60 });
    await untilLanesReady(world);
    await Promise.all(first.ids.map((id) => first.engine.requestWallet(id)));
    await world.clock.until(() => holdings(world).first === 1, 10_000);
    const second = await busyEngine(world, { name: 'second', lanes: 1, users: 5 });
    await Promise.all(second.ids.map((id) => second.engine.requestWallet(id)));

    const holders = new Set<string>();
    const look = () => {
      for (const holder of Object.keys(holdings(world))) holders.add(holder);
      return holders.size === 2;
    };
    await world.clock.until(look, 15_000);
    await world.untilReady([...first.ids, ...second.ids], 300_000);
    expectOneOfEach(world, [...first.ids, ...second.ids]);
    expect(violations).toEqual([]);
    await during(world, Promise.all([first.engine.stop(), second.engine.stop()]));
  });

  it('are all for the one that has work, and idle ones are given back', async () => {
    const world = new World();
    const first = await busyEngine(world, { name: 'first', lanes: 4, users: 20 });
    await untilLanesReady(world);
    await Promise.all(first.ids.map((id) => first.engine.requestWallet(id)));
    await world.untilReady(first.ids, 60_000);
    const second = await busyEngine(world, { name: 'second', lanes: 4, users: 30 });
    await Promise.all(second.ids.map((id) => second.engine.requestWallet(id)));
    await during(world, first.engine.stop());
    await world.clock.until(() => holdings(world).second === 4, 10_000);
    await world.untilReady(second.ids, 60_000);
    await world.clock.until(() => Object.keys(holdings(world)).length === 0, 10_000);
    await during(world, second.engine.stop());
  });
});

describe("a lane's key that was removed by hand", () => {
  const pausesOf = (world: World) =>
    world.logged.filter(({ message }) => message === 'signing is paused');

  const hasAllKeys = (world: World) => {
    const chain = world.devnet.inspect();
    return laneKeys(world).every((key) => chain.accessKey(SERVICE_ACCOUNT, key));
  };

  it('is added again while in use: nothing pauses, and its transaction is proven never to execute', async () => {
    const world = new World();
    const violations = watchViolations(world);
    const engine = await startEngine(world, { users: ['ann', 'bob'] });
    await untilLanesReady(world);
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    // With nonces of their own before, and held.
    await removeKeys(world, laneKeys(world));
    await world.clock.advance(700);
    await engine.requestWallet('bob');
    await world.clock.until(() => ledger(world).length === 5, 2_000);
    await world.clock.until(() => hasAllKeys(world), 15_000);
    await world.untilReady(['bob'], 150_000);
    expectOneOfEach(world, ['ann', 'bob']);
    const ended = ledger(world).map(({ purpose, status }) => `${purpose} ${status}`);
    expect(ended.filter((end) => end === 'LANES SUCCEEDED')).toHaveLength(2);
    expect(ended.filter((end) => end.endsWith('DEAD'))).toHaveLength(2);
    expect(world.user('bob')).toMatchObject({ walletAttempts: 1 });
    expect([pausesOf(world), violations]).toEqual([[], []]);
    await during(world, engine.stop());
  });

  it('while unused is added again, and serves as before', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann', 'bob'], config: { lanes: 1 } });
    await untilLanesReady(world);
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    await world.clock.advance(10_000);
    await removeKeys(world, laneKeys(world));
    await world.clock.advance(5_000);
    await engine.requestWallet('bob');
    await world.untilReady(['bob'], 30_000);
    expectOneOfEach(world, ['ann', 'bob']);
    expect(pausesOf(world)).toEqual([]);
    // Another process finds nothing strange about the nonces either.
    await during(world, engine.stop());
    const next = await startEngine(world, { users: ['carl'], name: 'next', config: { lanes: 1 } });
    await next.requestWallet('carl');
    await world.untilReady(['carl'], 30_000);
    expect(pausesOf(world)).toEqual([]);
    await during(world, next.stop());
  });

  it('and was put back without full access is replaced: nothing pauses, and what it signed is proven dead', async () => {
    const world = new World();
    const violations = watchViolations(world);
    const engine = await startEngine(world, { users: ['ann', 'bob'] });
    await untilLanesReady(world);
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    await removeKeys(world, laneKeys(world), { putBackLimited: true });
    await world.clock.advance(700);
    await engine.requestWallet('bob');
    await world.untilReady(['bob'], 150_000);
    expectOneOfEach(world, ['ann', 'bob']);
    expect([pausesOf(world), violations]).toEqual([[], []]);
    await during(world, engine.stop());
    // A process that starts now finds nothing strange about the nonces either.
    const next = await startEngine(world, { users: ['carl'], name: 'next' });
    await next.requestWallet('carl');
    await world.untilReady(['carl'], 30_000);
    expect(pausesOf(world)).toEqual([]);
    await during(world, next.stop());
  });

  // Otherwise it would sign with nonces below the new key's, whose own would look like a restore.
  it('and added again is used only once it is seen at a later block', async () => {
    const world = new World();
    let lagsUntilMs = 0;
    const transport: RpcTransport = async (call) => {
      const reply = await world.transport(call);
      const { params } = call.body as { params: Record<string, unknown> };
      const isList = params.request_type === 'view_access_key_list';
      if (!isList || world.clock.now() >= lagsUntilMs) return reply;
      const body = JSON.parse(reply.body);
      for (const { access_key: key } of body.result.keys) key.nonce = 1;
      return { ...reply, body: JSON.stringify(body) };
    };
    const engine = await startEngine(world, {
      users: ['ann', 'bob'],
      config: { lanes: 1 },
      transport,
    });
    await untilLanesReady(world);
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    await world.clock.advance(10_000);
    await removeKeys(world, laneKeys(world));
    await world.clock.advance(5_000);
    await engine.requestWallet('bob');
    const addings = () => ledger(world).filter(({ purpose }) => purpose === 'LANES');
    await world.clock.until(() => addings().length === 2, 30_000);
    lagsUntilMs = world.clock.now() + 15_000;
    await world.untilReady(['bob'], 60_000);
    expect(ledger(world).filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
    expect(pausesOf(world)).toEqual([]);
    await during(world, engine.stop());
  });

  it('and added by hand is for an operator: the database cannot know what was signed with it', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann'], config: { lanes: 1 } });
    await untilLanesReady(world);
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    await during(world, engine.stop());
    const [key = ''] = laneKeys(world);
    await removeKeys(world, [key]);
    await world.clock.advance(4_000);
    await send(
      world,
      SERVICE_ACCOUNT,
      [{ type: 'addFullAccessKey', publicKey: key }],
      SERVICE_ACCOUNT,
    );
    const next = await startEngine(world, { users: ['bob'], name: 'next', config: { lanes: 1 } });
    await world.clock.until(() => next.pausedBy() === 'DATABASE_BEHIND_CHAIN', 30_000);
    await during(world, next.stop());
  });
});

describe('a sign commit that was refused', () => {
  it('leaves no request waiting for ever when the database gives no reason', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob']) {
      world.addUser(userId);
      await world.engine().requestWallet(userId);
    }
    let isTaken = false;
    const engine = await startEngine(world, {
      wrap: (name, port) =>
        name !== 'ledger'
          ? port
          : new Proxy(port, {
              get(target, property, receiver) {
                const method: unknown = Reflect.get(target, property, receiver);
                if (typeof method !== 'function') return method;
                return async (...args: unknown[]): Promise<unknown> => {
                  const isForBoth = Object(args[0]).transactions?.flatMap(
                    ({ wallets }: { wallets: unknown[] }) => wallets,
                  );
                  if (property === 'commitSignedTransactions' && !isTaken && isForBoth.length > 1) {
                    isTaken = true;
                    world.sqlite.exec(
                      `UPDATE "User" SET "walletClaimToken" = 'stolen' WHERE "id" = 'ann'`,
                    );
                  }
                  if (property === 'readHeldClaims')
                    throw new ServiceError('DATABASE_BUSY', 'busy');
                  return method.apply(target, args);
                };
              },
            }),
    });
    await world.clock.until(() => isTaken, 20_000);
    await world.untilReady(['ann', 'bob'], 60_000);
    expectOneOfEach(world, ['ann', 'bob']);
    expect(engine.vitals().walletsAtWork).toBe(0);
    await during(world, engine.stop());
  });
});
