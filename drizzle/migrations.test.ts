import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type MigrationDriver,
  migrateSome,
  openMemoryDatabase,
  readJournal,
  type SqlRow,
} from './testing/migration-drivers.ts';
import { keysOf, populateBefore } from './testing/populated-before.ts';

const oldTables = [
  'User',
  'Session',
  'Account',
  'Verification',
  'Conversation',
  'Message',
  'TokenTransfer',
];

describeMigrations('better-sqlite3', openMemoryDatabase);

describe('the journal of migrations', () => {
  // drizzle skips, silently, a migration that is older than the last one applied.
  it('has ascending times', () => {
    const times = readJournal().entries.map(({ when }) => when);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });
});

function describeMigrations(name: string, open: () => Promise<MigrationDriver>): void {
  describe(`migrating a populated database over ${name}`, () => {
    let driver: MigrationDriver;
    let before: Record<string, SqlRow[]>;

    const readAll = async () => {
      const tables: Record<string, SqlRow[]> = {};
      for (const table of oldTables) {
        tables[table] = await driver.all(`SELECT * FROM "${table}" ORDER BY "id"`);
      }
      return tables;
    };
    const walletOf = async (id: string) => {
      const [row] = await driver.all('SELECT * FROM "User" WHERE "id" = ?', [id]);
      return { status: row?.walletStatus, error: row?.walletError };
    };

    beforeAll(async () => {
      driver = await open();
      await migrateSome(driver, 1);
      await populateBefore(driver);
      before = await readAll();
      await migrateSome(driver);
    });
    afterAll(() => driver.close());

    it('keeps existing data unchanged', async () => {
      const after = await readAll();
      expect(Object.keys(before).map((table) => before[table]?.length)).toEqual([
        11, 2, 2, 1, 2, 4, 9,
      ]);
      for (const table of oldTables) {
        const rows = before[table] ?? [];
        expect(after[table]).toHaveLength(rows.length);
        rows.forEach((row, index) => {
          const expected = { ...row };
          if (table === 'TokenTransfer') delete expected.purpose;
          expect(after[table]?.[index]).toMatchObject(expected);
        });
      }
      expect(await driver.all('PRAGMA foreign_key_check')).toEqual([]);
    });

    it('makes users with a wallet READY, and leaves users without one as new', async () => {
      expect(await walletOf('whole')).toEqual({ status: 'READY', error: null });
      expect(await walletOf('twice-paid')).toEqual({ status: 'READY', error: null });
      expect(await walletOf('none')).toEqual({ status: null, error: null });
      const [queued] = await driver.all(
        `SELECT count(*) AS "count" FROM "User"
          WHERE "walletAvailableAt" IS NOT NULL OR "walletClaimToken" IS NOT NULL
            OR "walletAttempts" <> 0 OR "walletTakeovers" <> 0`,
      );
      expect(queued).toEqual({ count: 0 });
      expect(await driver.all('SELECT * FROM "WalletEvent"')).toEqual([]);
    });

    it('reports damaged records to an operator and completes none of them', async () => {
      const error = 'WALLET_RECORD_INCOMPLETE';
      for (const id of ['id-only', 'no-private-key', 'no-public-key']) {
        expect(await walletOf(id)).toEqual({ status: 'READY', error });
      }
      for (const id of ['public-key-only', 'private-key-only', 'no-id']) {
        expect(await walletOf(id)).toEqual({ status: null, error });
      }
    });

    it('keeps one sign-up reward per user, the first completed one, and lists the others', async () => {
      const kept = await driver.all(
        `SELECT "id" FROM "TokenTransfer" WHERE "purpose" = 'SIGNUP_REWARD' ORDER BY "id"`,
      );
      expect(kept.map(({ id }) => id)).toEqual(['never-1', 'pending-2', 'twice-1', 'whole-1']);
      const surplus = await driver.all(
        `SELECT "id" FROM "TokenTransfer" WHERE "purpose" = 'SIGNUP_REWARD_DUPLICATE' ORDER BY "id"`,
      );
      expect(surplus.map(({ id }) => id)).toEqual(['never-2', 'pending-1', 'pending-3', 'twice-2']);
    });

    it('rejects a second sign-up reward in any status of the first', async () => {
      for (const userId of ['whole', 'never-completed']) {
        const insert = driver.all(
          `INSERT INTO "TokenTransfer" ("id", "userId", "txHash", "amount", "tokenContract",
              "status", "purpose", "createdAt")
            VALUES ('again', ?, 'h', '1', 'c', 'FAILED', 'SIGNUP_REWARD', 0)`,
          [userId],
        );
        await expect(insert).rejects.toThrow(/UNIQUE constraint failed/);
      }
    });

    it('rejects READY without an account id, and unknown statuses', async () => {
      for (const status of ['READY', 'ready', 'DONE', '']) {
        const update = driver.all(`UPDATE "User" SET "walletStatus" = ? WHERE "id" = 'none'`, [
          status,
        ]);
        await expect(update).rejects.toThrow(/CHECK constraint failed/);
      }
      const bare = driver.all(`UPDATE "User" SET "nearAccountId" = NULL WHERE "id" = 'whole'`);
      await expect(bare).rejects.toThrow(/CHECK constraint failed/);
    });

    it('writes an event for every transition and takeover, and for nothing else', async () => {
      const set = (assignments: string) =>
        driver.all(`UPDATE "User" SET ${assignments} WHERE "id" = 'none'`);
      await set(`"walletStatus" = 'PENDING', "walletUpdatedAt" = 11`);
      await set(
        `"walletStatus" = 'CREATING', "walletClaimToken" = 'a', "walletAttempts" = 1, "walletUpdatedAt" = 12`,
      );
      await set(`"walletAvailableAt" = 99, "walletClaimToken" = 'a'`);
      await set(`"walletClaimToken" = 'b', "walletUpdatedAt" = 13`);
      await set(
        `"walletStatus" = 'FAILED', "walletClaimToken" = NULL, "walletError" = 'X', "walletUpdatedAt" = 14`,
      );
      await set(`"name" = 'other'`);
      const events = await driver.all(
        `SELECT "fromStatus", "toStatus", "attempt", "errorCode", "createdAt" FROM "WalletEvent" ORDER BY "id"`,
      );
      expect(events.map((event) => Object.values(event))).toEqual([
        [null, 'PENDING', 0, null, 11],
        ['PENDING', 'CREATING', 1, null, 12],
        ['CREATING', 'CREATING', 1, null, 13],
        ['CREATING', 'FAILED', 1, 'X', 14],
      ]);
    });

    it('still serves the queries of the previous app version (rollback)', async () => {
      await driver.all(
        `INSERT INTO "User" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
          VALUES ('new', 'new', 'new@example.com', 0, 1, 1)`,
      );
      const found = await driver.all(
        `SELECT "id", "nearAccountId", "nearPublicKey", "nearPrivateKey", "chocoBalance"
          FROM "User" WHERE "id" = 'new'`,
      );
      expect(found).toEqual([
        {
          id: 'new',
          nearAccountId: null,
          nearPublicKey: null,
          nearPrivateKey: null,
          chocoBalance: '0',
        },
      ]);
      const { nearAccountId, nearPublicKey, nearPrivateKey } = keysOf('new');
      await driver.all(
        `UPDATE "User" SET "nearAccountId" = ?, "nearPublicKey" = ?, "nearPrivateKey" = ?,
          "chocoBalance" = '100', "chocoLastSyncAt" = 2, "updatedAt" = 2 WHERE "id" = 'new'`,
        [nearAccountId, nearPublicKey, nearPrivateKey],
      );
      await driver.all(
        `INSERT INTO "TokenTransfer" ("id", "userId", "txHash", "amount", "tokenContract", "status",
          "purpose", "createdAt") VALUES ('t', 'new', 'h', '1', 'c', 'COMPLETED', 'SIGNUP_REWARD', 3)`,
      );
      expect(await walletOf('new')).toEqual({ status: null, error: null });
      await driver.all(`DELETE FROM "Session" WHERE "userId" = 'whole'`);
      const sessions = await driver.all('SELECT "id" FROM "Session"');
      expect(sessions).toEqual([{ id: 'session-none' }]);
    });

    it('keeps the ledger when spending is added, with unknown costs as null', async () => {
      const populated = await open();
      await migrateSome(populated, 3);
      await populated.all(
        `INSERT INTO "ChainTransaction" ("hash", "signerId", "publicKey", "nonce", "receiverId",
            "signedBytes", "referenceHeight", "purpose", "maxCostMicroNear", "maxCostMicroToken",
            "status", "burntYocto", "createdAt", "settledAt")
          VALUES ('h', 's', 'k', 1, 'r', 'AA==', 5, 'CREATE', 110000, 0, 'SUCCEEDED', '7', 10, 20)`,
      );
      await populated.all(
        `INSERT INTO "Deployment" ("singleton", "deploymentId", "genesisHash", "networkId",
            "serviceAccountId", "tokenContract", "createdAt", "pauseReason")
          VALUES (1, 'd', 'g', 'testnet', 's', 't', 1, 'OPERATOR')`,
      );
      const read = async () => ({
        ...(await populated.all('SELECT * FROM "ChainTransaction"'))[0],
        ...(await populated.all('SELECT * FROM "Deployment"'))[0],
      });
      const before = await read();
      await migrateSome(populated);
      const added = {
        valueMicroNear: null,
        spentMicroNear: null,
        runwayWallets: null,
        reconciledAt: null,
        treasuryHeight: null,
        settledHeight: null,
        epoch: 1,
      };
      expect(await read()).toEqual({ ...before, ...added });
      await populated.close();
    });

    it('changes nothing when repeated', async () => {
      const after = await readAll();
      await migrateSome(driver);
      expect(await readAll()).toEqual(after);
    });
  });
}
