import type { WalletStatus } from '../../core/wallet.ts';
import type { WalletReader } from '../../ports/wallet-reader.ts';
import type { SqlDatabase } from './sql-database.ts';

/** Wallets and their changes in SQLite or libSQL. */
export function createSqliteWalletReader(database: SqlDatabase): WalletReader {
  return {
    async read(ownerId) {
      const [row] = await database.read({
        sql: `SELECT "ownerId", "accountId", "publicKey", "status", "error", "balance", "requestedAt",
            CASE WHEN "status" = 'FAILED' THEN "availableAt" END AS "retryAt"
          FROM "Wallet" WHERE "ownerId" = :ownerId AND "status" IS NOT NULL`,
        params: { ownerId },
      });
      if (!row) return null;
      return {
        ownerId,
        accountId: String(row.accountId),
        publicKey: String(row.publicKey),
        status: String(row.status) as WalletStatus,
        isReady: row.status === 'READY',
        error: row.error == null ? null : String(row.error),
        balance: String(row.balance),
        retryAtMs: row.retryAt == null ? null : Number(row.retryAt),
        requestedAtMs: row.requestedAt == null ? null : Number(row.requestedAt),
      };
    },

    async readLastChangeId() {
      const [row] = await database.read({
        sql: 'SELECT COALESCE(MAX("id"), 0) AS "id" FROM "WalletEvent"',
        params: {},
      });
      return Number(row?.id ?? 0);
    },

    async readChangesAfter({ id, limit }) {
      const rows = await database.read({
        sql: `SELECT "event"."id", "Wallet"."ownerId" FROM "WalletEvent" AS "event"
          JOIN "Wallet" ON "Wallet"."id" = "event"."userId"
          WHERE "event"."id" > :id AND "Wallet"."ownerId" IS NOT NULL
          ORDER BY "event"."id" LIMIT :limit`,
        params: { id, limit },
      });
      return rows.map((row) => ({ id: Number(row.id), ownerId: String(row.ownerId) }));
    },
  };
}
