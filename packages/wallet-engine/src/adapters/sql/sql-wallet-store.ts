import { ClaimLostError } from '../../core/errors.ts';
import type { WalletStatus } from '../../core/wallet.ts';
import { takeoverLimit, walletTransitions } from '../../core/wallet.ts';
import {
  AccountIdTakenError,
  type ClaimedWallet,
  type ClaimTerms,
  type Wallet,
  type WalletStore,
} from '../../ports/wallet-store.ts';
import { pauseBehindChain } from './pause-behind-chain.ts';
import {
  ConstraintError,
  rowLimit,
  type SqlDatabase,
  type SqlRow,
  type SqlStatement,
} from './sql-database.ts';
import { leadsTo, startsFrom } from './wallet-transitions.ts';

export const walletColumns = `"id", "ownerId", "accountId", "publicKey", "encryptedPrivateKey", "status",
  "error", "requestedAt", "attempts", "takeovers", "availableAt", "claimToken",
  "epoch", (SELECT "deploymentId" FROM "DeploymentIdentity") AS "deploymentId"`;

/** A transaction of the wallet that may still have an effect and has no outcome. */
const hasOpenTransaction = `EXISTS (
  SELECT 1 FROM "ChainTransactionWallet" AS "link"
  JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
  WHERE "link"."userId" = "Wallet"."id" AND "link"."live" = 1 AND "tx"."status" IN ('SIGNED', 'SENT'))`;

const isSignedThrough = `(SELECT count(*) FROM "ChainTransactionWallet" AS "link"
  WHERE "link"."userId" = "Wallet"."id" AND "link"."live" = 1) = 2`;

/** Due and complete: a row damaged by hand is left to an operator. */
const isDue = `"availableAt" <= :now
  AND ${startsFrom(['claim', 'takeOver'])}
  AND ("status" <> 'CREATING' OR "takeovers" < :takeoverLimit)
  AND "accountId" IS NOT NULL AND "publicKey" IS NOT NULL AND "encryptedPrivateKey" IS NOT NULL`;

const isSigned = `(${hasOpenTransaction} OR ${isSignedThrough})`;
/** Conditions for {@link ClaimTerms.only}. A claim empties `error`. */
const scopes = {
  all: '',
  signed: `AND ${isSigned}`,
  untried: `AND ("error" IS NULL OR ${isSigned})`,
};

const isOwned = '"ownerId" IS NOT NULL';
const isInStock = '"ownerId" IS NULL';

const takeClaim = `${leadsTo('claim')}, "claimToken" = :token, "error" = NULL,
  "attempts" = "attempts" + CASE WHEN "status" <> 'CREATING' THEN 1 ELSE 0 END,
  "takeovers" = "takeovers" + CASE WHEN "status" = 'CREATING' THEN 1 ELSE 0 END,
  "availableAt" = :now + :lease, "updatedAt" = :now,
  "startedAt" = COALESCE("startedAt", :now)`;

/** `<`, because SQLite does not define whether the trigger has already written this claim's own event. */
const isFirstClaim = `NOT EXISTS (SELECT 1 FROM "WalletEvent" AS "event"
  WHERE "event"."userId" = "Wallet"."id" AND "event"."toStatus" = 'CREATING'
    AND "event"."createdAt" < :now) AS "isFirstClaim"`;

// Row values, not EXISTS, which would read all claims again for every row: 190 ms for a thousand.
const claimsHeld = `("Wallet"."id", "Wallet"."claimToken") IN (
    SELECT "value" ->> 'userId', "value" ->> 'claimToken' FROM json_each(:claims))
  AND ${startsFrom(['complete', 'fail', 'handBack'], { table: 'Wallet' })}`;

const keysKnown = `CASE WHEN "Wallet"."accountId" IS NULL THEN 0 ELSE 1 END
  + CASE WHEN "Wallet"."publicKey" IS NULL THEN 0 ELSE 1 END
  + CASE WHEN "Wallet"."encryptedPrivateKey" IS NULL THEN 0 ELSE 1 END`;

/**
 * A wallet requested by its owner has the owner's id. A complete existing record keeps its keys, an empty one
 * gets new ones, and a partial one is left alone. What was done earlier for a complete one is unknown, so it
 * gets no request time.
 */
const requestStatement = `INSERT INTO "Wallet" ("id", "ownerId", "accountId", "publicKey",
    "encryptedPrivateKey", "status", "requestedAt", "epoch", "availableAt", "updatedAt")
  VALUES (:walletId, :userId, :accountId, :publicKey, :encryptedPrivateKey, '${walletTransitions.request.to}',
    CASE WHEN :isNew = 1 THEN :now END, (SELECT "epoch" FROM "Deployment"), :now, :now)
  ON CONFLICT ("ownerId") DO UPDATE SET ${leadsTo('request')}, "error" = NULL,
    "accountId" = COALESCE("Wallet"."accountId", excluded."accountId"),
    "publicKey" = COALESCE("Wallet"."publicKey", excluded."publicKey"),
    "encryptedPrivateKey" = COALESCE("Wallet"."encryptedPrivateKey", excluded."encryptedPrivateKey"),
    "requestedAt" = CASE WHEN "Wallet"."accountId" IS NULL THEN excluded."requestedAt" END,
    "epoch" = excluded."epoch", "availableAt" = :now, "updatedAt" = :now
  WHERE ${startsFrom(['request'], { table: 'Wallet' })} AND (${keysKnown}) IN (0, 3)`;

