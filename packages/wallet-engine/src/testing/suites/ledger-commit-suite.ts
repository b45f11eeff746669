import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '../../adapters/sql/sql-database.ts';
import type { NewTransaction, TransactionLedger } from '../../ports/transaction-ledger.ts';
import {
  ground,
  type LedgerScene,
  newTransaction,
  noLimits,
  reserveMicroNear,
  setLedgerScene,
} from './ledger-fixtures.ts';
import { addReward, addTransaction, readTables } from './table-fixtures.ts';

type Refused = { refusal: string; before?: string[]; changes?: Partial<NewTransaction> };

const lane = { laneNumber: 2, holder: 'worker', fencingToken: 3, storedNonce: 10 };
const reward = { amount: '100', tokenContract: 'token.near' };
const walletsOf = (annToken: string) => [
  { userId: 'bob', claimToken: 'claim of bob', reward },
  { userId: 'ann', claimToken: annToken, reward },
];

/** Each of these alone must abort the whole commit. */
const refused: Record<string, Refused> = {
  'one of its claims is lost': {
    refusal: 'CLAIM_LOST',
    changes: { wallets: walletsOf('an older token') },
  },
  'a wallet was handed back': {
    refusal: 'CLAIM_LOST',
    before: [`UPDATE "User" SET "walletStatus" = 'PENDING' WHERE "id" = 'ann'`],
  },
  'a wallet is gone': {
    refusal: 'CLAIM_LOST',
    changes: { wallets: [{ userId: 'nobody', claimToken: 'x', reward: null }] },
  },
  'its lane has another holder': {
    refusal: 'LANE_LOST',
    changes: { lane: { ...lane, fencingToken: 2 } },
  },
  'its lane has gone on': {
    refusal: 'LANE_LOST',
    before: [`UPDATE "ServiceKeyLane" SET "nonce" = 11 WHERE "laneNumber" = 2`],
  },
  'its lane was given back': {
    refusal: 'LANE_LOST',
    before: [`UPDATE "ServiceKeyLane" SET "holder" = NULL WHERE "laneNumber" = 2`],
  },
  // A restored copy may have the same fencing token with another holder.
  'its lane is held by another with the same token': {
    refusal: 'LANE_LOST',
    changes: { lane: { ...lane, holder: 'another' } },
  },
  'its lane has gone back': {
    refusal: 'DATABASE_BEHIND_CHAIN',
    before: [`UPDATE "ServiceKeyLane" SET "nonce" = 9 WHERE "laneNumber" = 2`],
  },
  'rewards are of another token now': {
    refusal: 'PAUSED',
    before: [`UPDATE "Deployment" SET "tokenContract" = 'other.near'`],
  },
  'it is another deployment': {
    refusal: 'DATABASE_BEHIND_CHAIN',
    before: [`UPDATE "Deployment" SET "deploymentId" = 'other'`],
  },
  'there is no such lane': { refusal: 'LANE_LOST', changes: { lane: { ...lane, laneNumber: 9 } } },
  'signing is paused': {
    refusal: 'PAUSED',
    before: [`UPDATE "Deployment" SET "pauseReason" = 'OPERATOR'`],
  },
  'the deployment is unknown': {
    refusal: 'DATABASE_BEHIND_CHAIN',
    before: ['DELETE FROM "Deployment"'],
  },
  'the treasury was never read': {
    refusal: 'TREASURY_NEAR_LOW',
    before: [`UPDATE "Deployment" SET "treasuryMicroNear" = NULL`],
  },
  // 500 each for the two of the commit, and the reserve.
  'NEAR falls short by a millionth': {
    refusal: 'TREASURY_NEAR_LOW',
    before: [`UPDATE "Deployment" SET "treasuryMicroNear" = ${2 * 500 + reserveMicroNear - 1}`],
  },
  'tokens fall short by a millionth': {
    refusal: 'TREASURY_TOKEN_LOW',
    before: [`UPDATE "Deployment" SET "treasuryMicroToken" = 199`],
  },
  'it alone costs more than there is': {
    refusal: 'TREASURY_NEAR_LOW',
    changes: { maxCostMicroNear: 100_000 },
  },
  'the reward was paid before': {
    refusal: 'ALREADY_SIGNED',
    before: [
      `INSERT INTO "TokenTransfer" VALUES ('old', 'ann', 'h', '1', 'c', 'COMPLETED', 'SIGNUP_REWARD', 0)`,
    ],
  },
};

