import type { WalletStatus } from '../../core/wallet.ts';
import type { ReconcileStore, RecordedWallet } from '../../ports/reconcile-store.ts';
import { pauseBehindChain } from './pause-behind-chain.ts';
import type { SqlDatabase } from './sql-database.ts';
import { toTransaction, transactionColumns } from './sql-transaction-ledger.ts';
import { leadsTo, startsFrom } from './wallet-transitions.ts';

const servesWallet = (condition: string) => `EXISTS (
  SELECT 1 FROM "ChainTransactionWallet" AS "link"
  JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
  WHERE "link"."userId" = "Wallet"."id" AND "link"."live" = 1 AND ${condition})`;

const hasOpenTransaction = servesWallet(`"tx"."status" IN ('SIGNED', 'SENT')`);

/** Pages of rows to compare with the chain, and the few writes that follow, in SQLite or PostgreSQL. */
export function createSqlReconcileStore(database: SqlDatabase): ReconcileStore {
  return {
    async readWallets({ afterUserId, limit, unfinishedOnly }) {
      const rows = await database.read({
        sql: `SELECT "id", "accountId", "publicKey", "status", "error",
            CASE WHEN "balanceReadAt" IS NOT NULL THEN "balance" END AS "balance",
            ${servesWallet(`"link"."purpose" = 'CREATE' AND "tx"."status" = 'SUCCEEDED'`)} AS "isCreated",
            ${hasOpenTransaction} AS "isOpen",
            EXISTS (SELECT 1 FROM "WalletKeyExport" AS "export"
              WHERE "export"."walletId" = "Wallet"."id") AS "isKeyExported",
            (SELECT "reward"."status" FROM "TokenTransfer" AS "reward"
              WHERE "reward"."userId" = COALESCE("Wallet"."ownerId", "Wallet"."id")
              AND "reward"."purpose" = 'SIGNUP_REWARD') AS "rewardStatus"
          FROM "Wallet" WHERE "id" > :afterUserId AND "accountId" IS NOT NULL
            ${unfinishedOnly ? `AND "status" IS DISTINCT FROM 'READY'` : ''}
          ORDER BY "id" LIMIT CAST(:limit AS INTEGER)`,
        params: { afterUserId, limit },
      });
      return rows.map(
        (row): RecordedWallet => ({
          userId: String(row.id),
          accountId: String(row.accountId),
          publicKey: row.publicKey == null ? null : String(row.publicKey),
          status: row.status == null ? null : (String(row.status) as WalletStatus),
          errorCode: row.error == null ? null : String(row.error),
          balance: row.balance == null ? null : String(row.balance),
          isCreated: row.isCreated === 1,
          rewardStatus: row.rewardStatus == null ? null : String(row.rewardStatus),
          isOpen: row.isOpen === 1,
          isKeyExported: row.isKeyExported === 1,
        }),
      );
    },

    async readTransactions({ afterHash, limit, openOnly }) {
      const rows = await database.read({
        sql: `SELECT ${transactionColumns} FROM "ChainTransaction" AS "tx"
          WHERE "tx"."hash" > :afterHash
            ${openOnly ? `AND "tx"."status" IN ('SIGNED', 'SENT')` : ''}
          ORDER BY "tx"."hash" LIMIT CAST(:limit AS INTEGER)`,
        params: { afterHash, limit },
      });
      return rows.map(toTransaction);
    },

    async begin({ nowMs }) {
      await database.write([{ sql: pauseBehindChain, params: { now: nowMs } }]);
    },

    async adoptReward({ userId, amount, tokenContract, nowMs }) {
      const txHash = `adopted:${userId}`;
      const [adopted = []] = await database.write([
        {
          sql: `INSERT INTO "TokenTransfer" ("id", "userId", "txHash", "amount", "tokenContract",
              "status", "purpose", "createdAt")
            SELECT :txHash, COALESCE("ownerId", "id"), :txHash, :amount, :tokenContract, 'COMPLETED', 'SIGNUP_REWARD',
              CAST(:now / 1000 AS BIGINT)
            FROM "Wallet" WHERE "id" = :userId AND NOT ${hasOpenTransaction}
            ON CONFLICT ("userId") WHERE "purpose" = 'SIGNUP_REWARD' DO UPDATE SET
              "status" = 'COMPLETED', "txHash" = excluded."txHash", "amount" = excluded."amount",
              "tokenContract" = excluded."tokenContract"
              WHERE "TokenTransfer"."status" <> 'COMPLETED'
            RETURNING "userId"`,
          params: { userId, txHash, amount, tokenContract, now: nowMs },
        },
        {
          sql: `UPDATE "Wallet" SET ${leadsTo('retry')}, "error" = NULL,
              "attempts" = 1, "takeovers" = 0, "availableAt" = :now,
              "updatedAt" = :now
            WHERE "id" = :userId AND ${startsFrom(['retry'])} AND EXISTS (
              SELECT 1 FROM "TokenTransfer"
              WHERE "userId" = COALESCE("Wallet"."ownerId", "Wallet"."id") AND "txHash" = :txHash)`,
          params: { userId, txHash, now: nowMs },
        },
      ]);
      return adopted.length === 1;
    },

    async finish({ nowMs, height, staysPaused }) {
      await database.write([
        {
          sql: `UPDATE "Wallet" SET ${leadsTo('handBack')}, "claimToken" = NULL,
              "attempts" = CASE WHEN "attempts" > 0 THEN "attempts" - 1 ELSE 0 END, "availableAt" = :now,
              "updatedAt" = :now
            WHERE ${startsFrom(['handBack'])}`,
          params: { now: nowMs },
        },
        {
          sql: `UPDATE "Deployment" SET "reconciledAt" = :now,
              "epoch" = CASE WHEN "epoch" + 1 > :height THEN "epoch" + 1 ELSE :height END,
              "pauseReason" = :reason,
              "pausedAt" = CASE WHEN :reason IS NOT NULL THEN :now END`,
          params: { now: nowMs, height, reason: staysPaused ? 'OPERATOR' : null },
        },
      ]);
    },
  };
}
