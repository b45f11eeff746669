import { describe, expect, it } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import { ServiceError } from '../core/errors.ts';
import { during, expectOneOfEach, startEngine, untilLanesReady } from '../testing/engine-scenes.ts';
import { rewardBaseUnits, World } from '../testing/simulator/world/world.ts';

const users = Array.from({ length: 8 }, (_, index) => `user${index}`);

/** A started engine with lanes, and users whose wallets are asked for. */
async function withWork(world: World, names: string[]) {
  for (const userId of users) world.addUser(userId);
  const engines = [];
  for (const name of names) engines.push(await startEngine(world, { name }));
  await untilLanesReady(world);
  const [first] = engines;
  if (!first) throw new Error('no engine');
  for (const userId of users) await first.requestWallet(userId);
  return engines;
}

function signed(world: World): string[] {
  return world.rows<{ hash: string }>('SELECT "hash" FROM "ChainTransaction"').map((r) => r.hash);
}

function settled(world: World): number {
  const [row] = world.rows<{ count: number }>(
    `SELECT count(*) AS "count" FROM "ChainTransaction" WHERE "status" = 'SUCCEEDED'`,
  );
  return row?.count ?? 0;
}

/** What has left the service account, by the chain alone. */
function rewardsOnChain(world: World): number {
  return world.devnet
    .inspect()
    .transactions()
    .filter(({ result }) => result?.type !== 'failure')
    .flatMap(({ transaction }) => transaction.actions)
    .filter((action) => action.type === 'FunctionCall' && action.methodName === 'ft_transfer')
    .length;
}

const moments: [string, (world: World) => Promise<void>][] = [
  ['while nothing is signed yet', async () => undefined],
  ['with some of it signed', (world) => world.clock.until(() => signed(world).length > 3, 20_000)],
  ['with some of it settled', (world) => world.clock.until(() => settled(world) > 5, 20_000)],
];

