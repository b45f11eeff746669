import { ClaimLostError } from '../../core/errors.ts';
import type { WalletStatus } from '../../core/wallet.ts';
import { takeoverLimit, walletMoves } from '../../core/wallet.ts';
import {
  AccountIdTakenError,
  type ClaimedWallet,
  type ClaimTerms,
  type Wallet,
  type WalletStore,
} from '../../ports/wallet-store.ts';
import {
  ConstraintError,
  rowLimit,
  type SqlDatabase,
  type SqlRow,
  type SqlStatement,
} from './sql-database.ts';

const columns = `"id", "nearAccountId", "nearPublicKey", "nearPrivateKey", "walletStatus",
  "walletError", "walletRequestedAt", "walletAttempts", "walletTakeovers", "walletAvailableAt", "walletClaimToken",
  "walletEpoch"`;

/** A transaction of the wallet that may still have an effect and has no outcome. */
const hasOpenTransaction = `EXISTS (
  SELECT 1 FROM "ChainTransactionWallet" AS "link"
  JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
  WHERE "link"."userId" = "User"."id" AND "link"."live" = 1 AND "tx"."status" IN ('SIGNED', 'SENT'))`;

const isSignedThrough = `(SELECT count(*) FROM "ChainTransactionWallet" AS "link"
  WHERE "link"."userId" = "User"."id" AND "link"."live" = 1) = 2`;

/** Due, and whole: a record torn by hand is left to an operator. */
const isDue = `"walletAvailableAt" <= :now
  AND "walletStatus" IN (${quoted([...walletMoves.claim.from, ...walletMoves.takeOver.from])})
  AND ("walletStatus" <> 'CREATING' OR "walletTakeovers" < :takeoverLimit)
  AND "nearAccountId" IS NOT NULL AND "nearPublicKey" IS NOT NULL AND "nearPrivateKey" IS NOT NULL`;

const takeClaim = `"walletStatus" = 'CREATING', "walletClaimToken" = :token, "walletError" = NULL,
  "walletAttempts" = "walletAttempts" + ("walletStatus" <> 'CREATING'),
  "walletTakeovers" = "walletTakeovers" + ("walletStatus" = 'CREATING'),
  "walletAvailableAt" = :now + :lease, "walletUpdatedAt" = :now,
  "walletCreatedAt" = COALESCE("walletCreatedAt", CAST(:now / 1000 AS INTEGER))`;

/** `<`: whether the trigger has written this claim's own event by now is SQLite's affair. */
const isFirstClaim = `NOT EXISTS (SELECT 1 FROM "WalletEvent" AS "event"
  WHERE "event"."userId" = "User"."id" AND "event"."toStatus" = 'CREATING'
    AND "event"."createdAt" < :now) AS "isFirstClaim"`;

// Row values, not EXISTS: that would read all claims again for every row, 190 ms for a thousand.
const claimsHeld = `("User"."id", "User"."walletClaimToken") IN (
    SELECT "value" ->> 'userId', "value" ->> 'claimToken' FROM json_each(:claims))
  AND "User"."walletStatus" = 'CREATING'`;

/**
 * A record that is whole keeps its keys; one that is in part is left alone. Of a whole one nobody
 * knows what was done for it before: it gets no time of request.
 */
const requestStatement = `UPDATE "User" SET
    "nearAccountId" = COALESCE("nearAccountId", :accountId),
    "nearPublicKey" = COALESCE("nearPublicKey", :publicKey),
    "nearPrivateKey" = COALESCE("nearPrivateKey", :encryptedPrivateKey),
    "walletStatus" = 'PENDING', "walletError" = NULL,
    "walletRequestedAt" = CASE WHEN "nearAccountId" IS NULL AND :isNew = 1 THEN :now END,
    "walletEpoch" = CASE WHEN "nearAccountId" IS NULL AND :isNew = 1
      THEN (SELECT "epoch" FROM "Deployment") END,
    "walletAvailableAt" = :now, "walletUpdatedAt" = :now
  WHERE "id" = :userId AND "walletStatus" IS NULL AND "deletedAt" IS NULL
    AND (("nearAccountId" IS NULL AND "nearPublicKey" IS NULL AND "nearPrivateKey" IS NULL)
      OR ("nearAccountId" IS NOT NULL AND "nearPublicKey" IS NOT NULL
        AND "nearPrivateKey" IS NOT NULL))`;

