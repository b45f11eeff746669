import type { WalletStatus } from '../../core/wallet.ts';
import type { TransactionStatus } from '../../ports/transaction-ledger.ts';
import type {
  DeploymentEvent,
  WalletEvent,
  WalletProgress,
  WalletReader,
  WalletTransaction,
  WalletTransfer,
} from '../../ports/wallet-reader.ts';
import type { SqlDatabase, SqlRow } from './sql-database.ts';

/** Keeps statements short; the limit is 32,766 variables in SQLite and 65,535 in PostgreSQL. */
const ownersAtATime = 500;

/** As in `TokenTransfer`, a wallet in stock stands for its owner. Two conditions, each with an index. */
const isOwners = `("Wallet"."ownerId" = :ownerId
            OR ("Wallet"."id" = :ownerId AND "Wallet"."ownerId" IS NULL))`;

/** Wallets, their events, transactions and transfers, for an app to show. */
export function createSqlWalletReader(database: SqlDatabase): WalletReader {
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
        error: textOf(row.error),
        balance: String(row.balance),
        retryAtMs: numberOf(row.retryAt),
        requestedAtMs: numberOf(row.requestedAt),
      };
    },

    async readProgress(ownerIds) {
      const progress = new Map<string, WalletProgress>();
      for (let start = 0; start < ownerIds.length; start += ownersAtATime) {
        const rows = await readProgress(database, ownerIds.slice(start, start + ownersAtATime));
        for (const { ownerId, hasAccount, hasReward } of rows) {
          progress.set(String(ownerId), {
            hasAccount: Number(hasAccount) === 1,
            hasReward: Number(hasReward) === 1,
          });
        }
      }
      return progress;
    },

    async readEvents(query) {
      const rows = await database.read({
        sql: `SELECT "event"."id", "event"."fromStatus", "event"."toStatus", "event"."attempt",
            "event"."errorCode", "event"."createdAt"
          FROM "WalletEvent" AS "event"
          JOIN "Wallet" ON "Wallet"."id" = "event"."userId"
          WHERE ${isOwners}
          ORDER BY "event"."id" DESC LIMIT :limit`,
        params: { ...query },
      });
      return rows.map(toEvent);
    },

    async readTransfers(query) {
      const rows = await database.read({
        sql: `SELECT "id", "purpose", "status", "amount", "txHash", "createdAt"
          FROM "TokenTransfer" WHERE "userId" = :ownerId
          ORDER BY "createdAt" DESC, "id" DESC LIMIT :limit`,
        params: { ...query },
      });
      return rows.map(toTransfer);
    },

    async readTransactions(query) {
      const rows = await database.read({
        sql: `SELECT "tx"."hash", "tx"."purpose", "tx"."status", "tx"."receiverId", "link"."live",
            "tx"."maxCostMicroNear", "tx"."spentMicroNear", "tx"."failure", "tx"."createdAt",
            "tx"."settledAt"
          FROM "ChainTransactionWallet" AS "link"
          JOIN "Wallet" ON "Wallet"."id" = "link"."userId"
          JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
          WHERE ${isOwners}
          ORDER BY "tx"."createdAt", "tx"."hash" LIMIT :limit`,
        params: { ...query },
      });
      return rows.map(toTransaction);
    },

    async readKeyExportedAt(ownerId) {
      const [row] = await database.read({
        sql: `SELECT MAX("export"."createdAt") AS "at" FROM "WalletKeyExport" AS "export"
          JOIN "Wallet" ON "Wallet"."id" = "export"."walletId"
          WHERE "Wallet"."ownerId" = :ownerId`,
        params: { ownerId },
      });
      return numberOf(row?.at);
    },

    async readBegunAt() {
      const [row] = await database.read({
        sql: 'SELECT "createdAt" AS "at" FROM "Deployment"',
        params: {},
      });
      return numberOf(row?.at);
    },

    async readAllEventsAfter(query) {
      const rows = await database.read({
        sql: `SELECT "event"."id", "event"."fromStatus", "event"."toStatus", "event"."attempt",
            "event"."errorCode", "event"."createdAt", "Wallet"."requestedAt",
            CASE WHEN "Wallet"."ownerId" IS DISTINCT FROM "Wallet"."id" THEN 1 ELSE 0 END AS "isOfStock"
          FROM "WalletEvent" AS "event" LEFT JOIN "Wallet" ON "Wallet"."id" = "event"."userId"
          WHERE "event"."id" > :id ORDER BY "event"."id" LIMIT :limit`,
        params: { ...query },
      });
      return rows.map(
        (row): DeploymentEvent => ({
          ...toEvent(row),
          requestedAtMs: numberOf(row.requestedAt),
          isOfStock: Number(row.isOfStock) === 1,
        }),
      );
    },

    readLastEventIdBefore: (atMs) => readLastEventIdBefore(database, atMs),

    async readIsPaused() {
      const rows = await database.read({
        sql: 'SELECT 1 AS "found" FROM "Deployment" WHERE "pauseReason" IS NOT NULL',
        params: {},
      });
      return rows.length > 0;
    },

    readLastChangeId: () => readLastEventId(database),

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

