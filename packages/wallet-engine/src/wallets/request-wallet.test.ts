import { developmentKey } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { createSqlWalletStore } from '../adapters/sql/sql-wallet-store.ts';
import { betterSqlite3Database } from '../adapters/sqlite/better-sqlite3-database.ts';
import { ServiceError } from '../core/errors.ts';
import { silentObserver } from '../ports/engine-observer.ts';
import { AccountIdTakenError, type WalletRequest } from '../ports/wallet-store.ts';
import { World, worldConfig, worldTerms } from '../testing/simulator/world/world.ts';
import { createOwnRequests } from './own-requests.ts';
import { createGivenKeys, createRequestWriter, requestWallet } from './request-wallet.ts';

/** Requests whose account ids are made of the bytes given, one value an id. */
function requestsWith(world: World, bytes: number[]) {
  const enqueued: string[] = [];
  const vault = createAesKeyVault({
    masterKeys: [{ version: 1, key: new Uint8Array(32).fill(7) }],
    servicePrivateKey: developmentKey('service').secretKey,
    terms: worldTerms,
    randomBytes: (size) => world.randomBytes(size),
  });
  const store = createSqlWalletStore(betterSqlite3Database(world.sqlite));
  const write = createRequestWriter({
    writeAll: store.requestWallets,
    nextTurn: async () => undefined,
  });
  const given = createGivenKeys();
  const own = createOwnRequests({ databaseSinceMs: () => 1 });
  const request = (userId: string) =>
    requestWallet(userId, {
      store,
      takeFromStock: null,
      write,
      given,
      own,
      reportLost: async () => undefined,
      vault,
      queue: {
        enqueue: async (id) => {
          enqueued.push(id);
        },
        start: () => undefined,
        stop: async () => undefined,
        errorCode: () => null,
      },
      clock: world.clock,
      log: world.log(),
      deploymentId: 'world',
      observer: silentObserver,
      serviceAccountId: worldConfig.serviceAccountId,
      randomBytes: (size) => new Uint8Array(size).fill(bytes.shift() ?? 0),
    });
  return { request, enqueued, own, given };
}

it('a request for a record without keys creates them', async () => {
  const world = new World();
  world.addUser('ann');
  world.sqlite.exec(`UPDATE "User" SET "chocoBalance" = '7'`);
  const { request, enqueued } = requestsWith(world, [1]);
  expect(await request('ann')).toMatchObject({
    status: 'PENDING',
    requestedAtMs: world.clock.now(),
  });
  expect(enqueued).toEqual(['ann']);
});

it('remembers the keys that were made here and stored', async () => {
  const world = new World();
  for (const userId of ['ann', 'bob']) world.addUser(userId);
  const { request, own } = requestsWith(world, [1, 2, 3]);
  const other = requestsWith(world, [4, 5, 6]);
  // Both at once: one of two keys is written.
  const [ann] = await Promise.all([request('ann'), other.request('ann')]);
  expect(own.take(String(ann?.accountId))).not.toBe(other.own.take(String(ann?.accountId)));
  const bob = await request('bob');
  // An older database is restored, and the same keys are given: they may have been signed for.
  world.sqlite.exec(`DELETE FROM "Wallet"`);
  expect(await request('bob')).toMatchObject({ accountId: bob?.accountId });
  expect(own.take(String(bob?.accountId))).toBe(false);
});

describe('a request whose account id is taken', () => {
  it('gets another id, with keys of its own, before anything is signed', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob']) world.addUser(userId);
    const { request, enqueued } = requestsWith(world, [1, 1, 2]);
    const ann = await request('ann');
    const bob = await request('bob');
    expect(ann?.accountId).toMatch(/^b{16}\./);
    expect(bob).toMatchObject({ status: 'PENDING', accountId: expect.stringMatching(/^c{16}\./) });
    expect(bob?.publicKey).not.toBe(ann?.publicKey);
    expect(enqueued).toEqual(['ann', 'bob']);
  });

  it('three times over throws, and leaves no wallet', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob']) world.addUser(userId);
    const { request, enqueued } = requestsWith(world, [1, 1, 1, 1]);
    await request('ann');
    await expect(request('bob')).rejects.toBeInstanceOf(AccountIdTakenError);
    expect(world.user('bob')).toMatchObject({ walletStatus: null, nearAccountId: null });
    expect(enqueued).toEqual(['ann']);
  });
});

describe('requests that arrive together', () => {
  const requestOf = (userId: string, accountId = `${userId}.near`): WalletRequest => ({
    userId,
    walletId: userId,
    accountId,
    publicKey: `ed25519:${userId}`,
    encryptedPrivateKey: `v1.${userId}`,
    given: null,
    nowMs: 7,
  });

  /** Counts commits of a real store; `refuse` makes it fail. */
  function writerOver(world: World, refuse: (group: WalletRequest[]) => Error | null = () => null) {
    const store = createSqlWalletStore(betterSqlite3Database(world.sqlite));
    const commits: string[][] = [];
    const write = createRequestWriter<WalletRequest>({
      nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
      async writeAll(group) {
        commits.push(group.map(({ userId }) => userId));
        const refusal = refuse(group);
        if (refusal) throw refusal;
        return store.requestWallets(group);
      },
    });
    return { write, commits };
  }

  it('are written in one commit after the first, each with its own answer', async () => {
    const world = new World();
    const users = ['ann', 'bob', 'carl', 'dora'];
    for (const userId of users) world.addUser(userId);
    const { write, commits } = writerOver(world);
    const wallets = await Promise.all(users.map((userId) => write(requestOf(userId))));
    expect(wallets.map((wallet) => wallet?.accountId)).toEqual(users.map((id) => `${id}.near`));
    expect(commits).toEqual([['ann'], ['bob', 'carl', 'dora']]);
    expect(await write(requestOf('ann', 'other.near'))).toMatchObject({ accountId: 'ann.near' });
    expect(commits).toHaveLength(3);
  });

  it('do not make the first wait for a turn of a busy event loop', async () => {
    const world = new World();
    world.addUser('ann');
    const { write, commits } = writerOver(world);
    void write(requestOf('ann'));
    expect(commits).toEqual([['ann']]);
  });

  it('are not affected by one that cannot be written', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob', 'carl']) world.addUser(userId);
    const { write } = writerOver(world);
    const [ann, bob, carl] = await Promise.allSettled([
      write(requestOf('ann')),
      write(requestOf('bob', 'ann.near')),
      write(requestOf('carl')),
    ]);
    expect(ann).toMatchObject({ status: 'fulfilled', value: { status: 'PENDING' } });
    expect(bob).toMatchObject({ status: 'rejected', reason: expect.any(AccountIdTakenError) });
    expect(carl).toMatchObject({ status: 'fulfilled', value: { status: 'PENDING' } });
    expect(world.user('bob').walletStatus).toBeNull();
  });

  it('all fail at once when the database does not answer, and may be repeated', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob', 'carl']) world.addUser(userId);
    let isBusy = true;
    const { write, commits } = writerOver(world, () =>
      isBusy ? new ServiceError('DATABASE_BUSY', 'busy') : null,
    );
    const asked = ['ann', 'bob', 'carl'].map((userId) => write(requestOf(userId)));
    for (const each of await Promise.allSettled(asked)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'DATABASE_BUSY' } });
    }
    expect(commits).toEqual([['ann'], ['bob', 'carl']]);
    isBusy = false;
    expect(await write(requestOf('bob'))).toMatchObject({ status: 'PENDING' });
    expect(world.user('ann').walletStatus).toBeNull();
  });
});
