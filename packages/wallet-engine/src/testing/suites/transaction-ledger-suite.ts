import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '../../adapters/sql/sql-database.ts';
import { toMicroFunds } from '../../core/amounts.ts';
import type { TransactionLedger } from '../../ports/transaction-ledger.ts';
import { describeSignCommit } from './ledger-commit-suite.ts';
import { describeSettlement } from './ledger-settlement-suite.ts';
import { addReward, addTransaction, addUser } from './table-fixtures.ts';

export interface LedgerUnderTest {
  name: string;
  create: () => Promise<{ ledger: TransactionLedger; database: SqlDatabase }>;
}

/** The contract of {@link TransactionLedger}, for any adapter over the tables of `drizzle/`. */
export function describeTransactionLedger({ name, create }: LedgerUnderTest): void {
  describe(`a transaction ledger over ${name}`, () => {
    describeDeployment({ create });
    describeSignCommit({ create });
    describeSettlement({ create });
  });
}

function describeDeployment({ create }: Pick<LedgerUnderTest, 'create'>): void {
  describe('its deployment', () => {
    let ledger: TransactionLedger;
    let database: SqlDatabase;
    beforeEach(async () => {
      ({ ledger, database } = await create());
    });
    const chain = {
      genesisHash: 'genesis',
      networkId: 'devnet',
      serviceAccountId: 'service.near',
      tokenContract: 'token.near',
      createdAtMs: 1,
    };
    const open = (deploymentId: string, genesisHash = 'genesis') =>
      ledger.openDeployment({ ...chain, deploymentId, genesisHash });

    it('is created once: later callers get the first one', async () => {
      expect(await ledger.readDeployment()).toBeNull();
      const opened = await Promise.all(['one', 'two', 'three'].map((id) => open(id)));
      const [first] = opened;
      for (const deployment of opened) expect(deployment).toEqual(first);
      expect(first).toMatchObject({
        ...chain,
        pauseReason: null,
        treasury: null,
        reconciledAtMs: null,
      });
    });

    it('is overwritten after a mistaken start, except its id, until something was signed', async () => {
      await open('one', 'another chain');
      const right = await open('two');
      expect(right).toMatchObject({ ...chain, deploymentId: 'one' });
      await addUser(database, 'ann');
      await addTransaction(database, {
        userId: 'ann',
        purpose: 'CREATE',
        status: 'SUCCEEDED',
        nonce: 1,
      });
      const signed = { ...right, newestHash: 'hash-ann-CREATE-1' };
      expect(await open('late', 'another chain')).toEqual(signed);
      expect(await ledger.readDeployment()).toEqual(signed);
    });

    it('lets no other reason hide that the database is behind its chain', async () => {
      for (const reason of ['TREASURY_NEAR_LOW', 'OPERATOR'] as const) {
        await open('one');
        await ledger.pause({ reason, nowMs: 1 });
        await ledger.pause({ reason: 'DATABASE_BEHIND_CHAIN', nowMs: 2 });
        await ledger.resume({ reason, pausedAtMs: 1 });
        expect((await ledger.readDeployment())?.pauseReason).toBe('DATABASE_BEHIND_CHAIN');
        await ledger.resume({ reason: 'DATABASE_BEHIND_CHAIN', pausedAtMs: 2 });
      }
    });

    it('keeps the first reason of a pause, and ends only the named pause', async () => {
      await open('one');
      await ledger.pause({ reason: 'DATABASE_BEHIND_CHAIN', nowMs: 1 });
      await ledger.pause({ reason: 'TREASURY_NEAR_LOW', nowMs: 2 });
      const pausedBy = async () => (await ledger.readDeployment())?.pauseReason;
      expect(await pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
      expect(await ledger.resume({ reason: 'TREASURY_NEAR_LOW', pausedAtMs: 1 })).toBe(false);
      expect(await pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
      expect(await ledger.resume({ reason: 'DATABASE_BEHIND_CHAIN', pausedAtMs: 1 })).toBe(true);
      expect(await pausedBy()).toBeNull();
    });

    it('ends no pause that another process holds meanwhile', async () => {
      await open('one');
      const reason = 'SPEND_LIMIT_REACHED';
      expect(await ledger.holdPause({ reason })).toBeNull();
      await ledger.pause({ reason, nowMs: 1_000 });
      expect((await ledger.readDeployment())?.pausedAtMs).toBe(1_000);
      expect(await ledger.holdPause({ reason: 'OPERATOR' })).toBeNull();
      expect(await ledger.holdPause({ reason })).toBe(1_001);
      expect(await ledger.resume({ reason, pausedAtMs: 1_000 })).toBe(false);
      expect(await ledger.resume({ reason, pausedAtMs: 1_001 })).toBe(true);
      expect(await ledger.readDeployment()).toMatchObject({ pauseReason: null, pausedAtMs: null });
    });

    it('stays paused for a reason it does not know', async () => {
      await open('one');
      await database.write([
        { sql: `UPDATE "Deployment" SET "pauseReason" = 'OF_A_NEWER_VERSION'`, params: {} },
      ]);
      expect((await ledger.readDeployment())?.pauseReason).toBe('OPERATOR');
    });

    // Otherwise a reading dated far ahead would stay for ever.
    it('keeps the treasury reading that was written last', async () => {
      await open('one');
      const implausible = { height: 9_000_000, readAtMs: Date.UTC(2100, 0) };
      const reading = { microNear: 50, microToken: 60, runwayWallets: 30 };
      await ledger.recordTreasury({ ...reading, microNear: 5, ...implausible });
      await ledger.recordTreasury({ ...reading, height: 100, readAtMs: 200 });
      expect((await ledger.readDeployment())?.treasury?.readAtMs).toBe(200);
      const [row] = await database.read({ sql: 'SELECT * FROM "Deployment"', params: {} });
      expect(row).toMatchObject({ treasuryMicroNear: 50, treasuryHeight: 100 });
    });

    it('keeps a reading of as many tokens as an account can have', async () => {
      await open('one');
      const microToken = toMicroFunds(2n ** 128n - 1n, 0);
      const reading = { microNear: 50, microToken, runwayWallets: 30, height: 100, readAtMs: 200 };
      await ledger.recordTreasury(reading);
      expect((await ledger.readDeployment())?.treasury?.microToken).toBe(microToken);
    });

    it('returns a COMPLETED reward as it was paid', async () => {
      const paid = { amount: '100', tokenContract: 'token.near' };
      for (const status of ['COMPLETED', 'PENDING', 'FAILED']) {
        await addUser(database, status);
        await addReward(database, { userId: status, status });
        const isPaid = status === 'COMPLETED';
        expect(await ledger.readCompletedReward(status)).toEqual(isPaid ? paid : null);
      }
      expect(await ledger.readCompletedReward('nobody')).toBeNull();
    });
  });
}
