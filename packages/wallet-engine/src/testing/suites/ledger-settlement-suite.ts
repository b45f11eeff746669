import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '../../adapters/sql/sql-database.ts';
import type { Outcome, TransactionLedger } from '../../ports/transaction-ledger.ts';
import { type LedgerScene, newTransaction, setLedgerScene } from './ledger-fixtures.ts';
import { readTables } from './table-fixtures.ts';

const create1 = newTransaction({ purpose: 'CREATE', userIds: ['ann'] });
const reward1 = newTransaction({ purpose: 'REWARD', userIds: ['ann', 'bob'], laneNumber: 2 });
const reward2 = newTransaction({
  purpose: 'REWARD',
  userIds: ['ann', 'bob'],
  laneNumber: 2,
  nonce: 12,
});
const hashOf = ({ transaction }: typeof create1) => transaction.hash;

export function describeSettlement({
  create,
}: {
  create: () => Promise<{ ledger: TransactionLedger; database: SqlDatabase }>;
}): void {
  describe('a settlement', () => {
    let scene: LedgerScene;
    beforeEach(async () => {
      scene = await setLedgerScene(await create());
      await scene.commit(create1, reward1);
      // Outcomes need no claim: the workers are gone.
      await scene.database.write([
        {
          sql: `UPDATE "User" SET "walletClaimToken" = NULL, "walletStatus" = 'PENDING'`,
          params: {},
        },
      ]);
    });
    const outcome = (hash: string, status: 'SUCCEEDED' | 'FAILED'): Outcome => ({
      hash,
      status,
      gasBurnt: 10n ** 19n,
      burntYocto: 10n ** 19n,
      failure: status === 'FAILED' ? '{"index":0}' : null,
      knownHeight: 1_003,
    });
    const settle = (nowMs: number, ...outcomes: Outcome[]) =>
      scene.ledger.settleTransactions({ outcomes, nowMs });
    const reclaim = () =>
      scene.database.write([
        {
          sql: `UPDATE "User" SET "walletStatus" = 'CREATING', "walletClaimToken" = 'claim of ' || "id"`,
          params: {},
        },
      ]);
    const rewards = async () =>
      ((await readTables(scene.database)).TokenTransfer ?? []).map(({ status, txHash }) => ({
        status,
        txHash,
      }));

    it('writes transactions and their rewards in one commit, from any process', async () => {
      await settle(
        200,
        outcome(hashOf(create1), 'SUCCEEDED'),
        outcome(hashOf(reward1), 'SUCCEEDED'),
      );
      const tables = await readTables(scene.database);
      for (const row of tables.ChainTransaction ?? []) {
        expect(row).toMatchObject({
          status: 'SUCCEEDED',
          gasBurnt: '10000000000000000000',
          burntYocto: '10000000000000000000',
          settledAt: 200,
        });
      }
      const paid = { status: 'COMPLETED', txHash: hashOf(reward1) };
      expect(await rewards()).toEqual([paid, paid]);
      expect(tables.ChainTransactionWallet?.map(({ live }) => live)).toEqual([1, 1, 1]);
      expect(await scene.ledger.readCompletedReward('bob')).toEqual({
        amount: '100',
        tokenContract: 'token.near',
      });
    });

    it.each(['SUCCEEDED', 'FAILED', 'DEAD'] as const)(
      'of %s stays whatever is told later',
      async (status) => {
        const { ledger, database } = scene;
        const hash = hashOf(reward1);
        if (status === 'DEAD') await ledger.declareDead({ hash, nowMs: 200 });
        else await settle(200, outcome(hash, status));
        const before = await readTables(database);
        await settle(300, outcome(hash, 'SUCCEEDED'));
        await settle(300, outcome(hash, 'FAILED'));
        await ledger.declareDead({ hash, nowMs: 300 });
        await ledger.recordIncluded({ hashes: [hash], nowMs: 300 });
        expect(await readTables(database)).toEqual(before);
      },
    );

    it.each([
      ['SUCCEEDED', 310],
      ['FAILED', 10],
      ['DEAD', 0],
    ] as const)('of %s stores the actual cost: %d micro NEAR', async (status, spent) => {
      const hash = hashOf(create1);
      if (status === 'DEAD') await scene.ledger.declareDead({ hash, nowMs: 200 });
      else await settle(200, outcome(hash, status));
      const rows = (await readTables(scene.database)).ChainTransaction ?? [];
      expect(rows.find((row) => row.hash === hash)?.spentMicroNear).toBe(spent);
    });

    // A single node's figures must neither use up a spend limit nor free room in it.
    it.each([
      ['not known', null, null],
      ['more than it could cost', 10n ** 30n, null],
      ['more than an integer of the database', 10n ** 38n, null],
      ['as much as it could', 4n * 10n ** 20n, '400000000000000000000'],
    ] as const)('with a %s cost counts as the maximum', async (_name, burntYocto, kept) => {
      const hash = hashOf(create1);
      await settle(200, { ...outcome(hash, 'SUCCEEDED'), burntYocto });
      const tables = await readTables(scene.database);
      const row = tables.ChainTransaction?.find((each) => each.hash === hash);
      expect(row).toMatchObject({ status: 'SUCCEEDED', burntYocto: kept });
      const { hourMicroNear } = await scene.ledger.readSpending({ nowMs: 200 });
      const most = tables.ChainTransaction?.map(({ maxCostMicroNear }) => Number(maxCostMicroNear));
      expect(hourMicroNear).toBe(most?.reduce((sum, each) => sum + each, 0));
    });

    it('as DEAD returns its wallets to the caller that wrote it', async () => {
      const hash = hashOf(reward1);
      const both = await Promise.all(
        [200, 201].map((nowMs) => scene.ledger.declareDead({ hash, nowMs })),
      );
      const told = both.filter((ended) => ended !== null);
      expect(told).toEqual([{ hash, userIds: expect.arrayContaining(['ann', 'bob']) }]);
    });

    it('may be written by many callers at once', async () => {
      const same = outcome(hashOf(reward1), 'SUCCEEDED');
      await Promise.all([1, 2, 3, 4].map((ms) => settle(200 + ms, same)));
      expect(await rewards()).toMatchObject([{ status: 'COMPLETED' }, { status: 'COMPLETED' }]);
    });

    it('of an unknown hash changes nothing', async () => {
      const before = await readTables(scene.database);
      await settle(200, outcome('unknown', 'SUCCEEDED'));
      expect(await scene.ledger.declareDead({ hash: 'unknown', nowMs: 200 })).toBeNull();
      expect(await readTables(scene.database)).toEqual(before);
      expect(await scene.ledger.readTransaction('unknown')).toBeNull();
    });

    it.each(['FAILED', 'DEAD'] as const)(
      'of %s frees its wallets to be signed for again',
      async (status) => {
        const { ledger, commit } = scene;
        const hash = hashOf(reward1);
        await reclaim();
        await expect(commit(reward2)).rejects.toMatchObject({ refusal: 'ALREADY_SIGNED' });
        if (status === 'DEAD') await ledger.declareDead({ hash, nowMs: 200 });
        else await settle(200, outcome(hash, status));
        const ended = { status: 'FAILED', txHash: hash };
        expect(await rewards()).toEqual([ended, ended]);
        await commit(reward2);
        const moved = { status: 'PENDING', txHash: hashOf(reward2) };
        expect(await rewards()).toEqual([moved, moved]);
        // A later outcome of the older one must not change the newer one's rewards.
        await settle(300, outcome(hash, 'FAILED'));
        await ledger.declareDead({ hash, nowMs: 300 });
        expect(await rewards()).toEqual([moved, moved]);
        await settle(400, outcome(hashOf(reward2), 'SUCCEEDED'));
        expect(await ledger.readCompletedReward('ann')).toEqual({
          amount: '100',
          tokenContract: 'token.near',
        });
        const history = await ledger.readWalletTransactions(['ann', 'bob']);
        expect(history.map((each) => [each.userId, each.hash, each.status])).toEqual(
          expect.arrayContaining([
            ['ann', hash, status],
            ['ann', hashOf(reward2), 'SUCCEEDED'],
          ]),
        );
      },
    );

    it('makes a COMPLETED reward final: no later transaction can be signed for it', async () => {
      await settle(200, outcome(hashOf(reward1), 'SUCCEEDED'));
      await reclaim();
      const before = await readTables(scene.database);
      await expect(scene.commit(reward2)).rejects.toMatchObject({ refusal: 'ALREADY_SIGNED' });
      expect(await readTables(scene.database)).toEqual(before);
    });

    it('records inclusion once and leaves the transaction open', async () => {
      const { ledger, database } = scene;
      const hashes = [hashOf(create1), 'unknown'];
      await ledger.recordIncluded({ hashes, nowMs: 150 });
      await ledger.recordIncluded({ hashes, nowMs: 160 });
      expect(await ledger.readTransaction(hashOf(create1))).toMatchObject({ status: 'SENT' });
      expect(await ledger.readTransaction(hashOf(reward1))).toMatchObject({ status: 'SIGNED' });
      const [row] = await database.read({
        sql: `SELECT "includedAt", "settledAt" FROM "ChainTransaction" WHERE "hash" = :hash`,
        params: { hash: hashOf(create1) },
      });
      expect(row).toEqual({ includedAt: 150, settledAt: null });
    });

    it('lists open transactions by key, lowest nonce first', async () => {
      const { ledger, commit } = scene;
      const noop = newTransaction({ purpose: 'TOMBSTONE', userIds: [], nonce: 12 });
      await commit(noop);
      await ledger.recordIncluded({ hashes: [hashOf(create1)], nowMs: 150 });
      const read = async (...keys: string[]) =>
        (await ledger.readOpenTransactions(keys)).map(({ hash }) => hash);
      expect(await read('ed25519:lane-1')).toEqual([hashOf(create1), hashOf(noop)]);
      expect(await read('ed25519:lane-1', 'ed25519:lane-2')).toHaveLength(3);
      expect(await read()).toEqual([]);
      await settle(200, outcome(hashOf(create1), 'FAILED'));
      expect(await read('ed25519:lane-1')).toEqual([hashOf(noop)]);
      expect(await ledger.readTransaction(hashOf(create1))).toMatchObject({
        status: 'FAILED',
        failure: '{"index":0}',
      });
    });

    it('returns the claims still held', async () => {
      await reclaim();
      const ann = { userId: 'ann', claimToken: 'claim of ann' };
      const claims = [ann, { userId: 'bob', claimToken: 'older' }, { ...ann, userId: 'nobody' }];
      expect(await scene.ledger.readHeldClaims(claims)).toEqual([ann]);
      expect(await scene.ledger.readHeldClaims([])).toEqual([]);
    });
  });
}
