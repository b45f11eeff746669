import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase, SqlValue } from '../../adapters/sql/sql-database.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import { addUser, insertRow, userRow } from './table-fixtures.ts';

export interface OperatorStoreUnderTest {
  name: string;
  create: () => Promise<{ store: OperatorStore; database: SqlDatabase }>;
}

const actor = 'admin@example.com';
const whole = { nearAccountId: 'a.near', nearPublicKey: 'k', nearPrivateKey: 'v1.x' };

/** The contract of {@link OperatorStore}, for any adapter over the tables of `drizzle/`. */
export function describeOperatorStore({ name, create }: OperatorStoreUnderTest): void {
  describe(`an operator store over ${name}`, () => {
    let store: OperatorStore;
    let database: SqlDatabase;
    beforeEach(async () => {
      ({ store, database } = await create());
      await insertRow(database, 'Deployment', {
        singleton: 1,
        deploymentId: 'd',
        genesisHash: 'g',
        networkId: 'devnet',
        serviceAccountId: 's.near',
        tokenContract: 't.near',
        createdAt: 1,
      });
    });
    const pauseFor = (reason: string | null) =>
      database.write([
        { sql: 'UPDATE "Deployment" SET "pauseReason" = :reason', params: { reason } },
      ]);

    it('retries a wallet that stays FAILED, as a second attempt, and records the actor', async () => {
      await addUser(database, 'ann', {
        ...whole,
        walletStatus: 'FAILED',
        walletError: 'REWARD_UNPROVEN',
        walletAttempts: 3,
        walletTakeovers: 2,
      });
      expect(await store.retryWallet({ actor, userId: 'ann', nowMs: 50 })).toBe(true);
      expect(await userRow(database, 'ann')).toMatchObject({
        walletStatus: 'PENDING',
        walletError: null,
        walletAttempts: 1,
        walletTakeovers: 0,
        walletAvailableAt: 50,
      });
      expect(await store.readActions({ userId: 'ann', limit: 5 })).toEqual([
        {
          id: 1,
          actor,
          action: 'RETRY_WALLET',
          userId: 'ann',
          detail: { changed: 1 },
          createdAtMs: 50,
        },
      ]);
    });

    it.each([
      ['PENDING', 5],
      ['CREATING', 5],
      ['READY', null],
      ['FAILED', 99],
    ])(
      'does not change a wallet that is %s (due %s), and records the attempt',
      async (status, due) => {
        await addUser(database, 'ann', { ...whole, walletStatus: status, walletAvailableAt: due });
        const before = await userRow(database, 'ann');
        expect(await store.retryWallet({ actor, userId: 'ann', nowMs: 50 })).toBe(false);
        expect(await userRow(database, 'ann')).toEqual(before);
        const [action] = await store.readActions({ userId: null, limit: 1 });
        expect(action).toMatchObject({ action: 'RETRY_WALLET', detail: { changed: 0 } });
      },
    );

    it('retries a wallet in stock, but none that was set aside', async () => {
      const wallet = { publicKey: 'k', encryptedPrivateKey: 'e', updatedAt: 1 };
      const addFailed = (id: string, error: string) =>
        insertRow(database, 'Wallet', {
          ...{ id, accountId: `${id}.s.near`, status: 'FAILED', error, ...wallet },
        });
      await addFailed('s1', 'REWARD_REFUSED');
      await addFailed('s2', 'STOCK_SET_ASIDE');
      expect(await store.retryWallet({ actor, userId: 's1', nowMs: 50 })).toBe(true);
      expect(await store.retryWallet({ actor, userId: 's2', nowMs: 50 })).toBe(false);
      const actions = await store.readActions({ userId: null, limit: 2 });
      expect(actions.map(({ detail }) => detail)).toEqual([{ changed: 0 }, { changed: 1 }]);
    });

    it('makes waiting wallets due now, and no others', async () => {
      const states: [string, string, number | null][] = [
        ['later', 'FAILED', 900],
        ['pending-later', 'PENDING', 900],
        ['due', 'PENDING', 40],
        ['held', 'CREATING', 900],
        ['over', 'FAILED', null],
        ['ready', 'READY', null],
      ];
      for (const [id, walletStatus, walletAvailableAt] of states) {
        const nearAccountId = `${id}.near`;
        await addUser(database, id, { ...whole, nearAccountId, walletStatus, walletAvailableAt });
      }
      expect(await store.requeueWallets({ actor, userId: 'later', nowMs: 50 })).toBe(1);
      expect(await store.requeueWallets({ actor, userId: null, nowMs: 60 })).toBe(1);
      const times = await database.read({
        sql: 'SELECT "id", "walletAvailableAt" AS "at" FROM "User" ORDER BY "id"',
        params: {},
      });
      expect(Object.fromEntries(times.map(({ id, at }) => [id, at]))).toEqual({
        due: 40,
        held: 900,
        later: 50,
        over: null,
        'pending-later': 60,
        ready: null,
      });
    });

    it('sets aside an idle wallet in stock, but none with an owner or pending work', async () => {
      const wallet = (id: string, columns: Record<string, SqlValue>) =>
        insertRow(database, 'Wallet', { id, accountId: `${id}.near`, ...columns });
      await wallet('ready', { status: 'READY' });
      await wallet('failed', { status: 'FAILED', error: 'REWARD_REFUSED' });
      await wallet('busy', { status: 'CREATING', availableAt: 5 });
      await addUser(database, 'owner');
      await wallet('owner', { ownerId: 'owner', status: 'READY' });
      const told: Record<string, boolean> = {};
      for (const id of ['ready', 'failed', 'busy', 'owner', 'nobody']) {
        told[id] = await store.setStockAside({ actor, accountId: `${id}.near`, nowMs: 7 });
      }
      expect(told).toEqual({ ready: true, failed: true, busy: false, owner: false, nobody: false });
      const sql = `SELECT "id" FROM "Wallet" WHERE "error" = 'STOCK_SET_ASIDE' ORDER BY "id"`;
      expect(await database.read({ sql, params: {} })).toEqual([{ id: 'failed' }, { id: 'ready' }]);
      const [last] = await store.readActions({ userId: 'ready', limit: 1 });
      expect(last).toMatchObject({ action: 'SET_WALLET_ASIDE', detail: { changed: 1 } });
    });

    it('replaces a pause that ends by itself, and resumes only its own', async () => {
      await pauseFor('TREASURY_NEAR_LOW');
      expect(await store.pause({ actor, nowMs: 1 })).toBe('OPERATOR');
      expect(await store.resume({ actor, nowMs: 2 })).toBeNull();
      await pauseFor('DATABASE_BEHIND_CHAIN');
      expect(await store.pause({ actor, nowMs: 3 })).toBe('DATABASE_BEHIND_CHAIN');
      expect(await store.resume({ actor, nowMs: 4 })).toBe('DATABASE_BEHIND_CHAIN');
      const actions = await store.readActions({ userId: null, limit: 10 });
      expect(actions.map(({ action, detail }) => [action, detail.changed])).toEqual([
        ['RESUME', 0],
        ['PAUSE', 0],
        ['RESUME', 1],
        ['PAUSE', 1],
      ]);
    });

    it('reports that nothing can be paused before the first contact with the chain', async () => {
      await database.write([{ sql: 'DELETE FROM "Deployment"', params: {} }]);
      await expect(store.pause({ actor, nowMs: 1 })).rejects.toMatchObject({
        code: 'CHAIN_NOT_MET',
        message: expect.stringContaining('nothing to pause'),
      });
    });

    it('records actions done elsewhere', async () => {
      const detail = { rotated: 5, left: 0 };
      await store.record({ actor, action: 'ROTATE_KEYS', userId: null, detail, nowMs: 9 });
      const [action] = await store.readActions({ userId: null, limit: 1 });
      expect(action).toMatchObject({ actor, action: 'ROTATE_KEYS', userId: null, detail });
      expect(await store.readActions({ userId: 'ann', limit: 1 })).toEqual([]);
    });
  });
}