describe('an older database restored under running processes', () => {
  it.each(
    moments.flatMap(([name, moment]) =>
      [['one'], ['one', 'two']].map((names) => ({ name, moment, names })),
    ),
  )('$name, under $names: nobody is paid twice', async ({ moment, names }) => {
    const world = new World();
    const engines = await withWork(world, names);
    await moment(world);
    const copy = world.sqlite.serialize();
    const signedThen = signed(world).length;
    world.addUser('late');
    await engines[0]?.requestWallet('late');
    await world.clock.until(() => signed(world).length > signedThen + 1, 20_000);
    await world.clock.advance(700);
    world.replaceDatabase(copy);

    for (const userId of users) await engines[0]?.requestWallet(userId);
    await world.clock.advance(90_000);
    expect(rewardsOnChain(world)).toBeLessThanOrEqual(users.length + 1);
    const [row] = world.rows<{ pauseReason: string }>('SELECT "pauseReason" FROM "Deployment"');
    expect(row?.pauseReason).toBe('DATABASE_BEHIND_CHAIN');
    for (const engine of engines) await during(world, engine.stop());

    const reconciled = await during(
      world,
      world.reconciler().run({ adopt: true, adoptRegistered: false, unfinishedOnly: true }),
      600_000,
    );
    expect(reconciled.adoption).toMatchObject({ setAside: [], paused: null });
    const after = await startEngine(world, { name: 'after' });
    await world.untilReady(users, 120_000);
    expectOneOfEach(world, users);
    await during(world, after.stop());
    for (const userId of users) {
      const accountId = String(world.user(userId).nearAccountId);
      expect(world.devnet.inspect().tokenBalance(accountId)).toBe(rewardBaseUnits);
    }
  });

  it('gives a user whose keys were lost the same ones again, not a second account', async () => {
    const world = new World();
    world.addUser('ann');
    const engine = await startEngine(world, { name: 'one' });
    await untilLanesReady(world);
    const copy = world.sqlite.serialize();
    await engine.requestWallet('ann');
    await world.untilReady(['ann']);
    const before = world.user('ann');
    world.replaceDatabase(copy);

    await engine.requestWallet('ann');
    const { nearAccountId, nearPublicKey, nearPrivateKey } = before;
    const keys = { nearAccountId, nearPublicKey, nearPrivateKey };
    expect(world.user('ann')).toMatchObject({ ...keys, walletStatus: 'PENDING' });
    await world.clock.advance(30_000);
    expect(engine.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    await during(world, engine.stop());
    const options = { adopt: true, adoptRegistered: false, unfinishedOnly: true };
    await during(world, world.reconciler().run(options), 600_000);
    const after = await startEngine(world, { name: 'after' });
    await world.untilReady(['ann'], 120_000);
    expectOneOfEach(world, ['ann']);
    expect(world.user('ann')).toMatchObject(keys);
    expect(rewardsOnChain(world)).toBe(1);
    await during(world, after.stop());
  });

  // The process that signed is gone, and no final block shows its transactions yet.
  it('pauses everybody in the commit that asks again for a wallet it has lost', async () => {
    const world = new World();
    world.addUser('ann');
    const worker = await startEngine(world, { name: 'worker' });
    await untilLanesReady(world);
    const web = world.engine({ name: 'web' });
    const copy = world.sqlite.serialize();
    await web.requestWallet('ann');
    await world.clock.until(() => signed(world).length > 2, 20_000);
    world.replaceDatabase(copy);
    // The clock stands still meanwhile: the worker has not looked again.
    expect(await web.requestWallet('ann')).toMatchObject({ status: 'PENDING' });
    const [row] = world.rows<{ pauseReason: string }>('SELECT "pauseReason" FROM "Deployment"');
    expect(row?.pauseReason).toBe('DATABASE_BEHIND_CHAIN');
    expect(world.logged.map(({ message, fields }) => [message, fields.message])).toContainEqual([
      'this process refuses to work',
      'the wallet given to ann is no longer in the database',
    ]);
    await world.clock.advance(30_000);
    expect(worker.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    expect(rewardsOnChain(world)).toBe(1);
    await during(world, worker.stop());
  });

  // Whoever restarts nothing must not stop a service that an operator has made fit again.
  it('continues by itself, in processes that saw the newer one, once it is reconciled', async () => {
    const world = new World();
    const [engine] = await withWork(world, ['one']);
    await world.clock.until(() => signed(world).length > 3, 20_000);
    const copy = world.sqlite.serialize();
    await world.untilReady(users);
    world.replaceDatabase(copy);
    await world.clock.advance(20_000);
    expect(engine?.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    const options = { adopt: true, adoptRegistered: false, unfinishedOnly: true };
    await during(world, world.reconciler().run(options), 600_000);
    await world.untilReady(users, 120_000);
    expectOneOfEach(world, users);
    expect(rewardsOnChain(world)).toBe(users.length);
    if (engine) await during(world, engine.stop());
  });

  it('of another deployment, or empty, is not signed for by a process that knew the first', async () => {
    const world = new World();
    const empty = world.sqlite.serialize();
    const [engine] = await withWork(world, ['one']);
    await world.untilReady(users);
    world.replaceDatabase(empty);
    for (const userId of users) world.addUser(userId);
    const late = world.engine({ name: 'late' });
    await world.clock.advance(5_000);
    expect(engine?.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    await during(world, late.start());
    await late.requestWallet('user0');
    await world.clock.advance(30_000);
    expect(late.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    if (engine) await during(world, engine.stop());
    await during(world, late.stop());
  });

  // A replica took over and lacks the newest commits, whose process is gone: only the chain knows.
  it('makes the chain be asked about wallets that waited while the database was away', async () => {
    const world = new World();
    const link = switchableDatabase();
    const registrationsAsked: string[] = [];
    const transport: RpcTransport = (call) => {
      const { params } = call.body as { params: Record<string, unknown> };
      if (params?.method_name === 'storage_balance_of') {
        const args = Buffer.from(String(params.args_base64), 'base64').toString();
        registrationsAsked.push(JSON.parse(args).account_id);
      }
      return world.transport(call);
    };
    const { wrap } = link;
    const engine = await startEngine(world, { users: ['ann', 'bob'], transport, wrap });
    await untilLanesReady(world);
    await world.clock.advance(70_000);

    link.isAway = true;
    await world.clock.advance(5_000);
    // By a process that has the database all along.
    await world.engine({ name: 'web' }).requestWallet('ann');
    await world.clock.advance(1_000);
    link.isAway = false;
    await world.untilReady(['ann'], 60_000);
    expect(registrationsAsked).toContain(world.user('ann').nearAccountId);

    await world.clock.advance(70_000);
    await engine.requestWallet('bob');
    await world.untilReady(['bob'], 60_000);
    expect(registrationsAsked).not.toContain(world.user('bob').nearAccountId);
    expectOneOfEach(world, ['ann', 'bob']);
    await during(world, engine.stop());
  });

  it('is not taken for one that was away because a node answers slowly', async () => {
    const world = new World();
    const registrationsAsked: unknown[] = [];
    const wrap = <Port extends object>(_name: string, port: Port): Port =>
      new Proxy(port, {
        get(target, name, receiver) {
          const method: unknown = Reflect.get(target, name, receiver);
          if (typeof method !== 'function') return method;
          return async (...args: { accountId?: string }[]) => {
            if (name === 'isRegistered') registrationsAsked.push(args[0]?.accountId);
            // Part of each look at the treasury, which a check waits for.
            if (name === 'readAgreedHeight') await world.clock.sleep(6_000);
            return method.apply(target, args);
          };
        },
      });
    const engine = await startEngine(world, { users: ['ann'], wrap });
    await untilLanesReady(world);
    await world.clock.advance(90_000);
    await world.engine({ name: 'web' }).requestWallet('ann');
    await world.untilReady(['ann'], 60_000);
    expect(registrationsAsked).not.toContain(world.user('ann').nearAccountId);
    await during(world, engine.stop());
  });

  // A replica took over at once: it lacks what the other process signed a moment ago, which no final block shows
  // yet, and that process has not reached it again.
  it('is not signed for by a process that was without its database while another signed', async () => {
    const world = new World();
    world.addUser('ann');
    const link = switchableDatabase();
    const otherLink = switchableDatabase();
    const one = await startEngine(world, { name: 'one', wrap: link.wrap });
    await untilLanesReady(world);
    // So that it holds a lane: whoever leases one compares it with the chain.
    world.addUser('bob');
    await one.requestWallet('bob');
    await world.untilReady(['bob'], 30_000);
    const other = await startEngine(world, { name: 'other', wrap: otherLink.wrap });
    await world.clock.advance(300);
    link.isAway = true;
    await world.clock.advance(1_500);
    await world.engine({ name: 'web' }).requestWallet('ann');
    const copy = world.sqlite.serialize();
    const before = signed(world).length;
    await world.clock.until(() => signed(world).length === before + 2, 20_000);
    otherLink.isAway = true;
    world.replaceDatabase(copy);
    link.isAway = false;
    await world.clock.advance(3_000);
    otherLink.isAway = false;
    await world.clock.advance(60_000);
    expect(rewardsOnChain(world)).toBe(2);
    for (const engine of [one, other]) {
      expect(engine.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
      await during(world, engine.stop());
    }
  });
});

/** A process's connection to its database, which may be away. */
function switchableDatabase() {
  const link = {
    isAway: false,
    wrap: <Port extends object>(_name: string, port: Port): Port =>
      new Proxy(port, {
        get(target, name, receiver) {
          if (link.isAway && name === 'readDeployment') {
            return () => Promise.reject(new ServiceError('DATABASE_BUSY', 'away'));
          }
          return Reflect.get(target, name, receiver);
        },
      }),
  };
  return link;
}
