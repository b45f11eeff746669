import { beforeEach, describe, expect, it } from 'vitest';
import type { WalletReader } from '../../ports/wallet-reader.ts';
import { testedDatabases } from '../../testing/sql-databases.ts';
import {
  addClaimedUser,
  addReward,
  addTransaction,
  addUser,
  insertRow,
} from '../../testing/suites/table-fixtures.ts';
import type { SqlDatabase } from './sql-database.ts';
import { createSqlWalletReader } from './sql-wallet-reader.ts';

for (const { name, create } of testedDatabases()) {
  describe(`what an app reads of wallets over ${name}`, () => {
    let database: SqlDatabase;
    let reader: WalletReader;
    beforeEach(async () => {
      database = await create();
      reader = createSqlWalletReader(database);
      for (const userId of ['ann', 'bob']) {
        await addClaimedUser(database, { userId, claimToken: 'one' });
      }
      await addUser(database, 'never');
    });
    const set = (columns: string, id = 'ann') =>
      database.write([{ sql: `UPDATE "Wallet" SET ${columns} WHERE "id" = :id`, params: { id } }]);

    it('a wallet, no other user’s and no key', async () => {
      expect(await reader.read('ann')).toMatchObject({
        accountId: 'ann.near',
        publicKey: 'ed25519:ann',
        status: 'CREATING',
        isReady: false,
        retryAtMs: null,
      });
      expect(JSON.stringify(await reader.read('ann'))).not.toContain('v1.');
      expect(await reader.read('never')).toBeNull();
      expect(await reader.read('nobody')).toBeNull();
    });

    it('the story of a wallet in stock, by its own id until it has an owner', async () => {
      await addTransaction(database, {
        ...{ userId: 'ann', purpose: 'CREATE', status: 'SIGNED', nonce: 1 },
      });
      const story = async (ownerId: string) => [
        (await reader.readEvents({ ownerId, limit: 9 })).length > 0,
        (await reader.readTransactions({ ownerId, limit: 9 })).length > 0,
      ];
      await set('"ownerId" = NULL');
      expect(await story('ann')).toEqual([true, true]);
      await set(`"ownerId" = 'never'`);
      expect(await story('ann')).toEqual([false, false]);
      expect(await story('never')).toEqual([true, true]);
    });

    it('how far wallets have come, by final outcomes alone', async () => {
      const all = ['ann', 'bob', 'never', 'nobody'];
      const none = { hasAccount: false, hasReward: false };
      await addTransaction(database, {
        ...{ userId: 'ann', purpose: 'CREATE', status: 'FAILED', nonce: 1 },
      });
      await addTransaction(database, {
        ...{ userId: 'ann', purpose: 'CREATE', status: 'SIGNED', nonce: 2 },
      });
      await addReward(database, { userId: 'ann', status: 'PENDING' });
      expect([...(await reader.readProgress(all))]).toEqual(
        expect.arrayContaining([
          ['ann', none],
          ['bob', none],
        ]),
      );
      await database.write([
        {
          sql: `UPDATE "ChainTransaction" SET "status" = 'SUCCEEDED' WHERE "nonce" = 2`,
          params: {},
        },
        { sql: `UPDATE "TokenTransfer" SET "status" = 'COMPLETED'`, params: {} },
      ]);
      const progress = await reader.readProgress(all);
      expect(progress.get('ann')).toEqual({ hasAccount: true, hasReward: true });
      expect(progress.get('bob')).toEqual(none);
      expect(progress.has('nobody')).toBe(false);
      expect((await reader.readProgress([])).size).toBe(0);
    });

    it('more owners than fit into one statement', async () => {
      const many = Array.from({ length: 1_200 }, (_, index) => `nobody-${index}`);
      const progress = await reader.readProgress([...many, 'bob']);
      expect([...progress.keys()]).toEqual(['bob']);
    });

    it('events, newest first, up to the limit', async () => {
      await set(`"status" = 'FAILED', "error" = 'REWARD_REFUSED', "updatedAt" = 7`);
      await set(`"status" = 'READY', "error" = NULL, "updatedAt" = 9`);
      const events = await reader.readEvents({ ownerId: 'ann', limit: 2 });
      expect(events).toMatchObject([
        { fromStatus: 'FAILED', toStatus: 'READY', errorCode: null, atMs: 9, attempt: 1 },
        { fromStatus: 'CREATING', toStatus: 'FAILED', errorCode: 'REWARD_REFUSED', atMs: 7 },
      ]);
      expect(await reader.readEvents({ ownerId: 'nobody', limit: 2 })).toEqual([]);
    });

    it('transfers and transactions of one owner', async () => {
      await addReward(database, { userId: 'ann', status: 'COMPLETED', txHash: 'h1' });
      await addReward(database, { userId: 'bob', status: 'PENDING', txHash: 'h2' });
      const sql = `UPDATE "TokenTransfer" SET "createdAt" = 7`;
      await database.write([{ sql, params: {} }]);
      expect(await reader.readTransfers({ ownerId: 'ann', limit: 9 })).toEqual([
        {
          id: 'reward-ann',
          purpose: 'SIGNUP_REWARD',
          status: 'COMPLETED',
          baseUnits: 100n,
          hash: 'h1',
          atMs: 7_000,
        },
      ]);
      for (const [nonce, userId] of ['ann', 'bob', 'ann'].entries()) {
        const purpose = nonce === 2 ? 'REWARD' : 'CREATE';
        await addTransaction(database, { userId, purpose, status: 'SIGNED', nonce });
      }
      const transactions = await reader.readTransactions({ ownerId: 'ann', limit: 9 });
      expect(transactions).toMatchObject([
        { purpose: 'CREATE', status: 'SIGNED', signedAtMs: 0, settledAtMs: null, isLive: true },
        { purpose: 'REWARD', signedAtMs: 2 },
      ]);
      expect(await reader.readTransactions({ ownerId: 'ann', limit: 1 })).toHaveLength(1);
    });

    it('the last export of the key', async () => {
      expect(await reader.readKeyExportedAt('ann')).toBeNull();
      for (const createdAt of [5, 8]) {
        await insertRow(database, 'WalletKeyExport', { walletId: 'ann', createdAt });
      }
      expect(await reader.readKeyExportedAt('ann')).toBe(8);
      expect(await reader.readKeyExportedAt('bob')).toBeNull();
    });

    it('the start of the service, and whether it is paused', async () => {
      expect([await reader.readIsPaused(), await reader.readBegunAt()]).toEqual([false, null]);
      await insertRow(database, 'Deployment', {
        singleton: 1,
        deploymentId: 'd',
        genesisHash: 'g',
        networkId: 'devnet',
        serviceAccountId: 's',
        tokenContract: 't',
        createdAt: 4,
      });
      expect([await reader.readIsPaused(), await reader.readBegunAt()]).toEqual([false, 4]);
      await database.write([
        { sql: `UPDATE "Deployment" SET "pauseReason" = 'OPERATOR'`, params: {} },
      ]);
      expect(await reader.readIsPaused()).toBe(true);
    });

    it('events of all wallets since a time, with wallets from stock separate', async () => {
      const before = await reader.readLastChangeId();
      await insertRow(database, 'Wallet', {
        id: 'stock-1',
        accountId: 'stock-1.near',
        publicKey: 'k',
        status: 'CREATING',
        requestedAt: 5,
        updatedAt: 10,
      });
      await set(`"status" = 'READY', "updatedAt" = 20`, 'stock-1');
      await set(`"status" = 'READY', "requestedAt" = 7, "updatedAt" = 30`);
      const all = await reader.readAllEventsAfter({ id: before, limit: 9 });
      expect(all.filter(({ toStatus }) => toStatus === 'READY')).toMatchObject([
        { fromStatus: 'CREATING', atMs: 20, requestedAtMs: 5, isOfStock: true },
        { fromStatus: 'CREATING', atMs: 30, requestedAtMs: 7, isOfStock: false },
      ]);
      const [first] = all.filter(({ atMs }) => atMs === 20);
      const last = await reader.readLastChangeId();
      expect(await reader.readLastEventIdBefore(30)).toBe(first?.id);
      expect(await reader.readLastEventIdBefore(31)).toBe(last);
      const rest = await reader.readAllEventsAfter({ id: first?.id ?? 0, limit: 1 });
      expect(rest.map(({ id }) => id)).toEqual([last]);
    });

    it('changes after an id', async () => {
      const before = await reader.readLastChangeId();
      await set(`"status" = 'READY'`);
      await set(`"status" = 'READY'`, 'bob');
      const changes = await reader.readChangesAfter({ id: before, limit: 9 });
      expect(changes.map(({ ownerId }) => ownerId)).toEqual(['ann', 'bob']);
      expect(await reader.readLastChangeId()).toBe(changes.at(-1)?.id);
    });
  });
}
