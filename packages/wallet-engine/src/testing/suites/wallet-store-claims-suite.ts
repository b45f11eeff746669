import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase, SqlValue } from '../../adapters/sql/sql-database.ts';
import { takeoverLimit } from '../../core/wallet.ts';
import type { ClaimTerms, WalletStore } from '../../ports/wallet-store.ts';
import { addTransaction, addUser, readTables, userRow } from './table-fixtures.ts';

const dueMs = 1_000_700;
const leaseDurationMs = 6_000;

export function describeWalletClaims({
  create,
}: {
  create: () => Promise<{ store: WalletStore; database: SqlDatabase }>;
}): void {
  describe('claiming work', () => {
    let store: WalletStore;
    let database: SqlDatabase;
    beforeEach(async () => {
      ({ store, database } = await create());
    });
    const add = (userId: string, columns: Record<string, SqlValue> = {}) =>
      addUser(database, userId, {
        nearAccountId: `${userId}.near`,
        nearPublicKey: `ed25519:${userId}`,
        nearPrivateKey: `v1.${userId}`,
        walletStatus: 'PENDING',
        walletAvailableAt: dueMs,
        ...columns,
      });
    const claim = (
      claimToken: string,
      { nowMs = dueMs, limit = 10, only }: Partial<ClaimTerms & { limit: number }> = {},
    ) => store.claimWallets({ claimToken, nowMs, leaseDurationMs, of: 'owners', limit, only });
    const ids = (wallets: { userId: string }[]) => wallets.map(({ userId }) => userId).sort();

    it('gives each wallet to one worker under concurrent claims', async () => {
      const all = Array.from({ length: 20 }, (_, index) => `user-${index}`);
      await Promise.all(all.map((userId) => add(userId)));
      const shares = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((token) => claim(token, { limit: 7 })),
      );
      expect(ids(shares.flat())).toEqual([...all].sort());
      for (const share of shares) expect(share.length).toBeLessThanOrEqual(7);
      for (const wallet of shares.flat()) {
        const { walletClaimToken } = await userRow(database, wallet.userId);
        expect(walletClaimToken).toBe(wallet.claimToken);
      }
      expect(await claim('late', { nowMs: dueMs + leaseDurationMs - 1 })).toEqual([]);
    });

    it('returns everything the worker needs', async () => {
      await add('ann', { walletError: 'OLD', walletRequestedAt: dueMs - 5 });
      expect(await claim('token')).toEqual([
        {
          deploymentId: expect.stringMatching(/^([\da-f]{32}|world)$/),
          userId: 'ann',
          ownerId: 'ann',
          accountId: 'ann.near',
          publicKey: 'ed25519:ann',
          encryptedPrivateKey: 'v1.ann',
          status: 'CREATING',
          errorCode: null,
          requestedAtMs: dueMs - 5,
          epoch: null,
          isFirstClaim: true,
          attempts: 1,
          takeovers: 0,
          availableAtMs: dueMs + leaseDurationMs,
          claimToken: 'token',
        },
      ]);
    });

    it('gives what has been due longest first, and nothing before it is due', async () => {
      await add('third', { walletAvailableAt: dueMs });
      await add('first', { walletAvailableAt: dueMs - 20 });
      await add('second', { walletAvailableAt: dueMs - 10, walletStatus: 'FAILED' });
      await add('later', { walletAvailableAt: dueMs + 1 });
      await add('retried-later', { walletAvailableAt: dueMs + 1, walletStatus: 'FAILED' });
      expect(ids(await claim('a', { limit: 1 }))).toEqual(['first']);
      expect(ids(await claim('b', { limit: 1 }))).toEqual(['second']);
      expect(ids(await claim('c'))).toEqual(['third']);
      expect(ids(await claim('d', { nowMs: dueMs + 1 }))).toEqual(['later', 'retried-later']);
    });

    it('previews which wallets a claim would take, in its order, without a claim', async () => {
      await add('third', { walletAvailableAt: dueMs });
      await add('first', { walletAvailableAt: dueMs - 20 });
      await add('second', { walletAvailableAt: dueMs - 10, walletStatus: 'CREATING' });
      await add('later', { walletAvailableAt: dueMs + 1 });
      await add('torn', { nearPublicKey: null });
      await add('given up', { walletStatus: 'CREATING', walletTakeovers: takeoverLimit });
      await add('ended', { walletStatus: 'READY', walletAvailableAt: null });
      const before = await readTables(database);
      const due = (limit: number) => store.readDueUserIds({ nowMs: dueMs, limit });
      expect(await due(10)).toEqual(['first', 'second', 'third']);
      expect(await due(2)).toEqual(['first', 'second']);
      expect(await readTables(database)).toEqual(before);
      expect(ids(await claim('token'))).toEqual(
        (await due(10)).concat(['first', 'second', 'third']),
      );
    });

    it('never gives finished, unrequested or incomplete wallets', async () => {
      await add('ready', { walletStatus: 'READY', walletAvailableAt: null });
      await add('ready-due', { walletStatus: 'READY' });
      await add('failed', { walletStatus: 'FAILED', walletAvailableAt: null });
      await add('no-status', { walletStatus: null });
      await add('no-id', { nearAccountId: null });
      await add('no-public-key', { nearPublicKey: null });
      await add('no-private-key', { nearPrivateKey: null });
      const before = await readTables(database);
      expect(await claim('a')).toEqual([]);
      for (const userId of ids(before.User?.map(({ id }) => ({ userId: String(id) })) ?? [])) {
        const terms = { claimToken: 'b', nowMs: dueMs, leaseDurationMs, userId };
        expect(await store.claimWallet(terms)).toBeNull();
      }
      expect(await readTables(database)).toEqual(before);
    });

    it('claims one wallet by name on the same terms', async () => {
      await add('ann');
      const take = (claimToken: string, nowMs: number, userId = 'ann') =>
        store.claimWallet({ claimToken, nowMs, leaseDurationMs, userId });
      expect(await take('early', dueMs - 1)).toBeNull();
      expect(await take('token', dueMs, 'nobody')).toBeNull();
      const both = await Promise.all([take('one', dueMs), take('two', dueMs)]);
      expect(both.filter(Boolean)).toHaveLength(1);
      expect(await take('late', dueMs + leaseDurationMs - 1)).toBeNull();
      const taken = await take('heir', dueMs + leaseDurationMs);
      expect(taken).toMatchObject({ claimToken: 'heir', attempts: 1, takeovers: 1 });
    });

    it('lets an expired lease be taken over, once, counted apart from attempts', async () => {
      await add('ann');
      await claim('dead');
      const expiredMs = dueMs + leaseDurationMs;
      expect(await claim('early', { nowMs: expiredMs - 1 })).toEqual([]);
      const heirs = await Promise.all(
        ['one', 'two', 'three'].map((token) => claim(token, { nowMs: expiredMs })),
      );
      expect(heirs.flat()).toHaveLength(1);
      expect(heirs.flat()[0]).toMatchObject({ attempts: 1, takeovers: 1, status: 'CREATING' });
      const events = (await readTables(database)).WalletEvent ?? [];
      expect(events.map(({ fromStatus, toStatus }) => [fromStatus, toStatus])).toEqual([
        [null, 'PENDING'],
        ['PENDING', 'CREATING'],
        ['CREATING', 'CREATING'],
      ]);
    });

    it('renews the leases still held and returns them', async () => {
      await add('ann');
      await add('bob');
      await claim('first');
      const renewedMs = dueMs + 4_000;
      const renewal = { nowMs: renewedMs, leaseDurationMs };
      const claims = [
        { userId: 'ann', claimToken: 'first' },
        { userId: 'bob', claimToken: 'somebody else' },
        { userId: 'nobody', claimToken: 'first' },
      ];
      expect(await store.renewClaims({ claims, ...renewal })).toEqual(['ann']);
      const heir = await claim('heir', { nowMs: renewedMs + leaseDurationMs - 1 });
      expect(ids(heir)).toEqual(['bob']);
      expect(ids(await claim('last', { nowMs: renewedMs + leaseDurationMs }))).toEqual(['ann']);
      const [ann] = claims;
      expect(ann && (await store.renewClaims({ claims: [ann], ...renewal }))).toEqual([]);
    });

    it('records when work began, at the first claim only', async () => {
      await add('ann');
      await claim('first');
      expect(await userRow(database, 'ann')).toMatchObject({ walletCreatedAt: 1_000 });
      const claims = [{ userId: 'ann', claimToken: 'first' }];
      await store.handBackWallets({ claims, nowMs: dueMs + 1 });
      await claim('second', { nowMs: dueMs + 60_000 });
      expect(await userRow(database, 'ann')).toMatchObject({ walletCreatedAt: 1_000 });
    });

    it('gives only wallets with signed transactions during a pause', async () => {
      const signed = [
        ['open-create', ['CREATE', 'SIGNED']],
        ['open-reward', ['REWARD', 'SENT']],
        ['through', ['CREATE', 'SUCCEEDED'], ['REWARD', 'SUCCEEDED']],
        ['half', ['CREATE', 'SUCCEEDED']],
        ['failed', ['CREATE', 'FAILED'], ['REWARD', 'DEAD']],
      ] as const;
      let nonce = 0;
      for (const [userId, ...transactions] of signed) {
        await add(userId);
        for (const [purpose, status] of transactions) {
          nonce += 1;
          await addTransaction(database, { userId, purpose, status, nonce });
        }
      }
      await add('unsigned');
      const given = await claim('a', { only: 'signed' });
      expect(ids(given)).toEqual(['open-create', 'open-reward', 'through']);
      expect(ids(await claim('b'))).toEqual(['failed', 'half', 'unsigned']);
    });

    it('gives only what no attempt has failed for, and what is signed', async () => {
      await add('new');
      await add('refused', { walletStatus: 'FAILED', walletError: 'REWARD_REFUSED' });
      await add('signed', { walletStatus: 'FAILED', walletError: 'REWARD_REFUSED' });
      await addTransaction(database, {
        userId: 'signed',
        purpose: 'CREATE',
        status: 'SENT',
        nonce: 1,
      });
      const terms = { nowMs: dueMs, leaseDurationMs, only: 'untried' } as const;
      expect(await store.claimWallet({ ...terms, claimToken: 'a', userId: 'refused' })).toBeNull();
      expect(ids(await claim('b', { only: 'untried' }))).toEqual(['new', 'signed']);
      expect(ids(await claim('c'))).toEqual(['refused']);
    });

    it('gives up a wallet after too many takeovers, once it has nothing open', async () => {
      await add('ann');
      await add('bob');
      const hash = await addTransaction(database, {
        userId: 'bob',
        purpose: 'CREATE',
        status: 'SENT',
        nonce: 1,
      });
      let nowMs = dueMs;
      for (let takeovers = 0; takeovers <= takeoverLimit; takeovers += 1) {
        expect(ids(await claim(`worker-${takeovers}`, { nowMs }))).toEqual(['ann', 'bob']);
        nowMs += leaseDurationMs;
      }
      expect(await claim('one too many', { nowMs })).toEqual([]);
      const abandon = (atMs: number) => store.failAbandonedWallets({ takeoverLimit, nowMs: atMs });
      expect(await abandon(nowMs - 1)).toBe(0);
      expect(await abandon(nowMs)).toBe(1);
      expect(await store.readWallet('ann')).toMatchObject({
        status: 'FAILED',
        errorCode: 'TOO_MANY_TAKEOVERS',
        availableAtMs: null,
        attempts: 1,
      });
      expect(await store.readWallet('bob')).toMatchObject({ status: 'CREATING' });
      await database.write([
        {
          sql: `UPDATE "ChainTransaction" SET "status" = 'SUCCEEDED' WHERE "hash" = :hash`,
          params: { hash },
        },
      ]);
      expect(await abandon(nowMs)).toBe(1);
      expect(await abandon(nowMs)).toBe(0);
    });

    it('reports and ends waits set by a clock far ahead, unless they change meanwhile', async () => {
      const hourMs = 3_600_000;
      const at = { walletAvailableAt: dueMs + hourMs };
      await add('pending', at);
      await add('claimed', { ...at, walletStatus: 'CREATING', walletClaimToken: 'far' });
      await add('changed', { ...at, walletStatus: 'CREATING', walletClaimToken: 'alive' });
      await add('retried', { ...at, walletStatus: 'FAILED' });
      await add('failed', { walletStatus: 'FAILED', walletAvailableAt: dueMs + 2 * hourMs });
      await add('near', { walletAvailableAt: dueMs + 60_000 });
      const beyond = { claimedBeyondMs: dueMs + 60_000, failedBeyondMs: dueMs + hourMs };
      const waits = await store.readFarWaits(beyond);
      expect(ids(waits)).toEqual(['changed', 'claimed', 'failed', 'pending']);
      expect(waits.find(({ userId }) => userId === 'claimed')).toEqual({
        userId: 'claimed',
        status: 'CREATING',
        claimToken: 'far',
        availableAtMs: dueMs + hourMs,
      });
      await store.renewClaims({
        claims: [{ userId: 'changed', claimToken: 'alive' }],
        nowMs: dueMs + hourMs,
        leaseDurationMs,
      });
      expect(await store.endFarWaits({ waits, nowMs: dueMs })).toBe(3);
      expect(ids(await claim('next'))).toEqual(['claimed', 'failed', 'pending']);
    });

    it('returns when the next wallet is due', async () => {
      expect(await store.readNextDueAt()).toBeNull();
      await add('ready', { walletStatus: 'READY', walletAvailableAt: null });
      expect(await store.readNextDueAt()).toBeNull();
      await add('later', { walletAvailableAt: dueMs + 500, walletStatus: 'FAILED' });
      await add('ann');
      expect(await store.readNextDueAt()).toBe(dueMs);
      await claim('token');
      expect(await store.readNextDueAt()).toBe(dueMs + 500);
    });
  });
}