/** The users' rows in SQLite or libSQL. */
export function createSqliteWalletStore(database: SqlDatabase): WalletStore {
  const readWallet = async (userId: string): Promise<Wallet | null> => {
    const [row] = await database.read({
      sql: `SELECT ${columns} FROM "User" WHERE "id" = :userId`,
      params: { userId },
    });
    return row ? toWallet(row) : null;
  };

  const claim = async (statement: SqlStatement): Promise<ClaimedWallet[]> => {
    const [rows = []] = await database.write([statement]);
    return rows.map(toClaimedWallet);
  };

  return {
    readWallet,

    async requestWallets(requests) {
      try {
        await database.write(
          requests.map(({ nowMs, isNew, ...request }) => ({
            sql: requestStatement,
            params: { ...request, isNew: isNew ? 1 : 0, now: nowMs },
          })),
        );
      } catch (error) {
        if (error instanceof ConstraintError && error.subject === 'User.nearAccountId') {
          throw new AccountIdTakenError(requests.map(({ accountId }) => accountId).join(', '));
        }
        throw error;
      }
      const rows = await database.read({
        sql: `SELECT ${columns} FROM "User" WHERE "id" IN (SELECT "value" FROM json_each(:userIds))
          AND ("deletedAt" IS NULL OR "walletStatus" IS NOT NULL)`,
        params: { userIds: JSON.stringify(requests.map(({ userId }) => userId)) },
      });
      const wallets = new Map(rows.map((row) => [String(row.id), toWallet(row)]));
      return requests.map(({ userId }) => wallets.get(userId) ?? null);
    },

    claimWallets: ({ claimToken, nowMs, leaseDurationMs, limit, onlySigned }) =>
      claim({
        sql: `UPDATE "User" SET ${takeClaim}
          WHERE "id" IN (
            SELECT "id" FROM "User" WHERE ${isDue}
            ${onlySigned ? `AND (${hasOpenTransaction} OR ${isSignedThrough})` : ''}
            ORDER BY "walletAvailableAt" ${rowLimit})
          RETURNING ${columns}, ${isFirstClaim}`,
        params: { ...claimParams({ claimToken, nowMs, leaseDurationMs }), limit },
      }),

    async claimWallet({ claimToken, nowMs, leaseDurationMs, userId }) {
      const [wallet] = await claim({
        sql: `UPDATE "User" SET ${takeClaim} WHERE "id" = :userId AND ${isDue} RETURNING ${columns}, ${isFirstClaim}`,
        params: { ...claimParams({ claimToken, nowMs, leaseDurationMs }), userId },
      });
      return wallet ?? null;
    },

    async renewClaims({ claims, nowMs, leaseDurationMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "User" SET "walletAvailableAt" = :now + :lease
            WHERE ${claimsHeld} RETURNING "id"`,
          params: { claims: JSON.stringify(claims), now: nowMs, lease: leaseDurationMs },
        },
      ]);
      return rows.map((row) => String(row.id));
    },

    async completeWallets({ wallets, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "User" SET "walletStatus" = 'READY', "walletError" = NULL,
              "walletCompletedAt" = CAST(:now / 1000 AS INTEGER), "walletAvailableAt" = NULL,
              "walletClaimToken" = NULL, "walletUpdatedAt" = :now, "chocoLastSyncAt" = CAST(:now / 1000 AS INTEGER),
              "chocoBalance" = (SELECT "value" ->> 'balance' FROM json_each(:claims)
                WHERE "value" ->> 'userId' = "User"."id")
            WHERE ${claimsHeld} AND EXISTS (
              SELECT 1 FROM "TokenTransfer" AS "reward" WHERE "reward"."userId" = "User"."id"
                AND "reward"."purpose" = 'SIGNUP_REWARD' AND "reward"."status" = 'COMPLETED')
            RETURNING "id"`,
          params: { claims: JSON.stringify(wallets), now: nowMs },
        },
      ]);
      return rows.map((row) => String(row.id));
    },

    async failWallet({ userId, claimToken, errorCode, retryAtMs, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "User" SET "walletStatus" = 'FAILED', "walletError" = :errorCode,
              "walletAvailableAt" = :retryAt, "walletClaimToken" = NULL, "walletUpdatedAt" = :now
            WHERE "id" = :userId AND "walletClaimToken" = :token AND "walletStatus" = 'CREATING'
              AND NOT ${hasOpenTransaction}
            RETURNING "id"`,
          params: { userId, token: claimToken, errorCode, retryAt: retryAtMs, now: nowMs },
        },
      ]);
      if (rows.length === 0) throw new ClaimLostError();
    },

    async handBackWallets({ claims, nowMs }) {
      await database.write([
        {
          sql: `UPDATE "User" SET "walletStatus" = 'PENDING', "walletClaimToken" = NULL,
              "walletAttempts" = MAX("walletAttempts" - 1, 0), "walletAvailableAt" = :now,
              "walletUpdatedAt" = :now
            WHERE ${claimsHeld}`,
          params: { claims: JSON.stringify(claims), now: nowMs },
        },
      ]);
    },

    async retryWallet({ userId, codes, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "User" SET "walletStatus" = 'PENDING', "walletError" = NULL,
              "walletAttempts" = 0, "walletTakeovers" = 0, "walletAvailableAt" = :now,
              "walletUpdatedAt" = :now
            WHERE "id" = :userId AND "walletStatus" = 'FAILED' AND "walletAvailableAt" IS NULL
              AND "deletedAt" IS NULL AND "walletError" IN (SELECT "value" FROM json_each(:codes))
            RETURNING "id"`,
          params: { userId, codes: JSON.stringify(codes), now: nowMs },
        },
      ]);
      return rows.length === 1;
    },

    async failAbandonedWallets({ takeoverLimit: limit, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "User" SET "walletStatus" = 'FAILED', "walletError" = 'TOO_MANY_TAKEOVERS',
              "walletAvailableAt" = NULL, "walletClaimToken" = NULL, "walletUpdatedAt" = :now
            WHERE "walletAvailableAt" <= :now AND "walletStatus" = 'CREATING'
              AND "walletTakeovers" >= :limit AND NOT ${hasOpenTransaction}
            RETURNING "id"`,
          params: { limit, now: nowMs },
        },
      ]);
      return rows.length;
    },

    async readDueUserIds({ nowMs, limit }) {
      const rows = await database.read({
        sql: `SELECT "id" FROM "User" WHERE ${isDue} ORDER BY "walletAvailableAt" LIMIT :limit`,
        params: { now: nowMs, takeoverLimit, limit },
      });
      return rows.map((row) => String(row.id));
    },

    async readFarWaits({ claimedBeyondMs, failedBeyondMs }) {
      const rows = await database.read({
        sql: `SELECT "id", "walletStatus", "walletClaimToken", "walletAvailableAt" FROM "User"
          WHERE "walletAvailableAt" > :claimedBeyond
            AND ("walletStatus" IN ('PENDING', 'CREATING')
              OR ("walletStatus" = 'FAILED' AND "walletAvailableAt" > :failedBeyond))
          ORDER BY "walletAvailableAt" LIMIT 1000`,
        params: { claimedBeyond: claimedBeyondMs, failedBeyond: failedBeyondMs },
      });
      return rows.map((row) => ({
        userId: String(row.id),
        status: String(row.walletStatus) as WalletStatus,
        claimToken: text(row.walletClaimToken),
        availableAtMs: Number(row.walletAvailableAt),
      }));
    },

    async endFarWaits({ waits, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "User" SET "walletAvailableAt" = :now
            WHERE ("id", "walletStatus", "walletAvailableAt") IN (
              SELECT "value" ->> 'userId', "value" ->> 'status', "value" ->> 'availableAtMs'
              FROM json_each(:waits))
            RETURNING "id"`,
          params: { waits: JSON.stringify(waits), now: nowMs },
        },
      ]);
      return rows.length;
    },

    async readNextDueAt() {
      const [row] = await database.read({
        sql: `SELECT MIN("walletAvailableAt") AS "dueAt" FROM "User"
          WHERE "walletAvailableAt" IS NOT NULL`,
        params: {},
      });
      return row?.dueAt == null ? null : Number(row.dueAt);
    },
  };
}

