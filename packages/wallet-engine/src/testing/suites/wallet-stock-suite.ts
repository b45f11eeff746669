import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase, SqlValue } from '../../adapters/sql/sql-database.ts';
import type { StockTerms, WalletStock } from '../../ports/wallet-stock.ts';
import type { WalletStore } from '../../ports/wallet-store.ts';
import { addDeployment, addUser, insertRow, readTables, userRow } from './table-fixtures.ts';

export interface WalletStockUnderTest {
  name: string;
  create: () => Promise<{ stock: WalletStock; store: WalletStore; database: SqlDatabase }>;
}

export const stockTerms: StockTerms = {
  serviceAccountId: 'service.near',
  tokenContract: 'token.near',
  rewardAmount: '100',
  initialMicroNear: 100_000,
};

/** A wallet in stock as the engine stores it. */
export async function addReadyStock(
  database: SqlDatabase,
  {
    id,
    initialMicroNear = 100_000,
    amount = '100',
    tokenContract = 'token.near',
    ...columns
  }: {
    id: string;
    initialMicroNear?: number;
    amount?: string;
    tokenContract?: string;
  } & Record<string, SqlValue>,
): Promise<void> {
  await insertRow(database, 'Wallet', {
    ...{ id, accountId: `${id}.service.near`, publicKey: `ed25519:${id}` },
    ...{ encryptedPrivateKey: `v1.${id}`, status: 'READY', attempts: 1, epoch: 7 },
    ...{ requestedAt: 10, startedAt: 11, completedAt: 20, balance: '100', balanceReadAt: 20 },
    ...columns,
  });
  for (const purpose of ['CREATE', 'REWARD']) {
    const hash = `${id}-${purpose}`;
    await insertRow(database, 'ChainTransaction', {
      ...{ hash, signerId: 'service.near', publicKey: hash, nonce: 1, receiverId: 'r' },
      ...{ signedBytes: 'AA==', referenceHeight: 1, purpose, status: 'SUCCEEDED', createdAt: 1 },
      ...{ maxCostMicroNear: 1, maxCostMicroToken: 0 },
      valueMicroNear: purpose === 'CREATE' ? initialMicroNear : 1_250,
    });
    await insertRow(database, 'ChainTransactionWallet', { hash, userId: id, purpose, live: 1 });
  }
  await insertRow(database, 'TokenTransfer', {
    ...{ id: `${id}-reward`, userId: id, txHash: `${id}-REWARD`, amount },
    ...{ tokenContract, status: 'COMPLETED', purpose: 'SIGNUP_REWARD' },
    createdAt: 0,
  });
}