/** Before a wallet is requested again with the keys that this process gave its owner. */
const lostStatement = `${pauseBehindChain} AND "epoch" <= :givenEpoch
  AND NOT EXISTS (SELECT 1 FROM "Wallet" WHERE "ownerId" = :userId)`;

/** The wallet's id or account already belongs to another row; PostgreSQL names a primary key differently. */
const idsOfOthers = ['Wallet.accountId', 'Wallet.id', 'Wallet_pkey'];

/** Rows of wallets in SQLite or PostgreSQL. */
export function createSqlWalletStore(database: SqlDatabase): WalletStore {
  const readWallet = async (ownerId: string): Promise<Wallet | null> => {
    const [row] = await database.read({
      sql: `SELECT ${walletColumns} FROM "Wallet" WHERE "ownerId" = :ownerId`,
      params: { ownerId },
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
          requests.flatMap(({ nowMs: now, given, ...request }) => {
            const isNew = given === null ? 1 : 0;
            const requested = { sql: requestStatement, params: { ...request, isNew, now } };
            if (given === null) return [requested];
            const params = { userId: request.userId, givenEpoch: given.epoch, now };
            return [{ sql: lostStatement, params }, requested];
          }),
        );
      } catch (error) {
        if (error instanceof ConstraintError && idsOfOthers.includes(error.subject)) {
          throw new AccountIdTakenError(requests.map(({ accountId }) => accountId).join(', '));
        }
        throw error;
      }
      const rows = await database.read({
        sql: `SELECT ${walletColumns} FROM "Wallet" WHERE "ownerId" IN (SELECT "value" FROM json_each(:userIds))`,
        params: { userIds: JSON.stringify(requests.map(({ userId }) => userId)) },
      });
      const wallets = new Map(rows.map((row) => [String(row.ownerId), toWallet(row)]));
      return requests.map(({ userId }) => wallets.get(userId) ?? null);
    },

    claimWallets: ({ of, limit, only, ...terms }) =>
      claim({
        sql: `UPDATE "Wallet" SET ${takeClaim}
          WHERE "id" IN (
            SELECT "id" FROM "Wallet" WHERE ${isDue} AND ${of === 'owners' ? isOwned : isInStock}
              ${scopes[only ?? 'all']}
            ORDER BY "availableAt" ${rowLimit})
          RETURNING ${walletColumns}, ${isFirstClaim}`,
        params: { ...claimParams(terms), limit },
      }),

    async claimWallet({ userId, only, ...terms }) {
      const [wallet] = await claim({
        sql: `UPDATE "Wallet" SET ${takeClaim}
          WHERE "id" = :userId AND ${isDue} ${scopes[only ?? 'all']}
          RETURNING ${walletColumns}, ${isFirstClaim}`,
        params: { ...claimParams(terms), userId },
      });
      return wallet ?? null;
    },

    async renewClaims({ claims, nowMs, leaseDurationMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "Wallet" SET "availableAt" = :now + :lease
            WHERE ${claimsHeld} RETURNING "id"`,
          params: { claims: JSON.stringify(claims), now: nowMs, lease: leaseDurationMs },
        },
      ]);
      return rows.map((row) => String(row.id));
    },

    async completeWallets({ wallets, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "Wallet" SET ${leadsTo('complete')}, "error" = NULL,
              "completedAt" = :now, "availableAt" = NULL,
              "claimToken" = NULL, "updatedAt" = :now, "balanceReadAt" = :now,
              "balance" = (SELECT "value" ->> 'balance' FROM json_each(:claims)
                WHERE "value" ->> 'userId' = "Wallet"."id")
            WHERE ${claimsHeld} AND EXISTS (
              SELECT 1 FROM "TokenTransfer" AS "reward"
                WHERE "reward"."userId" = COALESCE("Wallet"."ownerId", "Wallet"."id")
                AND "reward"."purpose" = 'SIGNUP_REWARD' AND "reward"."status" = 'COMPLETED')
            RETURNING "id"`,
          params: { claims: JSON.stringify(wallets), now: nowMs },
        },
      ]);
      return rows.map((row) => String(row.id));
    },

    async failWallet({ userId, claimToken, errorCode, retryAtMs, isForgiven, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "Wallet" SET ${leadsTo('fail')}, "error" = :errorCode,
              ${isForgiven ? '"attempts" = 0,' : ''} "availableAt" = :retryAt, "claimToken" = NULL, "updatedAt" = :now
            WHERE "id" = :userId AND "claimToken" = :token AND ${startsFrom(['fail'])}
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
          sql: `UPDATE "Wallet" SET ${leadsTo('handBack')}, "claimToken" = NULL,
              "attempts" = CASE WHEN "attempts" > 0 THEN "attempts" - 1 ELSE 0 END, "availableAt" = :now,
              "updatedAt" = :now
            WHERE ${claimsHeld}`,
          params: { claims: JSON.stringify(claims), now: nowMs },
        },
      ]);
    },

    async retryWallet({ userId, codes, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "Wallet" SET ${leadsTo('retry')}, "error" = NULL,
              "attempts" = 0, "takeovers" = 0, "availableAt" = :now,
              "updatedAt" = :now
            WHERE "id" = :userId AND ${startsFrom(['retry'])} AND "availableAt" IS NULL
              AND "error" IN (SELECT "value" FROM json_each(:codes))
            RETURNING "id"`,
          params: { userId, codes: JSON.stringify(codes), now: nowMs },
        },
      ]);
      return rows.length === 1;
    },

    async failAbandonedWallets({ takeoverLimit: limit, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "Wallet" SET ${leadsTo('fail')}, "error" = 'TOO_MANY_TAKEOVERS',
              "availableAt" = NULL, "claimToken" = NULL, "updatedAt" = :now
            WHERE "availableAt" <= :now AND ${startsFrom(['fail'])}
              AND "takeovers" >= :limit AND NOT ${hasOpenTransaction}
            RETURNING "id"`,
          params: { limit, now: nowMs },
        },
      ]);
      return rows.length;
    },

    async readDueUserIds({ nowMs, limit }) {
      const rows = await database.read({
        sql: `SELECT "id" FROM "Wallet" WHERE ${isDue} AND ${isOwned}
          ORDER BY "availableAt" LIMIT :limit`,
        params: { now: nowMs, takeoverLimit, limit },
      });
      return rows.map((row) => String(row.id));
    },

    async readFarWaits({ claimedBeyondMs, failedBeyondMs }) {
      const rows = await database.read({
        sql: `SELECT "id", "status", "claimToken", "availableAt" FROM "Wallet"
          WHERE "availableAt" > :claimedBeyond
            AND ("status" IN ('PENDING', 'CREATING')
              OR ("status" = 'FAILED' AND "availableAt" > :failedBeyond))
          ORDER BY "availableAt" LIMIT 1000`,
        params: { claimedBeyond: claimedBeyondMs, failedBeyond: failedBeyondMs },
      });
      return rows.map((row) => ({
        userId: String(row.id),
        status: String(row.status) as WalletStatus,
        claimToken: text(row.claimToken),
        availableAtMs: Number(row.availableAt),
      }));
    },

    async endFarWaits({ waits, nowMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "Wallet" SET "availableAt" = :now
            WHERE ("id", "status", "availableAt") IN (
              SELECT "value" ->> 'userId', "value" ->> 'status',
                CAST("value" ->> 'availableAtMs' AS BIGINT) FROM json_each(:waits))
            RETURNING "id"`,
          params: { waits: JSON.stringify(waits), now: nowMs },
        },
      ]);
      return rows.length;
    },

    async readNextDueAt() {
      const [row] = await database.read({
        sql: `SELECT MIN("availableAt") AS "dueAt" FROM "Wallet"
          WHERE "availableAt" IS NOT NULL`,
        params: {},
      });
      return row?.dueAt == null ? null : Number(row.dueAt);
    },
  };
}

function claimParams({ claimToken, nowMs, leaseDurationMs }: Omit<ClaimTerms, 'only'>) {
  return { token: claimToken, now: nowMs, lease: leaseDurationMs, takeoverLimit };
}

export function toWallet(row: SqlRow): Wallet {
  return {
    deploymentId: String(row.deploymentId),
    userId: String(row.id),
    ownerId: text(row.ownerId),
    accountId: text(row.accountId),
    publicKey: text(row.publicKey),
    encryptedPrivateKey: text(row.encryptedPrivateKey),
    status: text(row.status) as WalletStatus | null,
    errorCode: text(row.error),
    requestedAtMs: row.requestedAt == null ? null : Number(row.requestedAt),
    epoch: row.epoch == null ? null : Number(row.epoch),
    attempts: Number(row.attempts),
    takeovers: Number(row.takeovers),
    availableAtMs: row.availableAt == null ? null : Number(row.availableAt),
  };
}

function toClaimedWallet(row: SqlRow): ClaimedWallet {
  const wallet = toWallet(row);
  return {
    ...wallet,
    accountId: String(row.accountId),
    publicKey: String(row.publicKey),
    encryptedPrivateKey: String(row.encryptedPrivateKey),
    claimToken: String(row.claimToken),
    isFirstClaim: row.isFirstClaim === 1,
  };
}

function text(value: SqlRow[string] | undefined): string | null {
  return value == null ? null : String(value);
}