function claimParams({ claimToken, nowMs, leaseDurationMs }: ClaimTerms) {
  return { token: claimToken, now: nowMs, lease: leaseDurationMs, takeoverLimit };
}

function quoted(statuses: readonly string[]): string {
  return statuses.map((status) => `'${status}'`).join(', ');
}

function toWallet(row: SqlRow): Wallet {
  return {
    userId: String(row.id),
    accountId: text(row.nearAccountId),
    publicKey: text(row.nearPublicKey),
    encryptedPrivateKey: text(row.nearPrivateKey),
    status: text(row.walletStatus) as WalletStatus | null,
    errorCode: text(row.walletError),
    requestedAtMs: row.walletRequestedAt == null ? null : Number(row.walletRequestedAt),
    epoch: row.walletEpoch == null ? null : Number(row.walletEpoch),
    attempts: Number(row.walletAttempts),
    takeovers: Number(row.walletTakeovers),
    availableAtMs: row.walletAvailableAt == null ? null : Number(row.walletAvailableAt),
  };
}

function toClaimedWallet(row: SqlRow): ClaimedWallet {
  const wallet = toWallet(row);
  return {
    ...wallet,
    accountId: String(row.nearAccountId),
    publicKey: String(row.nearPublicKey),
    encryptedPrivateKey: String(row.nearPrivateKey),
    claimToken: String(row.walletClaimToken),
    isFirstClaim: row.isFirstClaim === 1,
  };
}

function text(value: SqlRow[string] | undefined): string | null {
  return value == null ? null : String(value);
}