export function describeSignCommit({
  create,
}: {
  create: () => Promise<{ ledger: TransactionLedger; database: SqlDatabase }>;
}): void {
  describe('a sign commit', () => {
    let scene: LedgerScene;
    beforeEach(async () => {
      scene = await setLedgerScene(await create());
    });
    const first = newTransaction({ purpose: 'CREATE', userIds: ['ann'] });
    const second = (changes: Partial<NewTransaction> = {}) =>
      newTransaction({ purpose: 'REWARD', userIds: ['ann', 'bob'], laneNumber: 2, changes });
    const run = (sql: string) => scene.database.write([{ sql, params: {} }]);
    const expectRefused = async (refusal: string, ...transactions: NewTransaction[]) => {
      const before = await readTables(scene.database);
      await expect(scene.commit(...transactions)).rejects.toMatchObject({
        name: 'CommitRefusedError',
        refusal,
      });
      expect(await readTables(scene.database)).toEqual(before);
    };

    it('stores bytes, links, nonces and rewards', async () => {
      await scene.commit(first, second());
      const { ledger, database } = scene;
      const open = { status: 'SIGNED', failure: null };
      expect(await ledger.readTransaction(first.transaction.hash)).toEqual({
        ...first.transaction,
        ...open,
      });
      expect(await ledger.readWalletTransactions(['bob'])).toEqual([
        { ...second().transaction, ...open, userId: 'bob', walletPurpose: 'REWARD', live: true },
      ]);
      const tables = await readTables(database);
      expect(tables.ServiceKeyLane?.map(({ nonce }) => nonce)).toEqual([11, 11]);
      expect(tables.ChainTransactionWallet?.map(({ live }) => live)).toEqual([1, 1, 1]);
      const pending = {
        status: 'PENDING',
        txHash: second().transaction.hash,
        amount: '100',
        createdAt: 1,
      };
      expect(tables.TokenTransfer).toHaveLength(2);
      for (const row of tables.TokenTransfer ?? []) expect(row).toMatchObject(pending);
    });

    it.each(Object.entries(refused))('writes nothing when %s', async (_reason, refusal) => {
      for (const sql of refusal.before ?? []) await run(sql);
      await expectRefused(refusal.refusal, first, second(refusal.changes));
    });

    it('is rejected by a database that lacks what its process saw signed', async () => {
      const { ledger } = scene;
      expect((await ledger.readDeployment())?.newestHash).toBeNull();
      await scene.commit(first);
      const newestHash = first.transaction.hash;
      expect((await ledger.readDeployment())?.newestHash).toBe(newestHash);
      const commit = (hash: string) =>
        ledger.commitSignedTransactions({
          transactions: [second()],
          ground: { ...ground, newestHash: hash },
          reserveMicroNear,
          spendLimits: noLimits,
          nowMs: 1_700,
        });
      await expect(commit('forgotten')).rejects.toMatchObject({
        refusal: 'DATABASE_BEHIND_CHAIN',
      });
      await commit(newestHash);
      expect((await ledger.readDeployment())?.newestHash).toBe(second().transaction.hash);
    });

    it.each(['SIGNED', 'SENT', 'SUCCEEDED'] as const)(
      'is refused while another for the purpose is %s',
      async (status) => {
        const { database } = scene;
        await addTransaction(database, { userId: 'bob', purpose: 'REWARD', status, nonce: 1 });
        await expectRefused('ALREADY_SIGNED', first, second());
        await scene.commit(first);
      },
    );

    it.each(['FAILED', 'DEAD'] as const)(
      'is written when the one before is %s, and the one reward row moves',
      async (status) => {
        const { database } = scene;
        const purpose = 'REWARD';
        const txHash = await addTransaction(database, { userId: 'bob', purpose, status, nonce: 1 });
        await addReward(database, { userId: 'bob', status: 'FAILED', txHash });
        await scene.commit(second());
        const rows = (await readTables(database)).TokenTransfer ?? [];
        expect(rows.find(({ userId }) => userId === 'bob')).toMatchObject({
          id: 'reward-bob',
          status: 'PENDING',
          txHash: second().transaction.hash,
        });
        expect(rows).toHaveLength(2);
      },
    );

    it('is rejected when the reward row belongs to a transaction that may still pay', async () => {
      const { database } = scene;
      const txHash = await addTransaction(database, {
        userId: 'bob',
        purpose: 'CREATE',
        status: 'SENT',
        nonce: 1,
      });
      await addReward(database, { userId: 'bob', status: 'PENDING', txHash });
      await expectRefused('ALREADY_SIGNED', first, second());
    });

    it('counts open transactions, and what others have cost since shortly before its block', async () => {
      const { database } = scene;
      // Clocks do not count here: they may be hours apart.
      await run('UPDATE "Deployment" SET "treasuryHeight" = 20000, "treasuryReadAt" = 1');
      // At most 10,000 micro NEAR and 300 tokens; 400 once settled.
      const others: ['SIGNED' | 'SUCCEEDED' | 'FAILED', number | null][] = [
        ['SIGNED', null],
        ['SUCCEEDED', 19_951],
        ['FAILED', 30_000],
        ['SUCCEEDED', 19_950],
      ];
      for (const [nonce, [status, settledHeight]] of others.entries()) {
        const userId = `other-${nonce}`;
        const hash = await addTransaction(database, { userId, purpose: 'REWARD', status, nonce });
        await database.write([
          {
            sql: `UPDATE "ChainTransaction" SET "maxCostMicroNear" = 10000, "spentMicroNear" = :spent,
              "maxCostMicroToken" = 300, "settledAt" = 1, "settledHeight" = :settledHeight
              WHERE "hash" = :hash`,
            params: { hash, settledHeight, spent: settledHeight === null ? null : 400 },
          },
        ]);
      }
      const enough = 10_000 + 2 * 400 + 500 + reserveMicroNear;
      await run(`UPDATE "Deployment" SET "treasuryMicroNear" = ${enough - 1}`);
      await expectRefused('TREASURY_NEAR_LOW', second());
      await run(`UPDATE "Deployment" SET "treasuryMicroNear" = ${enough}`);
      await run('UPDATE "Deployment" SET "treasuryMicroToken" = 799');
      await expectRefused('TREASURY_TOKEN_LOW', second());
      await run('UPDATE "Deployment" SET "treasuryMicroToken" = 800');
      await scene.commit(second());
    });

    it.each([
      ['hourMicroNear', 3_600_000],
      ['dayMicroNear', 86_400_000],
    ] as const)('stays within the limit of %s, to the millionth', async (window, windowMs) => {
      const columns = { userId: 'other', purpose: 'REWARD' as const };
      const costs: [number, number, number | null, number][] = [
        // Settled: its actual cost. Open: its maximum. Before the window: nothing.
        [1, 10_000, 700, 1_700],
        [2, 40, null, 1_700 - windowMs + 1],
        [3, 10_000, null, 1_700 - windowMs],
      ];
      for (const [nonce, most, spent, createdAt] of costs) {
        const hash = await addTransaction(scene.database, { ...columns, status: 'DEAD', nonce });
        await scene.database.write([
          {
            sql: `UPDATE "ChainTransaction" SET "maxCostMicroNear" = :most,
              "spentMicroNear" = :spent, "createdAt" = :createdAt WHERE "hash" = :hash`,
            params: { hash, most, spent, createdAt },
          },
        ]);
      }
      const both = 700 + 40 + 2 * 500;
      await expect(
        scene.commitWithin({ [window]: both - 1 }, first, second()),
      ).rejects.toMatchObject({ refusal: 'SPEND_LIMIT_REACHED' });
      expect((await readTables(scene.database)).ChainTransaction).toHaveLength(3);
      const noop = newTransaction({ purpose: 'TOMBSTONE', userIds: [], nonce: 5 });
      await scene.database.write([{ sql: 'UPDATE "ServiceKeyLane" SET "nonce" = 4', params: {} }]);
      await scene.commitWithin({ [window]: 1 }, { ...noop, maxCostMicroNear: 0 });
      await run('UPDATE "ServiceKeyLane" SET "nonce" = 10');
      await scene.commitWithin({ [window]: both }, first, second());
      const spent = await scene.ledger.readSpending({ nowMs: 1_700 });
      expect(spent[window]).toBe(both);
    });

    it.each([
      ['hourMicroToken', 3_600_000],
      ['dayMicroToken', 86_400_000],
    ] as const)('counts paid and possibly paid rewards against %s', async (window, windowMs) => {
      const rows: ['SIGNED' | 'SUCCEEDED' | 'FAILED' | 'DEAD', number][] = [
        ['SIGNED', 1_700],
        ['SUCCEEDED', 1_700 - windowMs + 1],
        ['SUCCEEDED', 1_700 - windowMs],
        ['FAILED', 1_700],
        ['DEAD', 1_700],
      ];
      for (const [nonce, [status, createdAt]] of rows.entries()) {
        const userId = `other-${nonce}`;
        const row = { userId, purpose: 'REWARD' as const, status, nonce };
        const hash = await addTransaction(scene.database, row);
        const sql = `UPDATE "ChainTransaction" SET "maxCostMicroToken" = 50, "maxCostMicroNear" = 0,
          "createdAt" = :createdAt WHERE "hash" = :hash`;
        await scene.database.write([{ sql, params: { hash, createdAt } }]);
      }
      const both = 50 + 50 + 200;
      await expect(
        scene.commitWithin({ [window]: both - 1 }, first, second()),
      ).rejects.toMatchObject({ refusal: 'SPEND_LIMIT_REACHED' });
      await scene.commitWithin({ [window]: both }, first, second());
      const spent = await scene.ledger.readSpending({ nowMs: 1_700 });
      expect(spent[window]).toBe(both);
    });

    it('spends the last money once when two lanes sign at the same time', async () => {
      await run(`UPDATE "Deployment" SET "treasuryMicroNear" = ${500 + reserveMicroNear}`);
      const both = await Promise.allSettled([
        scene.commit(first),
        scene.commit(newTransaction({ purpose: 'CREATE', userIds: ['bob'], laneNumber: 2 })),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await readTables(scene.database)).ChainTransaction).toHaveLength(1);
    });

    it('signs once for a wallet when two lanes sign for it at the same time', async () => {
      const both = await Promise.allSettled([
        scene.commit(first),
        scene.commit(newTransaction({ purpose: 'CREATE', userIds: ['ann'], laneNumber: 2 })),
      ]);
      const [lost] = both.filter((each) => each.status === 'rejected');
      expect(lost?.reason).toMatchObject({ refusal: 'ALREADY_SIGNED' });
      expect((await readTables(scene.database)).ChainTransaction).toHaveLength(1);
    });

    it('rejects a nonce used twice with one key, and a hash stored twice', async () => {
      await scene.commit(first);
      await run('UPDATE "ServiceKeyLane" SET "nonce" = 10');
      const sameNonce = newTransaction({ purpose: 'CREATE', userIds: ['bob'] });
      sameNonce.transaction.hash = 'another hash';
      await expectRefused('ALREADY_SIGNED', sameNonce);
      const sameHash = newTransaction({ purpose: 'CREATE', userIds: ['bob'], laneNumber: 2 });
      sameHash.transaction.hash = first.transaction.hash;
      await expectRefused('ALREADY_SIGNED', sameHash);
    });

    it('lets a noop through a pause and an empty treasury, but never through a lost lane', async () => {
      await run(`UPDATE "Deployment" SET "pauseReason" = 'OPERATOR', "treasuryMicroNear" = 0`);
      const noop = newTransaction({ purpose: 'TOMBSTONE', userIds: [] });
      await expectRefused('LANE_LOST', {
        ...noop,
        lane: { ...noop.lane, fencingToken: 2 },
      });
      await scene.commit(noop);
      expect(await scene.ledger.readOpenTransactions(['ed25519:lane-1'])).toHaveLength(1);
    });

    it('that is invalid in itself is rejected with none of these reasons and not written', async () => {
      const { transaction, ...others } = first;
      const wrong = { ...others, transaction: { ...transaction, purpose: null as never } };
      const error = await scene.commit(wrong).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toHaveProperty('refusal');
      expect((await readTables(scene.database)).ChainTransaction).toEqual([]);
    });

    it('adds lanes with the transaction that adds their keys, once', async () => {
      const newLanes = [3, 4].map((laneNumber) => ({ laneNumber, publicKey: `key-${laneNumber}` }));
      await scene.commit(
        newTransaction({ purpose: 'LANES', userIds: [], changes: { newLanes } }),
        newTransaction({ purpose: 'LANES', userIds: [], laneNumber: 2, changes: { newLanes } }),
      );
      const lanes = (await readTables(scene.database)).ServiceKeyLane ?? [];
      expect(lanes.map(({ laneNumber }) => laneNumber)).toEqual([1, 2, 3, 4]);
      expect(lanes[3]).toMatchObject({ publicKey: 'key-4', nonce: 0, holder: null });
    });

    it('takes a lane whose key is added again from its holder, and keeps its last nonce', async () => {
      const lost = { laneNumber: 2, publicKey: 'ed25519:lane-2' };
      const elsewhere = { laneNumber: 2, publicKey: 'of another service key' };
      const add = (nonce: number, newLane: typeof lost) =>
        newTransaction({ purpose: 'LANES', userIds: [], nonce, changes: { newLanes: [newLane] } });
      const readLane = async () => (await readTables(scene.database)).ServiceKeyLane?.[1];
      const before = await readLane();
      await scene.commit(add(11, elsewhere));
      expect(await readLane()).toEqual(before);
      for (const nonce of [12, 13]) {
        await scene.commit(add(nonce, lost));
        // Negative until it signs again; the lane store reads a nonce and a flag from it.
        expect(await readLane()).toMatchObject({ nonce: -10, holder: null, leasedUntil: 0 });
      }
      const stale = newTransaction({ purpose: 'REWARD', userIds: ['ann'], laneNumber: 2 });
      await expectRefused('LANE_LOST', stale);
      const fencingToken = Number((await readLane())?.fencingToken);
      await run(`UPDATE "ServiceKeyLane" SET "holder" = 'worker' WHERE "laneNumber" = 2`);
      await scene.commit({ ...stale, lane: { ...stale.lane, fencingToken } });
      expect(await readLane()).toMatchObject({ nonce: 11 });
    });

    it('checks the total of a commit, whatever the order of its transactions', async () => {
      const two = (first: number, second: number) => [
        newTransaction({
          purpose: 'CREATE',
          userIds: ['ann'],
          changes: { maxCostMicroNear: first },
        }),
        newTransaction({
          purpose: 'CREATE',
          userIds: ['bob'],
          laneNumber: 2,
          changes: { maxCostMicroNear: second },
        }),
      ];
      await expectRefused('TREASURY_NEAR_LOW', ...two(1, 100_000 - reserveMicroNear));
      await expectRefused('TREASURY_NEAR_LOW', ...two(100_000 - reserveMicroNear, 1));
      await scene.commit(...two(1, 100_000 - reserveMicroNear - 1));
    });
  });
}
