import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type MigrationDriver,
  migrateSome,
  openMemoryDatabase,
  type SqlArgument,
} from './testing/migration-drivers.ts';
import { keysOf, populateBefore } from './testing/populated-before.ts';

/** Migrations of the version that kept the queue in the users' rows. */
const BEFORE = 9;

/** How a column of User is derived from one of Wallet; the plan's times are whole seconds. */
const SHOWN: Record<string, string> = {
  nearAccountId: '"accountId"',
  nearPublicKey: '"publicKey"',
  nearPrivateKey: '"encryptedPrivateKey"',
  chocoBalance: '"balance"',
  chocoLastSyncAt: '"balanceReadAt" / 1000',
  walletStatus: '"status"',
  walletCreatedAt: '"startedAt" / 1000',
  walletCompletedAt: '"completedAt" / 1000',
  walletError: '"error"',
  walletRequestedAt: '"requestedAt"',
  walletAttempts: '"attempts"',
  walletTakeovers: '"takeovers"',
  walletAvailableAt: '"availableAt"',
  walletClaimToken: '"claimToken"',
  walletEpoch: '"epoch"',
  walletUpdatedAt: '"updatedAt"',
};

describeRecords('better-sqlite3', openMemoryDatabase);

function describeRecords(name: string, open: () => Promise<MigrationDriver>): void {
  describe(`the record of a wallet beside its user, over ${name}`, () => {
    let driver: MigrationDriver;
    beforeEach(async () => {
      driver = await open();
    });
    afterEach(() => driver.close());

    const addUser = (id: string, columns: Record<string, SqlArgument> = {}) => {
      const row = {
        id,
        name: id,
        email: `${id}@example.org`,
        createdAt: 1,
        updatedAt: 1,
        ...columns,
      };
      const names = Object.keys(row).map((column) => `"${column}"`);
      return driver.all(
        `INSERT INTO "User" (${names.join()}) VALUES (${names.map(() => '?').join()})`,
        Object.values(row),
      );
    };
    /** The columns as the user's row has them, and as the record of the wallet says. */
    const bothOf = async (id: string) => {
      const columns = Object.keys(SHOWN).map((column) => `"${column}"`);
      const [user] = await driver.all(`SELECT ${columns.join()} FROM "User" WHERE "id" = ?`, [id]);
      const shown = Object.entries(SHOWN).map(([column, from]) => `${from} AS "${column}"`);
      const [wallet] = await driver.all(
        `SELECT ${shown.join()} FROM "Wallet" WHERE "ownerId" = ?`,
        [id],
      );
      return { user, wallet };
    };
    const eventsOf = async (id: string) => {
      const rows = await driver.all(
        'SELECT "fromStatus", "toStatus" FROM "WalletEvent" WHERE "userId" = ? ORDER BY "id"',
        [id],
      );
      return rows.map(({ fromStatus, toStatus }) => `${fromStatus} -> ${toStatus}`);
    };
    const expectSame = async (id: string) => {
      const { user, wallet } = await bothOf(id);
      expect(wallet).toEqual(user);
      return user;
    };

    it('is created from an existing user’s columns, complete or damaged, in every state', async () => {
      await migrateSome(driver, 1);
      await populateBefore(driver);
      await migrateSome(driver, BEFORE);
      const states: Record<string, Record<string, SqlArgument>> = {
        PENDING: { walletRequestedAt: 5_000, walletAvailableAt: 5_000, walletEpoch: 1 },
        CREATING: { walletClaimToken: 'token', walletCreatedAt: 7, walletAttempts: 1 },
        FAILED: { walletError: 'REWARD_REFUSED', walletAttempts: 3, walletTakeovers: 2 },
        READY: { walletCompletedAt: 9, chocoBalance: '100', chocoLastSyncAt: 9 },
      };
      for (const [walletStatus, columns] of Object.entries(states)) {
        const wallet = {
          ...keysOf(walletStatus),
          walletStatus,
          walletUpdatedAt: 8_001,
          ...columns,
        };
        await addUser(walletStatus, wallet);
      }
      const users = await driver.all('SELECT * FROM "User" ORDER BY "id"');
      const events = await driver.all('SELECT * FROM "WalletEvent"');
      await migrateSome(driver);
      expect(await driver.all('SELECT * FROM "User" ORDER BY "id"')).toEqual(users);
      expect(await driver.all('SELECT * FROM "WalletEvent"')).toEqual(events);
      for (const { id } of users) {
        const { user, wallet } = await bothOf(String(id));
        if (id === 'none') expect(wallet).toBeUndefined();
        else expect(wallet).toEqual(user);
      }
    });

    it('is copied to the user’s row at each transition, but not when a lease is only renewed', async () => {
      await migrateSome(driver);
      await addUser('ann');
      const change = (set: string) =>
        driver.all(`UPDATE "Wallet" SET ${set} WHERE "ownerId" = 'ann'`);
      await driver.all(
        `INSERT INTO "Wallet" ("id", "ownerId", "accountId", "publicKey", "encryptedPrivateKey",
          "status", "requestedAt", "availableAt", "updatedAt", "epoch")
        VALUES ('ann', 'ann', 'ann.near', 'k', 'v1.x', 'PENDING', 5001, 5001, 5001, 3)`,
      );
      expect(await expectSame('ann')).toMatchObject({ walletStatus: 'PENDING', walletEpoch: 3 });
      await change(`"status" = 'CREATING', "claimToken" = 'a', "availableAt" = 11001,
        "startedAt" = 5999, "attempts" = 1, "updatedAt" = 6001`);
      expect(await expectSame('ann')).toMatchObject({ walletCreatedAt: 5 });
      await change('"availableAt" = 13001');
      expect((await bothOf('ann')).user).toMatchObject({ walletAvailableAt: 11001 });
      await change(`"encryptedPrivateKey" = 'v2.y'`);
      expect(await expectSame('ann')).toMatchObject({ nearPrivateKey: 'v2.y' });
      await change(
        `"status" = 'FAILED', "claimToken" = NULL, "error" = 'X', "availableAt" = 90000`,
      );
      await change('"availableAt" = 20000');
      expect(await expectSame('ann')).toMatchObject({ walletError: 'X', walletAvailableAt: 20000 });
      await change(`"status" = 'READY', "error" = NULL, "availableAt" = NULL, "completedAt" = 30500,
        "balance" = '100', "balanceReadAt" = 30500`);
      expect(await expectSame('ann')).toMatchObject({ chocoBalance: '100', chocoLastSyncAt: 30 });
      expect(await eventsOf('ann')).toEqual([
        'null -> PENDING',
        'PENDING -> CREATING',
        'CREATING -> FAILED',
        'FAILED -> READY',
      ]);
    });

    it('keeps what an older version writes to the user’s row after a rollback of the app', async () => {
      await migrateSome(driver);
      await addUser('ann');
      const change = (set: string) => driver.all(`UPDATE "User" SET ${set} WHERE "id" = 'ann'`);
      await change(`"nearAccountId" = 'ann.near', "nearPublicKey" = 'k', "nearPrivateKey" = 'v1.x',
        "walletStatus" = 'PENDING', "walletRequestedAt" = 5001, "walletAvailableAt" = 5001,
        "walletUpdatedAt" = 5001`);
      expect(await expectSame('ann')).toMatchObject({ walletStatus: 'PENDING' });
      const claim = `"walletStatus" = 'CREATING', "walletAttempts" = "walletAttempts" + 1,
        "walletCreatedAt" = COALESCE("walletCreatedAt", 6)`;
      await change(`${claim}, "walletClaimToken" = 'a', "walletAvailableAt" = 12000`);
      await expectSame('ann');
      await change('"walletAvailableAt" = 14000');
      expect(await expectSame('ann')).toMatchObject({ walletAvailableAt: 14000 });
      await change(`"walletStatus" = 'PENDING', "walletClaimToken" = NULL`);
      await change(`${claim}, "walletClaimToken" = 'b', "walletAvailableAt" = 30000`);
      await change(`"walletStatus" = 'READY', "walletAvailableAt" = NULL, "walletClaimToken" = NULL,
        "walletCompletedAt" = 31, "chocoBalance" = '100', "chocoLastSyncAt" = 31`);
      expect(await expectSame('ann')).toMatchObject({ walletStatus: 'READY', walletAttempts: 2 });
      expect(await eventsOf('ann')).toEqual([
        'null -> PENDING',
        'PENDING -> CREATING',
        'CREATING -> PENDING',
        'PENDING -> CREATING',
        'CREATING -> READY',
      ]);
    });

    it('keeps milliseconds and the newest lease, which the user’s row does not show', async () => {
      await migrateSome(driver);
      await addUser('ann');
      await driver.all(
        `INSERT INTO "Wallet" ("id", "ownerId", "accountId", "status", "claimToken", "availableAt", "startedAt")
          VALUES ('ann', 'ann', 'ann.near', 'CREATING', 'a', 11001, 5999)`,
      );
      await driver.all(`UPDATE "Wallet" SET "availableAt" = 13001`);
      await driver.all(`UPDATE "User" SET "chocoBalance" = '7', "name" = 'Ann'`);
      expect(
        await driver.all('SELECT "balance", "availableAt", "startedAt" FROM "Wallet"'),
      ).toEqual([{ balance: '7', availableAt: 13001, startedAt: 5999 }]);
    });

    it('is not created without a user, or for a deleted one', async () => {
      await migrateSome(driver);
      await addUser('gone', { deletedAt: 1 });
      for (const ownerId of ['gone', 'nobody']) {
        await driver.all(
          `INSERT INTO "Wallet" ("id", "ownerId", "status") VALUES (?, ?, 'PENDING')`,
          [ownerId, ownerId],
        );
      }
      expect(await driver.all('SELECT * FROM "Wallet"')).toEqual([]);
      expect(await driver.all('SELECT * FROM "WalletEvent"')).toEqual([]);
    });
  });
}
