import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '../../adapters/sql/sql-database.ts';
import { ClaimLostError } from '../../core/errors.ts';
import type { Claim, WalletStore } from '../../ports/wallet-store.ts';
import { addReward, addTransaction, addUser, readTables, userRow } from './table-fixtures.ts';

const nowMs = 1_000_700;
const leaseDurationMs = 6_000;

export function describeWalletEnds({
  create,
}: {
  create: () => Promise<{ store: WalletStore; database: SqlDatabase }>;
}): void {
  describe('ending work', () => {
    let store: WalletStore;
    let database: SqlDatabase;
    beforeEach(async () => {
      ({ store, database } = await create());
    });
    const claimed = async (...userIds: string[]): Promise<Claim[]> => {
      for (const userId of userIds) {
        await addUser(database, userId, {
          nearAccountId: `${userId}.near`,
          nearPublicKey: `ed25519:${userId}`,
          nearPrivateKey: `v1.${userId}`,
          walletStatus: 'PENDING',
          walletAvailableAt: nowMs,
        });
      }
      const terms = { claimToken: 'token', nowMs, leaseDurationMs };
      await store.claimWallets({ ...terms, limit: 1_000, of: 'owners' });
      return userIds.map((userId) => ({ userId, claimToken: 'token' }));
    };
    const complete = (claims: Claim[]) => {
      const wallets = claims.map((claim, index) => ({ ...claim, balance: `${100 + index}` }));
      return store.completeWallets({ wallets, nowMs: nowMs + 5_000 });
    };
    const fail = (claim: Claim, retryAtMs: number | null, { isForgiven = false } = {}) =>
      store.failWallet({ ...claim, errorCode: 'REWARD_REFUSED', retryAtMs, isForgiven, nowMs });

    it('makes READY only the wallets whose reward is COMPLETED', async () => {
      const claims = await claimed('paid', 'pending', 'failed', 'unpaid', 'other-purpose');
      await addReward(database, { userId: 'paid', status: 'COMPLETED' });
      await addReward(database, { userId: 'pending', status: 'PENDING' });
      await addReward(database, { userId: 'failed', status: 'FAILED' });
      await addReward(database, { userId: 'other-purpose', status: 'COMPLETED' });
      await database.write([
        {
          sql: `UPDATE "TokenTransfer" SET "purpose" = 'TIP' WHERE "userId" = 'other-purpose'`,
          params: {},
        },
      ]);
      expect(await complete(claims)).toEqual(['paid']);
      expect(await userRow(database, 'paid')).toMatchObject({
        walletStatus: 'READY',
        walletCompletedAt: 1_005,
        walletAvailableAt: null,
        walletClaimToken: null,
        walletError: null,
        chocoBalance: '100',
        chocoLastSyncAt: 1_005,
      });
      for (const userId of ['pending', 'failed', 'unpaid', 'other-purpose']) {
        const left = { walletStatus: 'CREATING', walletClaimToken: 'token', chocoBalance: '0' };
        expect(await userRow(database, userId)).toMatchObject(left);
      }
    });

    it('completes many in one commit, each with its own balance, and skips lost claims', async () => {
      const userIds = Array.from({ length: 60 }, (_, index) => `user-${index}`);
      const claims = await claimed(...userIds);
      for (const userId of userIds) await addReward(database, { userId, status: 'COMPLETED' });
      const late = { userId: 'user-7', claimToken: 'an older token' };
      const completed = await complete(
        claims.map((claim) => (claim.userId === late.userId ? late : claim)),
      );
      expect(completed.sort()).toEqual(userIds.filter((userId) => userId !== late.userId).sort());
      expect(await userRow(database, 'user-59')).toMatchObject({ chocoBalance: '159' });
      expect(await userRow(database, 'user-7')).toMatchObject({ walletStatus: 'CREATING' });
      expect(await complete(claims)).toEqual(['user-7']);
      expect(await complete(claims)).toEqual([]);
    });

    it('never changes a READY wallet again', async () => {
      const [ann] = await claimed('ann');
      if (!ann) throw new Error('not claimed');
      await addReward(database, { userId: 'ann', status: 'COMPLETED' });
      await complete([ann]);
      const before = await readTables(database);
      const laterMs = nowMs + 10 * leaseDurationMs;
      const terms = { claimToken: 'late', nowMs: laterMs, leaseDurationMs };
      await expect(fail(ann, null)).rejects.toBeInstanceOf(ClaimLostError);
      await store.handBackWallets({ claims: [ann], nowMs: laterMs });
      await store.renewClaims({ claims: [ann], nowMs: laterMs, leaseDurationMs });
      expect(await store.claimWallet({ ...terms, userId: 'ann' })).toBeNull();
      expect(await store.claimWallets({ ...terms, limit: 9, of: 'owners' })).toEqual([]);
      const codes = ['REWARD_REFUSED'];
      expect(await store.retryWallet({ userId: 'ann', codes, nowMs: laterMs })).toBe(false);
      expect(await readTables(database)).toEqual(before);
    });

    it('counts no attempt that is forgiven', async () => {
      const [ann] = await claimed('ann');
      if (!ann) throw new Error('not claimed');
      await fail(ann, nowMs + 5_000, { isForgiven: true });
      expect(await store.readWallet('ann')).toMatchObject({ status: 'FAILED', attempts: 0 });
    });

    it('fails a wallet with a time to come back, or for good', async () => {
      const [ann, bob] = await claimed('ann', 'bob');
      if (!ann || !bob) throw new Error('not claimed');
      await fail(ann, nowMs + 5_000);
      await fail(bob, null);
      const failed = { status: 'FAILED', errorCode: 'REWARD_REFUSED', attempts: 1 };
      expect(await store.readWallet('ann')).toMatchObject({
        ...failed,
        availableAtMs: nowMs + 5_000,
      });
      expect(await store.readWallet('bob')).toMatchObject({ ...failed, availableAtMs: null });
      const again = await store.claimWallets({
        claimToken: 'again',
        nowMs: nowMs + 5_000,
        leaseDurationMs,
        limit: 9,
        of: 'owners',
      });
      expect(again).toHaveLength(1);
      expect(again[0]).toMatchObject({ userId: 'ann', attempts: 2, takeovers: 0 });
    });

    it.each(['SIGNED', 'SENT'] as const)(
      'fails no wallet while a transaction of it is %s',
      async (status) => {
        const [ann] = await claimed('ann');
        if (!ann) throw new Error('not claimed');
        await addTransaction(database, { userId: 'ann', purpose: 'REWARD', status, nonce: 1 });
        const before = await readTables(database);
        await expect(fail(ann, null)).rejects.toBeInstanceOf(ClaimLostError);
        expect(await readTables(database)).toEqual(before);
      },
    );

    it.each(['SUCCEEDED', 'FAILED', 'DEAD'] as const)(
      'fails a wallet whose transaction is %s',
      async (status) => {
        const [ann] = await claimed('ann');
        if (!ann) throw new Error('not claimed');
        await addTransaction(database, { userId: 'ann', purpose: 'CREATE', status, nonce: 1 });
        await fail(ann, null);
        expect(await store.readWallet('ann')).toMatchObject({ status: 'FAILED' });
      },
    );

    it('returns the attempt with the wallet, which is due at once', async () => {
      const claims = await claimed('ann', 'bob');
      const late = { userId: 'bob', claimToken: 'an older token' };
      const [ann] = claims;
      if (!ann) throw new Error('not claimed');
      await store.handBackWallets({ claims: [ann, late], nowMs: nowMs + 1 });
      expect(await store.readWallet('ann')).toMatchObject({
        status: 'PENDING',
        attempts: 0,
        availableAtMs: nowMs + 1,
      });
      expect(await store.readWallet('bob')).toMatchObject({ status: 'CREATING', attempts: 1 });
      const before = await readTables(database);
      await store.handBackWallets({ claims: [ann], nowMs: nowMs + 2 });
      expect(await readTables(database)).toEqual(before);
    });

    it('ignores a worker whose claim was taken over', async () => {
      const [ann] = await claimed('ann');
      if (!ann) throw new Error('not claimed');
      await addReward(database, { userId: 'ann', status: 'COMPLETED' });
      const takenMs = nowMs + leaseDurationMs;
      await store.claimWallet({
        claimToken: 'heir',
        nowMs: takenMs,
        leaseDurationMs,
        userId: 'ann',
      });
      const before = await readTables(database);
      expect(await complete([ann])).toEqual([]);
      await expect(fail(ann, null)).rejects.toBeInstanceOf(ClaimLostError);
      await store.handBackWallets({ claims: [ann], nowMs: takenMs });
      const renewal = { claims: [ann], nowMs: takenMs, leaseDurationMs };
      expect(await store.renewClaims(renewal)).toEqual([]);
      expect(await readTables(database)).toEqual(before);
      expect(await complete([{ userId: 'ann', claimToken: 'heir' }])).toEqual(['ann']);
    });
  });
}
