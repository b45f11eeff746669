import { setAsideCode, type WalletStatus, walletTransitions } from '../../core/wallet.ts';
import type {
  FoundStockWallet,
  StockCount,
  StockTerms,
  TakenLast,
  WalletStock,
  WalletTake,
} from '../../ports/wallet-stock.ts';
import { lostWallet, type Wallet } from '../../ports/wallet-store.ts';
import { pauseBehindChain } from './pause-behind-chain.ts';
import {
  ConstraintError,
  rowLimit,
  type SqlDatabase,
  type SqlRow,
  type SqlStatement,
} from './sql-database.ts';
import { toWallet, walletColumns } from './sql-wallet-store.ts';
import { startsFrom } from './wallet-transitions.ts';

/** Conditions on a row named "stock". What it was paid comes from the ledger, not from the configuration. */
const isOnTerms = `"stock"."epoch" = (SELECT "epoch" FROM "Deployment"
    WHERE "serviceAccountId" = :serviceAccountId AND "tokenContract" = :tokenContract)
  AND EXISTS (SELECT 1 FROM "TokenTransfer" AS "reward"
    WHERE "reward"."userId" = "stock"."id" AND "reward"."purpose" = 'SIGNUP_REWARD'
      AND "reward"."status" = 'COMPLETED' AND "reward"."amount" = :rewardAmount
      AND "reward"."tokenContract" = :tokenContract)
  AND EXISTS (SELECT 1 FROM "ChainTransactionWallet" AS "link"
    JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
    WHERE "link"."userId" = "stock"."id" AND "link"."purpose" = 'CREATE' AND "link"."live" = 1
      AND "tx"."status" = 'SUCCEEDED' AND "tx"."valueMicroNear" = :initialMicroNear)`;

/** Ready wallets are handed out during every pause but one: in a database behind the chain they may already have owners. */
const mayHandOut = `EXISTS (SELECT 1 FROM "Deployment"
  WHERE "pauseReason" IS DISTINCT FROM 'DATABASE_BEHIND_CHAIN')`;

/**
 * A wallet handed out earlier is found by its account. A missing witness row writes null into a NOT NULL
 * column, which rolls back the commit. SQLite would look for rows without an owner in the unique index and
 * sort the whole stock at each take.
 */
const takeStatement = `UPDATE "Wallet" SET "ownerId" = :ownerId, "requestedAt" = :now, "updatedAt" = :now,
    "attempts" = CASE WHEN :accountId IS NOT NULL OR :lastOwnerId IS NULL
        OR EXISTS (SELECT 1 FROM "Wallet" AS "last"
          WHERE "last"."ownerId" = :lastOwnerId AND "last"."id" = :lastWalletId)
        OR EXISTS (SELECT 1 FROM "Deployment" WHERE "epoch" > :lastEpoch)
      THEN "attempts" END
  WHERE "id" = (SELECT "stock"."id" FROM "Wallet" AS "stock" INDEXED BY "Wallet_stock_idx"
      WHERE "stock"."ownerId" IS NULL AND ${startsFrom(['take'], { table: 'stock' })} AND "stock"."error" IS NULL
        AND ("stock"."accountId" = :accountId
          OR (:accountId IS NULL AND ${mayHandOut} AND ${isOnTerms}))
      ORDER BY "stock"."completedAt", "stock"."id" LIMIT 1)
    AND "ownerId" IS NULL
    AND NOT EXISTS (SELECT 1 FROM "Wallet" AS "own" WHERE "own"."ownerId" = :ownerId)
  RETURNING ${walletColumns}`;

/**
 * Before a wallet that was handed out is taken again: if it is in stock, and no reconciliation has been since, the
 * database is an older one, in which other wallets with owners are in stock, too. From here on none is handed out.
 */
const returnedStatement = `${pauseBehindChain} AND EXISTS (SELECT 1 FROM "Wallet"
  WHERE "accountId" = :accountId AND "ownerId" IS NULL AND "Wallet"."epoch" = "Deployment"."epoch")`;

/** The stock is counted once for all of `:wallets`, each of which carries its place among them. */
const addStatement = `INSERT INTO "Wallet" ("id", "accountId", "publicKey", "encryptedPrivateKey",
    "status", "requestedAt", "epoch", "availableAt", "updatedAt")
  SELECT "new"."value" ->> 'walletId', "new"."value" ->> 'accountId', "new"."value" ->> 'publicKey',
    "new"."value" ->> 'encryptedPrivateKey', '${walletTransitions.request.to}', :now, "epoch", :now, :now
  FROM "Deployment" CROSS JOIN json_each(:wallets) AS "new"
  WHERE "pauseReason" IS NULL AND (SELECT count(*) FROM "Wallet" AS "stock"
      WHERE "stock"."ownerId" IS NULL AND "stock"."status" IS NOT NULL
        AND "stock"."error" IS DISTINCT FROM '${setAsideCode}'
        AND ("stock"."status" <> 'READY' OR (${isOnTerms})))
      + CAST("new"."value" ->> 'place' AS BIGINT) < :target
    AND NOT EXISTS (SELECT 1 FROM "Wallet" AS "due" WHERE "due"."ownerId" IS NOT NULL
      AND "due"."availableAt" <= :now AND "due"."status" IN ('PENDING', 'FAILED'))
  RETURNING "id"`;