function readProgress(database: SqlDatabase, ownerIds: readonly string[]): Promise<SqlRow[]> {
  const params = Object.fromEntries(ownerIds.map((ownerId, index) => [`owner${index}`, ownerId]));
  return database.read({
    sql: `SELECT "ownerId",
        CASE WHEN EXISTS (
          SELECT 1 FROM "ChainTransactionWallet" AS "link"
          JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
          WHERE "link"."userId" = "Wallet"."id" AND "link"."purpose" = 'CREATE'
            AND "link"."live" = 1 AND "tx"."status" = 'SUCCEEDED'
        ) THEN 1 ELSE 0 END AS "hasAccount",
        CASE WHEN EXISTS (
          SELECT 1 FROM "TokenTransfer" AS "reward"
          WHERE "reward"."userId" = "Wallet"."ownerId" AND "reward"."purpose" = 'SIGNUP_REWARD'
            AND "reward"."status" = 'COMPLETED'
        ) THEN 1 ELSE 0 END AS "hasReward"
      FROM "Wallet"
      WHERE "ownerId" IN (${Object.keys(params)
        .map((name) => `:${name}`)
        .join(', ')})`,
    params,
  });
}

async function readLastEventId(database: SqlDatabase): Promise<number> {
  const [row] = await database.read({
    sql: 'SELECT COALESCE(MAX("id"), 0) AS "id" FROM "WalletEvent"',
    params: {},
  });
  return Number(row?.id ?? 0);
}

/** Ids of events ascend and so, nearly, do their times: a binary search needs no index on time. */
async function readLastEventIdBefore(database: SqlDatabase, atMs: number): Promise<number> {
  let low = 0;
  let high = await readLastEventId(database);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [event] = await database.read({
      sql: `SELECT "createdAt" FROM "WalletEvent" WHERE "id" >= :middle ORDER BY "id" LIMIT 1`,
      params: { middle },
    });
    if (event && Number(event.createdAt) < atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

function toEvent(row: SqlRow): WalletEvent {
  return {
    id: Number(row.id),
    fromStatus: textOf(row.fromStatus) as WalletStatus | null,
    toStatus: textOf(row.toStatus) as WalletStatus | null,
    attempt: Number(row.attempt),
    errorCode: textOf(row.errorCode),
    atMs: Number(row.createdAt),
  };
}

function toTransfer(row: SqlRow): WalletTransfer {
  return {
    id: String(row.id),
    purpose: String(row.purpose),
    status: String(row.status),
    baseUnits: BigInt(String(row.amount)),
    hash: String(row.txHash),
    // Whole seconds, as the plan's column stores them.
    atMs: Number(row.createdAt) * 1000,
  };
}

function toTransaction(row: SqlRow): WalletTransaction {
  return {
    hash: String(row.hash),
    purpose: String(row.purpose),
    status: String(row.status) as TransactionStatus,
    receiverId: String(row.receiverId),
    isLive: Number(row.live) === 1,
    maxCostMicroNear: Number(row.maxCostMicroNear),
    spentMicroNear: numberOf(row.spentMicroNear),
    failure: textOf(row.failure),
    signedAtMs: Number(row.createdAt),
    settledAtMs: numberOf(row.settledAt),
  };
}

function textOf(value: unknown): string | null {
  return value == null ? null : String(value);
}

function numberOf(value: unknown): number | null {
  return value == null ? null : Number(value);
}
