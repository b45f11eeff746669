import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase, SqlValue } from '../../adapters/sql/sql-database.ts';
import type { WalletStore } from '../../ports/wallet-store.ts';
import { AccountIdTakenError } from '../../ports/wallet-store.ts';
import { addDeployment, addReward, addUser, readTables, userRow } from './table-fixtures.ts';
import { describeWalletClaims } from './wallet-store-claims-suite.ts';
import { describeWalletEnds } from './wallet-store-ends-suite.ts';

export interface WalletStoreUnderTest {
  name: string;
  create: () => Promise<{ store: WalletStore; database: SqlDatabase }>;
}

/** The contract of {@link WalletStore}, for any adapter over the tables of `drizzle/`. */
export function describeWalletStore(tested: WalletStoreUnderTest): void {
  describe(`a wallet store over ${tested.name}`, () => {
    describeRequests(tested);
    describeWalletClaims(tested);
    describeWalletEnds(tested);
  });
}

function describeRequests({ create }: WalletStoreUnderTest): void {
  describe('requesting a wallet', () => {
    let store: WalletStore;
    let database: SqlDatabase;
    beforeEach(async () => {
      ({ store, database } = await create());
    });
    const nowMs = 1_000_000;
    const keys = (name: string) => ({
      accountId: `${name}.near`,
      publicKey: `ed25519:${name}`,
      encryptedPrivateKey: `v1.${name}`,
    });
    const isNew = { given: null };
    const isOlder = { given: { epoch: null } };
    const ofOwner = (userId: string) => ({ userId, walletId: userId });
    const request = async (userId: string, name = userId) =>
      (await store.requestWallets([{ ...ofOwner(userId), ...keys(name), ...isNew, nowMs }]))[0];

    it('creates no wallet for an owner unknown to the app', async () => {
      expect(await store.readWallet('nobody')).toBeNull();
      expect(await request('nobody')).toBeNull();
    });

    it('gives nothing to a user who has left, and keeps an existing wallet', async () => {
      for (const userId of ['ann', 'bob']) await addUser(database, userId);
      const before = await request('bob');
      const sql = 'UPDATE "User" SET "deletedAt" = 1';
      await database.write([{ sql, params: {} }]);
      expect(await request('ann')).toBeNull();
      expect(await store.readWallet('ann')).toBeNull();
      expect(await request('bob')).toEqual(before);
    });

    it('stores no request time for keys older than the request', async () => {
      await addUser(database, 'ann');
      await store.requestWallets([{ ...ofOwner('ann'), ...keys('ann'), ...isOlder, nowMs }]);
      expect(await store.readWallet('ann')).toMatchObject({
        status: 'PENDING',
        requestedAtMs: null,
      });
    });

    it('stores the epoch of the request', async () => {
      for (const userId of ['ann', 'bob']) await addUser(database, userId);
      expect((await request('bob'))?.epoch).toBeNull();
      await addDeployment(database);
      expect((await request('ann'))?.epoch).toBe(7);
    });

    it.each([
      ['pauses everybody when a wallet given before is lost', 7, [], 'DATABASE_BEHIND_CHAIN'],
      ['pauses nobody when a reconciliation has been since', 6, [], null],
      ['pauses nobody when it is still there', 7, ['ann'], null],
    ] as const)('%s', async (_what, epoch, present, pauseReason) => {
      await addUser(database, 'ann');
      await addDeployment(database);
      for (const userId of present) await request(userId);
      const again = { ...ofOwner('ann'), ...keys('ann'), given: { epoch }, nowMs };
      expect((await store.requestWallets([again]))[0]).toMatchObject({ accountId: 'ann.near' });
      const { Deployment } = await readTables(database);
      expect(Deployment).toMatchObject([{ pauseReason }]);
    });

    it('gives a new user keys: PENDING, due at once, no attempt spent', async () => {
      await addUser(database, 'ann');
      expect(await store.readWallet('ann')).toBeNull();
      const wallet = await request('ann');
      const expected = { status: 'PENDING', attempts: 0, availableAtMs: nowMs, errorCode: null };
      expect(wallet).toMatchObject({ userId: 'ann', ...keys('ann'), ...expected });
      expect(await store.readWallet('ann')).toEqual(wallet);
      expect(await userRow(database, 'ann')).toMatchObject({
        walletRequestedAt: nowMs,
        walletCreatedAt: null,
      });
    });

    it('writes several in one commit, each with its own keys', async () => {
      for (const userId of ['ann', 'bob', 'carl']) await addUser(database, userId);
      await request('bob', 'earlier');
      const asked = ['ann', 'nobody', 'bob', 'ann', 'carl'].map((userId, index) => ({
        ...ofOwner(userId),
        ...keys(`${userId}${index}`),
        ...isNew,
        nowMs,
      }));
      const wallets = await store.requestWallets(asked);
      expect(wallets.map((wallet) => wallet?.accountId ?? null)).toEqual([
        'ann0.near',
        null,
        'earlier.near',
        'ann0.near',
        'carl4.near',
      ]);
      expect(await store.requestWallets([])).toEqual([]);
    });

    it('writes none of several when one account id is taken', async () => {
      for (const userId of ['ann', 'bob', 'carl']) await addUser(database, userId);
      await request('ann');
      const before = await readTables(database);
      const asked = [
        { ...ofOwner('carl'), ...keys('carl'), ...isNew, nowMs },
        { ...ofOwner('bob'), ...keys('ann'), ...isNew, nowMs },
      ];
      await expect(store.requestWallets(asked)).rejects.toBeInstanceOf(AccountIdTakenError);
      expect(await readTables(database)).toEqual(before);
    });

    it('binds the row to the wallet that the keys were made for', async () => {
      for (const userId of ['ann', 'bob']) await addUser(database, userId);
      const given = { userId: 'ann', walletId: 'made-for-nobody', ...keys('ann') };
      await store.requestWallets([{ ...given, ...isOlder, nowMs }]);
      const sql = 'SELECT "id", "ownerId" FROM "Wallet"';
      expect(await database.read({ sql, params: {} })).toEqual([
        { id: 'made-for-nobody', ownerId: 'ann' },
      ]);
      const taken = { userId: 'bob', walletId: 'made-for-nobody', ...keys('bob') };
      const asking = store.requestWallets([{ ...taken, ...isOlder, nowMs }]);
      await expect(asking).rejects.toBeInstanceOf(AccountIdTakenError);
    });

    it('keeps one key pair when two tabs ask at once, and returns it to both', async () => {
      await addUser(database, 'ann');
      const tabs = await Promise.all(['one', 'two', 'three'].map((name) => request('ann', name)));
      const kept = await store.readWallet('ann');
      for (const seen of tabs) expect(seen).toEqual(kept);
      expect([keys('one'), keys('two'), keys('three')]).toContainEqual({
        accountId: kept?.accountId,
        publicKey: kept?.publicKey,
        encryptedPrivateKey: kept?.encryptedPrivateKey,
      });
      expect((await readTables(database)).WalletEvent).toHaveLength(1);
    });

    it.each(['PENDING', 'CREATING', 'READY', 'FAILED'])(
      'changes nothing of a wallet that is %s',
      async (status) => {
        await addUser(database, 'ann', {
          nearAccountId: 'old.near',
          nearPublicKey: 'ed25519:old',
          nearPrivateKey: 'v1.old',
          walletStatus: status,
          walletAttempts: 2,
          walletClaimToken: status === 'CREATING' ? 'token' : null,
        });
        const before = await readTables(database);
        expect(await request('ann')).toMatchObject({ status, publicKey: 'ed25519:old' });
        expect(await readTables(database)).toEqual(before);
      },
    );

    const id = { nearAccountId: 'old.near' };
    const publicKey = { nearPublicKey: 'ed25519:old' };
    const privateKey = { nearPrivateKey: 'v1.old' };
    it.each([
      ['its id alone', id],
      ['a public key alone', publicKey],
      ['a private key alone', privateKey],
      ['no private key', { ...id, ...publicKey }],
      ['no public key', { ...id, ...privateKey }],
      ['no id', { ...publicKey, ...privateKey }],
    ])('neither completes nor replaces an incomplete record with %s', async (_part, torn) => {
      await addUser(database, 'ann', torn);
      const before = await readTables(database);
      expect(await request('ann')).toMatchObject({ status: null });
      expect(await readTables(database)).toEqual(before);
    });

    it('keeps the id and keys of a complete existing record', async () => {
      const older = { ...id, ...publicKey, ...privateKey };
      await addUser(database, 'ann', older);
      expect(await request('ann')).toMatchObject({
        status: 'PENDING',
        accountId: 'old.near',
        // Its history is unknown: it must not count as made here.
        requestedAtMs: null,
      });
      expect(await userRow(database, 'ann')).toMatchObject(older);
    });

    it('gives keys to a record without any, as to a missing one', async () => {
      await addUser(database, 'ann', { chocoBalance: '7' });
      // As an older version leaves it that takes a wallet's columns back.
      const clear = `UPDATE "User" SET "chocoBalance" = '0', "walletError" = NULL`;
      await database.write([{ sql: clear, params: {} }]);
      expect(await store.readWallet('ann')).toMatchObject({ status: null, accountId: null });
      const wallet = await request('ann');
      expect(wallet).toMatchObject({ ...keys('ann'), status: 'PENDING', requestedAtMs: nowMs });
      expect(await userRow(database, 'ann')).toMatchObject({ walletStatus: 'PENDING' });
    });

    it("rejects another user's account id and writes nothing", async () => {
      await addUser(database, 'ann');
      await addUser(database, 'bob');
      await request('ann', 'same');
      const before = await readTables(database);
      await expect(request('bob', 'same')).rejects.toBeInstanceOf(AccountIdTakenError);
      expect(await readTables(database)).toEqual(before);
      expect(await request('bob', 'other')).toMatchObject({ status: 'PENDING' });
    });

    it('retries only a wallet that failed for good with a retryable code', async () => {
      const codes = ['REWARD_REFUSED', 'UNEXPECTED_ERROR'];
      const retry = (userId: string) => store.retryWallet({ userId, codes, nowMs: nowMs + 7 });
      const whole = { ...id, ...publicKey, ...privateKey };
      const spent = { walletAttempts: 3, walletTakeovers: 4 };
      const unmoved: Record<string, Record<string, SqlValue>> = {
        none: {},
        pending: { ...whole, walletStatus: 'PENDING', walletAvailableAt: 1 },
        creating: { ...whole, walletStatus: 'CREATING', walletAvailableAt: 1 },
        ready: { ...whole, walletStatus: 'READY' },
        scheduled: {
          ...whole,
          walletStatus: 'FAILED',
          walletError: 'REWARD_REFUSED',
          walletAvailableAt: 1,
        },
        final: { ...whole, walletStatus: 'FAILED', walletError: 'ACCOUNT_KEY_MISMATCH' },
        unnamed: { ...whole, walletStatus: 'FAILED', walletError: null },
      };
      for (const [userId, row] of Object.entries(unmoved)) {
        const own = row.nearAccountId ? { ...row, nearAccountId: `${userId}.near` } : row;
        await addUser(database, userId, own);
      }
      const before = await readTables(database);
      for (const userId of [...Object.keys(unmoved), 'nobody']) {
        expect(await retry(userId)).toBe(false);
      }
      expect(await readTables(database)).toEqual(before);

      const failed = { walletStatus: 'FAILED', walletError: 'REWARD_REFUSED' };
      await addUser(database, 'ann', { ...whole, ...failed, ...spent });
      await addReward(database, { userId: 'ann', status: 'FAILED' });
      const both = await Promise.all([retry('ann'), retry('ann')]);
      expect(both.sort()).toEqual([false, true]);
      expect(await store.readWallet('ann')).toMatchObject({
        status: 'PENDING',
        attempts: 0,
        takeovers: 0,
        errorCode: null,
        availableAtMs: nowMs + 7,
      });
    });
  });
}