const countStatement = `SELECT "stock"."status", CASE WHEN "stock"."availableAt" IS NULL THEN 1 ELSE 0 END AS "isAtRest",
    CASE WHEN ${isOnTerms} THEN 1 ELSE 0 END AS "isOnTerms",
    CASE WHEN "stock"."error" = '${setAsideCode}' THEN 1 ELSE 0 END AS "isSetAside", count(*) AS "count"
  FROM "Wallet" AS "stock"
  WHERE "stock"."ownerId" IS NULL AND "stock"."status" IS NOT NULL
  GROUP BY 1, 2, 3, 4`;

const unfitStatement = `SELECT "stock"."accountId" FROM "Wallet" AS "stock"
  WHERE "stock"."ownerId" IS NULL AND "stock"."availableAt" IS NULL
    AND "stock"."error" IS DISTINCT FROM '${setAsideCode}'
    AND ("stock"."status" = 'FAILED' OR ("stock"."status" = 'READY' AND NOT (${isOnTerms})))
  ORDER BY "stock"."requestedAt", "stock"."id" ${rowLimit}`;

/**
 * For a copy of the database: a wallet in its stock may have an owner by the time the copy is restored, and
 * nothing on chain shows that. Without an epoch it is never handed out.
 */
export const leaveStockOut: SqlStatement = {
  sql: 'UPDATE "Wallet" SET "epoch" = NULL WHERE "ownerId" IS NULL',
  params: {},
};

/** The stock: rows of wallets without an owner. */
export function createSqlWalletStock(database: SqlDatabase): WalletStock {
  return {
    async takeWallets({ takes, terms, last, nowMs }) {
      const statements = takes.flatMap((take) => [
        { sql: returnedStatement, params: { accountId: take.accountId, now: nowMs } },
        toTake({ take, terms, last, nowMs }),
      ]);
      const rows = await database.write(statements).catch((error) => {
        const isWitness = error instanceof ConstraintError && error.subject === 'Wallet.attempts';
        throw isWitness && last ? lostWallet(last.ownerId) : error;
      });
      const taken = rows.filter((_rows, index) => index % 2 === 1);
      return taken.map(([row]): Wallet | null => (row ? toWallet(row) : null));
    },

    async addWallets({ wallets, target, terms, nowMs }) {
      const placed = JSON.stringify(wallets.map((wallet, place) => ({ ...wallet, place })));
      const params = { wallets: placed, ...terms, target, now: nowMs };
      const [rows = []] = await database.write([{ sql: addStatement, params }]);
      return rows.length;
    },

    async countStock(terms) {
      const rows = await database.read({ sql: countStatement, params: { ...terms } });
      const count = { ready: 0, underWay: 0, failed: 0, otherTerms: 0, setAside: 0 };
      for (const row of rows) count[kindOf(row)] += Number(row.count);
      return count;
    },

    async readUnfitAccounts({ terms, limit }) {
      const rows = await database.read({ sql: unfitStatement, params: { ...terms, limit } });
      return rows.map(({ accountId }) => String(accountId));
    },

    async findWallet(name) {
      const [row] = await database.read({
        sql: `SELECT "id", "status", "accountId", "publicKey", "error", "attempts", "takeovers",
            "requestedAt", "availableAt", "balance"
          FROM "Wallet"
          WHERE "ownerId" IS NULL AND "status" IS NOT NULL AND ("id" = :name OR "accountId" = :name)`,
        params: { name },
      });
      return row ? toFound(row) : null;
    },
  };
}

function toFound(row: SqlRow): FoundStockWallet {
  const ms = (value: unknown) => (value === null ? null : Number(value));
  return {
    walletId: String(row.id),
    status: String(row.status) as WalletStatus,
    accountId: String(row.accountId),
    publicKey: String(row.publicKey),
    error: row.error === null ? null : String(row.error),
    attempts: Number(row.attempts),
    takeovers: Number(row.takeovers),
    requestedAtMs: ms(row.requestedAt),
    dueAtMs: ms(row.availableAt),
    balance: String(row.balance),
  };
}

function kindOf({ status, isAtRest, isOnTerms: is, isSetAside }: SqlRow): keyof StockCount {
  if (Number(isSetAside) === 1) return 'setAside';
  if (status === 'READY') return Number(is) === 1 ? 'ready' : 'otherTerms';
  return status === 'FAILED' && Number(isAtRest) === 1 ? 'failed' : 'underWay';
}

function toTake({
  take,
  terms,
  last,
  nowMs,
}: {
  take: WalletTake;
  terms: StockTerms;
  last: TakenLast | null;
  nowMs: number;
}): SqlStatement {
  const witness = {
    lastOwnerId: last?.ownerId ?? null,
    lastWalletId: last?.walletId ?? null,
    lastEpoch: last?.epoch ?? 0,
  };
  return { sql: takeStatement, params: { ...take, ...terms, ...witness, now: nowMs } };
}