/** The contract of {@link WalletStock}, for any adapter over the tables of `drizzle/`. */
export function describeWalletStock({ name, create }: WalletStockUnderTest): void {
  describe(`a wallet stock over ${name}`, () => {
    let stock: WalletStock;
    let store: WalletStore;
    let database: SqlDatabase;
    const nowMs = 1_000;
    beforeEach(async () => {
      ({ stock, store, database } = await create());
      for (const userId of ['ann', 'bob', 'carl']) await addUser(database, userId);
    });
    const take = async (...owners: string[]) => {
      const takes = owners.map((ownerId) => ({ ownerId, accountId: null }));
      return stock.takeWallets({ takes, terms: stockTerms, last: null, nowMs });
    };
    const pause = (reason: string) =>
      database.write([
        { sql: 'UPDATE "Deployment" SET "pauseReason" = :reason', params: { reason } },
      ]);
    const newWallets = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        walletId: `new${at}`,
        accountId: `new${at}.service.near`,
        publicKey: `ed25519:new${at}`,
        encryptedPrivateKey: `v1.new${at}`,
      }));
    const add = (count: number, target: number) =>
      stock.addWallets({ wallets: newWallets(count), target, terms: stockTerms, nowMs });

    describe('taking a ready wallet', () => {
      it('gives the one that has been ready longest, with its reward, and fills the plan’s columns', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 'younger', completedAt: 30 });
        await addReadyStock(database, { id: 'older', completedAt: 20 });
        const [wallet] = await take('ann');
        expect(wallet).toMatchObject({
          ...{ userId: 'older', ownerId: 'ann', status: 'READY', epoch: 7 },
          ...{ accountId: 'older.service.near', requestedAtMs: nowMs },
        });
        expect(await store.readWallet('ann')).toEqual(wallet);
        expect(await userRow(database, 'ann')).toMatchObject({
          ...{ nearAccountId: 'older.service.near', nearPublicKey: 'ed25519:older' },
          ...{ nearPrivateKey: 'v1.older', walletStatus: 'READY', chocoBalance: '100' },
          walletRequestedAt: nowMs,
        });
        const { TokenTransfer, WalletEvent } = await readTables(database);
        expect(TokenTransfer?.map(({ id, userId }) => [id, userId])).toEqual([
          ['older-reward', 'ann'],
          ['younger-reward', 'younger'],
        ]);
        expect(WalletEvent?.filter(({ fromStatus }) => fromStatus === 'READY')).toMatchObject([
          { userId: 'older', toStatus: 'READY', createdAt: nowMs },
        ]);
      });

      it('gives no wallet twice and no user two, for any number of requests in one commit', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 's1' });
        await addReadyStock(database, { id: 's2' });
        const given = await take('ann', 'ann', 'bob', 'carl');
        expect(given.map((wallet) => wallet?.userId ?? null)).toEqual(['s1', null, 's2', null]);
        expect(await take('ann')).toEqual([null]);
      });

      it('gives nothing to users with a wallet or older keys, to unknown users, or to users who left', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 's1' });
        const keys = {
          accountId: 'a.near',
          publicKey: 'k',
          encryptedPrivateKey: 'e',
          given: null,
          nowMs,
        };
        await store.requestWallets([{ userId: 'ann', walletId: 'ann', ...keys }]);
        const sql = `UPDATE "User" SET "deletedAt" = 1 WHERE "id" = 'bob'`;
        await database.write([{ sql, params: {} }]);
        expect(await take('ann', 'bob', 'nobody')).toEqual([null, null, null]);
        expect((await take('carl'))[0]?.userId).toBe('s1');
      });

      it.each([
        ['another reward', { amount: '90' }],
        ['another initial balance', { initialMicroNear: 50_000 }],
        ['an earlier epoch', { epoch: 6 }],
        ['no known epoch', { epoch: null }],
        ['work to do', { status: 'CREATING', availableAt: 5 }],
        ['a word of an operator', { error: 'STOCK_SET_ASIDE' }],
      ])('skips one with %s', async (_name, columns) => {
        await addDeployment(database);
        await addReadyStock(database, { id: 's1', ...columns });
        expect(await take('ann')).toEqual([null]);
        await addReadyStock(database, { id: 's2', completedAt: 99 });
        expect((await take('ann'))[0]?.userId).toBe('s2');
      });

      it('skips wallets of another token or service account', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 's1' });
        const takes = [{ ownerId: 'ann', accountId: null }];
        for (const other of [{ tokenContract: 'other.near' }, { serviceAccountId: 'other.near' }]) {
          const terms = { ...stockTerms, ...other };
          expect(await stock.takeWallets({ takes, terms, last: null, nowMs })).toEqual([null]);
        }
      });

      it('gives during every pause except behind the chain, and nothing before the first contact with a chain', async () => {
        await addReadyStock(database, { id: 's1' });
        expect(await take('ann')).toEqual([null]);
        await addDeployment(database, { pauseReason: 'DATABASE_BEHIND_CHAIN' });
        expect(await take('ann')).toEqual([null]);
        await pause('TREASURY_NEAR_LOW');
        expect((await take('ann'))[0]?.userId).toBe('s1');
      });

      it('gives nothing if the wallet given last is unknown, unless a reconciliation followed', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 's1' });
        const takes = [{ ownerId: 'ann', accountId: null }];
        const after = (ownerId: string, epoch: number) => {
          const last = { ownerId, walletId: 's0', epoch };
          return stock.takeWallets({ takes, terms: stockTerms, last, nowMs });
        };
        const before = await readTables(database);
        await expect(after('bob', 7)).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
        expect(await readTables(database)).toEqual(before);
        expect((await after('bob', 6))[0]?.userId).toBe('s1');
      });

      it('gives nothing if its owner now has another wallet than the one given', async () => {
        await addDeployment(database);
        for (const id of ['s1', 's2', 's3']) await addReadyStock(database, { id });
        await take('ann');
        const takes = [{ ownerId: 'bob', accountId: null }];
        const after = (walletId: string) => {
          const last = { ownerId: 'ann', walletId, epoch: 7 };
          return stock.takeWallets({ takes, terms: stockTerms, last, nowMs });
        };
        // Another process has given ann a wallet in the restored database.
        await expect(after('s2')).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
        expect((await after('s1'))[0]?.userId).toBe('s2');
      });

      it.each([
        [
          'gives no other one once a wallet given before is in stock again: the database is an older one',
          7,
          null,
        ],
        ['gives others after a reconciliation, which knows of it', 6, 'b'],
      ] as const)('%s', async (_what, epoch, other) => {
        await addDeployment(database);
        await addReadyStock(database, { id: 'a' });
        await addReadyStock(database, { id: 'b' });
        await database.write([
          { sql: `UPDATE "Wallet" SET "epoch" = :epoch WHERE "id" = 'a'`, params: { epoch } },
        ]);
        const takes = [
          { ownerId: 'ann', accountId: 'a.service.near' },
          { ownerId: 'bob', accountId: null },
        ];
        const given = await stock.takeWallets({ takes, terms: stockTerms, last: null, nowMs });
        expect(given.map((wallet) => wallet?.userId ?? null)).toEqual(['a', other]);
        const { Deployment } = await readTables(database);
        expect(Deployment?.map(({ pauseReason }) => pauseReason)).toEqual([
          other ? null : 'DATABASE_BEHIND_CHAIN',
        ]);
      });

      it('gives the same wallet to the same user again, whatever its terms', async () => {
        await addDeployment(database, { pauseReason: 'DATABASE_BEHIND_CHAIN' });
        await addReadyStock(database, { id: 's1', epoch: 3 });
        await addReadyStock(database, { id: 's2', epoch: 3 });
        const takes = [{ ownerId: 'ann', accountId: 's2.service.near' }];
        const last = { ownerId: 'ann', walletId: 's2', epoch: 7 };
        const [wallet] = await stock.takeWallets({ takes, terms: stockTerms, last, nowMs });
        expect(wallet).toMatchObject({ userId: 's2', ownerId: 'ann' });
      });
    });

    describe('adding wallets', () => {
      it('adds the missing ones as PENDING, due, unowned and in this epoch', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 's1' });
        expect(await add(5, 3)).toBe(2);
        const { Wallet } = await readTables(database);
        expect(Wallet?.find(({ id }) => id === 'new0')).toMatchObject({
          ...{ ownerId: null, status: 'PENDING', availableAt: nowMs, epoch: 7, attempts: 0 },
          ...{ accountId: 'new0.service.near', encryptedPrivateKey: 'v1.new0' },
        });
        expect(await stock.countStock(stockTerms)).toEqual({
          ...{ ready: 1, underWay: 2, failed: 0, otherTerms: 0, setAside: 0 },
        });
        const claim = { claimToken: 't', nowMs, leaseDurationMs: 6_000 };
        expect(await store.claimWallets({ ...claim, of: 'owners', limit: 9 })).toEqual([]);
        expect(await store.readDueUserIds({ nowMs, limit: 9 })).toEqual([]);
        const claimed = await store.claimWallets({ ...claim, of: 'stock', limit: 9 });
        expect(claimed.map(({ userId }) => userId).sort()).toEqual(['new0', 'new1']);
      });

      it('counts failed wallets, but not those on other terms or set aside', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 'failed', status: 'FAILED', error: 'REWARD_REFUSED' });
        await addReadyStock(database, { id: 'older', amount: '90' });
        await addReadyStock(database, { id: 'aside', error: 'STOCK_SET_ASIDE' });
        expect(await stock.countStock(stockTerms)).toEqual({
          ...{ ready: 0, underWay: 0, failed: 1, otherTerms: 1, setAside: 1 },
        });
        expect(await stock.readUnfitAccounts({ terms: stockTerms, limit: 9 })).toEqual([
          'failed.service.near',
          'older.service.near',
        ]);
        expect(await add(5, 3)).toBe(2);
      });

      it('finds a wallet without an owner by id and by account', async () => {
        await addDeployment(database);
        await addReadyStock(database, { id: 's1' });
        await addReadyStock(database, { id: 's2', status: 'FAILED', error: 'REWARD_REFUSED' });
        expect(await stock.findWallet('s1')).toMatchObject({
          ...{ walletId: 's1', status: 'READY', accountId: 's1.service.near', error: null },
        });
        expect(await stock.findWallet('s2.service.near')).toMatchObject({
          ...{ walletId: 's2', status: 'FAILED' },
        });
        const takes = [{ ownerId: 'ann', accountId: null }];
        await stock.takeWallets({ takes, terms: stockTerms, last: null, nowMs });
        expect(await stock.findWallet('s1')).toBeNull();
        expect(await stock.findWallet('s1.service.near')).toBeNull();
      });

      it('adds none while a user waits, during a pause, or before the first contact with a chain', async () => {
        expect(await add(1, 3)).toBe(0);
        await addDeployment(database, { pauseReason: 'OPERATOR' });
        expect(await add(1, 3)).toBe(0);
        await database.write([{ sql: 'UPDATE "Deployment" SET "pauseReason" = NULL', params: {} }]);
        const keys = {
          accountId: 'a.near',
          publicKey: 'k',
          encryptedPrivateKey: 'e',
          given: null,
          nowMs,
        };
        await store.requestWallets([{ userId: 'ann', walletId: 'ann', ...keys }]);
        expect(await add(1, 3)).toBe(0);
      });
    });
  });
}
