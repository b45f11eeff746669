import { toMicroCost } from '../../core/amounts.ts';
import { dayMs, heightAgreementBlocks, hourMs } from '../../core/engine-config.ts';
import { isPauseReason } from '../../core/errors.ts';
import {
  type CommitGround,
  type CommitRefusal,
  CommitRefusedError,
  type Deployment,
  type EndedTransaction,
  type NewTransaction,
  type SpendLimits,
  type StoredTransaction,
  type TransactionLedger,
  type TransactionPurpose,
  type TransactionStatus,
  type WalletPurpose,
} from '../../ports/transaction-ledger.ts';
import {
  ConstraintError,
  type SqlDatabase,
  type SqlRow,
  type SqlStatement,
} from './sql-database.ts';

/** Columns of a row named "tx", for {@link toTransaction}. */
export const transactionColumns = `"tx"."hash", "tx"."signerId", "tx"."publicKey", "tx"."nonce", "tx"."receiverId",
  "tx"."signedBytes", "tx"."referenceHeight", "tx"."purpose", "tx"."status", "tx"."failure"`;

const nearDecimals = 24;
/** Columns for {@link toEnded}. */
const endedColumns = `"hash", (SELECT json_group_array("link"."userId")
  FROM "ChainTransactionWallet" AS "link"
  WHERE "link"."hash" = "ChainTransaction"."hash") AS "userIds"`;
/** Cost of a settled transaction; null while its burnt gas is unknown. */
const costNow = `(:burntMicro + CASE WHEN :status = 'SUCCEEDED'
  THEN COALESCE("valueMicroNear", "maxCostMicroNear") ELSE 0 END)`;
const isOpen = `"status" IN ('SIGNED', 'SENT')`;

/**
 * An UPDATE of zero rows aborts nothing, a violated constraint rolls back the whole commit: so each guard
 * writes null into a NOT NULL column, and the column's name identifies the guard.
 */
const guardColumns: Record<string, CommitRefusal> = {
  'ChainTransaction.hash': 'DATABASE_BEHIND_CHAIN',
  'ChainTransaction.signerId': 'LANE_LOST',
  'ChainTransaction.publicKey': 'CLAIM_LOST',
  'ChainTransaction.receiverId': 'PAUSED',
  'ChainTransaction.maxCostMicroNear': 'TREASURY_NEAR_LOW',
  'ChainTransaction.maxCostMicroToken': 'TREASURY_TOKEN_LOW',
  'ChainTransaction.signedBytes': 'SPEND_LIMIT_REACHED',
  'TokenTransfer.status': 'ALREADY_SIGNED',
};

/**
 * What the balance may not include yet: open transactions at their maximum cost, and the cost of those
 * settled since its block or shortly before it, because the settling process may have known a lower height.
 */
const heldSinceTreasury = (open: string, settled: string) => `(
  SELECT COALESCE(SUM("held"."${open}"), 0) FROM "ChainTransaction" AS "held"
  WHERE "held"."status" IN ('SIGNED', 'SENT')) + (
  SELECT COALESCE(SUM(${settled}), 0) FROM "ChainTransaction" AS "held"
  WHERE "held"."settledHeight" > (SELECT "treasuryHeight" FROM "Deployment") - ${heightAgreementBlocks})`;
const heldNear = heldSinceTreasury(
  'maxCostMicroNear',
  `COALESCE("held"."spentMicroNear", "held"."maxCostMicroNear")`,
);
const heldToken = heldSinceTreasury(
  'maxCostMicroToken',
  `CASE "held"."status" WHEN 'SUCCEEDED' THEN "held"."maxCostMicroToken" ELSE 0 END`,
);

/** Covered by an index. Settled rows of an older version have no `spentMicroNear`. */
const spentWithin = (windowMs: number) => `(
  SELECT COALESCE(SUM(COALESCE("spentMicroNear", "maxCostMicroNear")), 0) FROM "ChainTransaction"
  WHERE "createdAt" > :now - ${windowMs})`;

const tokensWithin = (windowMs: number) => `(
  SELECT COALESCE(SUM("maxCostMicroToken"), 0) FROM "ChainTransaction"
  WHERE "createdAt" > :now - ${windowMs} AND "status" NOT IN ('FAILED', 'DEAD'))`;

const isWithin = (limit: string, cost: string, spent: string) =>
  `(:${limit} IS NULL OR :${cost} + ${spent} <= :${limit})`;

const isWithinLimits = [
  isWithin('hourMicroNear', 'commitNear', spentWithin(hourMs)),
  isWithin('dayMicroNear', 'commitNear', spentWithin(dayMs)),
  isWithin('hourMicroToken', 'commitToken', tokensWithin(hourMs)),
  isWithin('dayMicroToken', 'commitToken', tokensWithin(dayMs)),
].join(' AND ');

const heldLane = `"laneNumber" = :laneNumber AND "holder" = :holder AND "fencingToken" = :fencingToken`;

/** The database is the one this process knows: its witness row exists, and no nonce of a held lane went backwards. */
const isSameDatabase = `EXISTS (SELECT 1 FROM "Deployment" WHERE "deploymentId" = :deploymentId)
  AND (:newestHash IS NULL OR EXISTS (
    SELECT 1 FROM "ChainTransaction" AS "newest" WHERE "newest"."hash" = :newestHash))
  AND NOT EXISTS (SELECT 1 FROM "ServiceKeyLane"
    WHERE ${heldLane} AND ABS("nonce") < :storedNonce)`;

/**
 * Database, claims, lane and pause are checked for every row. Treasury and limits are checked once per commit,
 * with the first row, which carries the sum of all: computing a sum reads every open transaction.
 */
const insertTransaction = `INSERT INTO "ChainTransaction" ("hash", "signerId", "publicKey", "nonce",
    "receiverId", "signedBytes", "referenceHeight", "purpose", "maxCostMicroNear",
    "maxCostMicroToken", "valueMicroNear", "status", "createdAt")
  VALUES (
    CASE WHEN ${isSameDatabase} THEN :hash END,
    CASE WHEN EXISTS (SELECT 1 FROM "ServiceKeyLane" WHERE ${heldLane}
        AND ABS("nonce") = :storedNonce AND :storedNonce < :nonce) THEN :signerId END,
    CASE WHEN (SELECT count(*) FROM json_each(:claims) AS "claim" JOIN "Wallet"
        ON "Wallet"."id" = "claim"."value" ->> 'userId'
        AND "Wallet"."claimToken" = "claim"."value" ->> 'claimToken'
        AND "Wallet"."status" = 'CREATING') = :claimCount THEN :publicKey END,
    :nonce,
    CASE WHEN :purpose = 'TOMBSTONE' OR EXISTS (SELECT 1 FROM "Deployment"
        WHERE "pauseReason" IS NULL AND "tokenContract" = :tokenContract) THEN :receiverId END,
    CASE WHEN :commitNear IS NULL OR (${isWithinLimits}) THEN :signedBytes END,
    :referenceHeight, :purpose,
    CASE WHEN :commitNear IS NULL OR :commitNear + :reserve + ${heldNear}
        <= (SELECT "treasuryMicroNear" FROM "Deployment") THEN :costNear END,
    CASE WHEN COALESCE(:commitToken, 0) = 0 OR :commitToken + ${heldToken}
        <= (SELECT "treasuryMicroToken" FROM "Deployment") THEN :costToken END,
    :valueMicroNear, 'SIGNED', :now)`;

/** The reward row belongs to the wallet's owner, or to the wallet itself until it has an owner. */
const rewardHolder = `COALESCE((SELECT "ownerId" FROM "Wallet" WHERE "id" = :userId), :userId)`;

/** A user's one reward row is pointed at a new hash only when the old transaction can no longer pay. */
const upsertReward = `INSERT INTO "TokenTransfer"
    ("id", "userId", "txHash", "amount", "tokenContract", "status", "purpose", "createdAt")
  VALUES (:id, ${rewardHolder}, :hash, :amount, :tokenContract, 'PENDING', 'SIGNUP_REWARD', CAST(:now / 1000 AS BIGINT))
  ON CONFLICT ("userId") WHERE "purpose" = 'SIGNUP_REWARD' DO UPDATE SET
    "txHash" = excluded."txHash", "amount" = excluded."amount",
    "tokenContract" = excluded."tokenContract",
    "status" = CASE WHEN "TokenTransfer"."status" <> 'COMPLETED' AND NOT EXISTS (
        SELECT 1 FROM "ChainTransaction" AS "old" WHERE "old"."hash" = "TokenTransfer"."txHash"
          AND "old"."status" NOT IN ('FAILED', 'DEAD')) THEN 'PENDING' END`;

/** Signed transactions, rewards and the deployment's row, in SQLite or PostgreSQL. */
export function createSqlTransactionLedger(database: SqlDatabase): TransactionLedger {
  const one = (sql: string, params: SqlStatement['params']) => database.write([{ sql, params }]);

  const readDeployment = async (): Promise<Deployment | null> => {
    const [row] = await database.read({
      // Rows are inserted in commit order and never deleted.
      sql: `SELECT "deploymentId", "genesisHash", "networkId", "serviceAccountId", "tokenContract",
          "createdAt", "pauseReason", "pausedAt", "reconciledAt", "epoch", "treasuryHeight",
          "treasuryReadAt", "treasuryMicroNear", "treasuryMicroToken", "runwayWallets",
          (SELECT "hash" FROM "ChainTransaction" ORDER BY "rowid" DESC LIMIT 1)
          AS "newestHash"
        FROM "Deployment"`,
      params: {},
    });
    return row ? toDeployment(row) : null;
  };

  return {
    readDeployment,

    async openDeployment(deployment) {
      await one(
        `INSERT INTO "Deployment" ("singleton", "deploymentId", "genesisHash", "networkId",
            "serviceAccountId", "tokenContract", "createdAt")
          VALUES (1, :deploymentId, :genesisHash, :networkId, :serviceAccountId, :tokenContract,
            :createdAtMs)
          ON CONFLICT ("singleton") DO UPDATE SET "genesisHash" = excluded."genesisHash",
            "networkId" = excluded."networkId", "serviceAccountId" = excluded."serviceAccountId",
            "tokenContract" = excluded."tokenContract", "createdAt" = excluded."createdAt"
          WHERE ("Deployment"."genesisHash", "Deployment"."networkId",
              "Deployment"."serviceAccountId", "Deployment"."tokenContract")
              <> (excluded."genesisHash", excluded."networkId", excluded."serviceAccountId",
                excluded."tokenContract")
            AND NOT EXISTS (SELECT 1 FROM "ChainTransaction")`,
        { ...deployment },
      );
      const opened = await readDeployment();
      if (!opened)
        throw new Error('the row of "Deployment" was removed while this process read it');
      return opened;
    },

    async pause({ reason, nowMs }) {
      await one(
        `UPDATE "Deployment" SET "pauseReason" = :reason, "pausedAt" = :now
          WHERE "pauseReason" IS NULL
            OR (:reason = 'DATABASE_BEHIND_CHAIN' AND "pauseReason" <> :reason)`,
        { reason, now: nowMs },
      );
    },

    async holdPause({ reason }) {
      const [[row] = []] = await one(
        `UPDATE "Deployment" SET "pausedAt" = "pausedAt" + 1
          WHERE "pauseReason" = :reason RETURNING "pausedAt"`,
        { reason },
      );
      return row?.pausedAt == null ? null : Number(row.pausedAt);
    },

    async resume({ reason, pausedAtMs }) {
      const [ended = []] = await one(
        `UPDATE "Deployment" SET "pauseReason" = NULL, "pausedAt" = NULL
          WHERE "pauseReason" = :reason AND "pausedAt" IS NOT DISTINCT FROM :pausedAt RETURNING "singleton"`,
        { reason, pausedAt: pausedAtMs },
      );
      return ended.length === 1;
    },

    async recordTreasury({ microNear, microToken, runwayWallets, height, readAtMs }) {
      await one(
        `UPDATE "Deployment" SET "treasuryMicroNear" = :microNear,
            "treasuryMicroToken" = :microToken, "runwayWallets" = :runwayWallets,
            "treasuryHeight" = :height, "treasuryReadAt" = :readAt`,
        { microNear, microToken, runwayWallets, height, readAt: readAtMs },
      );
    },

    async commitSignedTransactions({ transactions, ground, reserveMicroNear, spendLimits, nowMs }) {
      const commit = { ground, reserve: reserveMicroNear, spendLimits, now: nowMs };
      try {
        const totals = totalsOf(transactions);
        await database.write(
          transactions.flatMap((added, index) =>
            intentStatements(added, { ...commit, total: totals[index] ?? null }),
          ),
        );
      } catch (error) {
        if (!(error instanceof ConstraintError)) throw error;
        const refusal = error.constraint === 'NOT NULL' ? guardColumns[error.subject] : null;
        if (refusal) throw new CommitRefusedError(refusal);
        if (error.constraint === 'UNIQUE') throw new CommitRefusedError('ALREADY_SIGNED');
        throw error;
      }
    },

    async readSpending({ nowMs }) {
      const [row] = await database.read({
        sql: `SELECT ${spentWithin(hourMs)} AS "hourNear", ${spentWithin(dayMs)} AS "dayNear",
          ${tokensWithin(hourMs)} AS "hourToken", ${tokensWithin(dayMs)} AS "dayToken"`,
        params: { now: nowMs },
      });
      return {
        hourMicroNear: Number(row?.hourNear ?? 0),
        dayMicroNear: Number(row?.dayNear ?? 0),
        hourMicroToken: Number(row?.hourToken ?? 0),
        dayMicroToken: Number(row?.dayToken ?? 0),
      };
    },

    async readHeldClaims(claims) {
      const rows = await database.read({
        sql: `SELECT "id", "claimToken" FROM "Wallet"
          WHERE "id" IN (SELECT "value" ->> 'userId' FROM json_each(:claims))
            AND "status" = 'CREATING'`,
        params: { claims: JSON.stringify(claims) },
      });
      const held = new Map(rows.map((row) => [row.id, row.claimToken]));
      return claims.filter((claim) => held.get(claim.userId) === claim.claimToken);
    },

    async recordIncluded({ hashes, nowMs }) {
      await one(
        `UPDATE "ChainTransaction" SET "status" = 'SENT', "includedAt" = :now
          WHERE "hash" IN (SELECT "value" FROM json_each(:hashes)) AND "status" = 'SIGNED'`,
        { hashes: JSON.stringify(hashes), now: nowMs },
      );
    },

    async settleTransactions({ outcomes, nowMs }) {
      const rows = await database.write(
        outcomes.flatMap((outcome) => [
          {
            // A single node's figure: one above the maximum cost is ignored. Null counts as the maximum.
            sql: `UPDATE "ChainTransaction" SET "status" = :status,
                "gasBurnt" = CASE WHEN :burntMicro <= "maxCostMicroNear" THEN :gasBurnt END,
                "burntYocto" = CASE WHEN :burntMicro <= "maxCostMicroNear" THEN :burntYocto END,
                "failure" = :failure, "settledAt" = :now, "settledHeight" = :knownHeight,
                "spentMicroNear" = CASE WHEN ${costNow} < "maxCostMicroNear" THEN ${costNow}
                  WHEN :burntMicro IS NOT NULL THEN "maxCostMicroNear" END
              WHERE "hash" = :hash AND ${isOpen} RETURNING ${endedColumns}`,
            params: {
              hash: outcome.hash,
              status: outcome.status,
              gasBurnt: outcome.gasBurnt?.toString() ?? null,
              burntYocto: outcome.burntYocto?.toString() ?? null,
              burntMicro: toBurntMicro(outcome.burntYocto),
              failure: outcome.failure,
              knownHeight: outcome.knownHeight,
              now: nowMs,
            },
          },
          ...consequences(outcome.hash, outcome.status),
        ]),
      );
      return rows.flat().map(toEnded);
    },

    async declareDead({ hash, nowMs }) {
      const [[row] = []] = await database.write([
        {
          sql: `UPDATE "ChainTransaction" SET "status" = 'DEAD', "settledAt" = :now,
              "spentMicroNear" = 0
            WHERE "hash" = :hash AND ${isOpen} RETURNING ${endedColumns}`,
          params: { hash, now: nowMs },
        },
        ...consequences(hash, 'DEAD'),
      ]);
      return row ? toEnded(row) : null;
    },

    async readTransaction(hash) {
      const [row] = await database.read({
        sql: `SELECT ${transactionColumns} FROM "ChainTransaction" AS "tx" WHERE "tx"."hash" = :hash`,
        params: { hash },
      });
      return row ? toTransaction(row) : null;
    },

    async readWalletTransactions(userIds) {
      const rows = await database.read({
        sql: `SELECT ${transactionColumns}, "link"."userId", "link"."purpose" AS "walletPurpose",
            "link"."live"
          FROM "ChainTransactionWallet" AS "link"
          JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
          WHERE "link"."userId" IN (SELECT "value" FROM json_each(:userIds))
          ORDER BY "tx"."createdAt", "tx"."nonce"`,
        params: { userIds: JSON.stringify(userIds) },
      });
      return rows.map((row) => ({
        ...toTransaction(row),
        userId: String(row.userId),
        walletPurpose: String(row.walletPurpose) as WalletPurpose,
        live: row.live === 1,
      }));
    },

    async readOpenTransactions(publicKeys) {
      const rows = await database.read({
        sql: `SELECT ${transactionColumns} FROM "ChainTransaction" AS "tx"
          WHERE "tx"."publicKey" IN (SELECT "value" FROM json_each(:publicKeys)) AND ${isOpen}
          ORDER BY "tx"."nonce"`,
        params: { publicKeys: JSON.stringify(publicKeys) },
      });
      return rows.map(toTransaction);
    },

    async readCompletedReward(userId) {
      const [row] = await database.read({
        sql: `SELECT "amount", "tokenContract" FROM "TokenTransfer" WHERE "userId" = ${rewardHolder}
          AND "purpose" = 'SIGNUP_REWARD' AND "status" = 'COMPLETED'`,
        params: { userId },
      });
      return row ? { amount: String(row.amount), tokenContract: String(row.tokenContract) } : null;
    },
  };
}

/** @returns null when unknown, or when a sum with another value could overflow SQLite's integers */
function toBurntMicro(burntYocto: bigint | null): number | null {
  const micro = burntYocto === null ? null : toMicroCost(burntYocto, nearDecimals);
  return micro !== null && micro < Number.MAX_SAFE_INTEGER / 2 ? micro : null;
}

interface CommitTotal {
  microNear: number;
  microToken: number;
}

/** The sum for the first transaction that must be covered, null for the others. Noops may always be signed. */
function totalsOf(transactions: NewTransaction[]): (CommitTotal | null)[] {
  const covered = transactions.filter(({ transaction }) => transaction.purpose !== 'TOMBSTONE');
  const total = {
    microNear: covered.reduce((sum, each) => sum + each.maxCostMicroNear, 0),
    microToken: covered.reduce((sum, each) => sum + each.maxCostMicroToken, 0),
  };
  return transactions.map((each) => (each === covered[0] ? total : null));
}

/** What all transactions of one commit have in common. */
interface Commit {
  ground: CommitGround;
  reserve: number;
  spendLimits: SpendLimits;
  now: number;
}

function intentStatements(
  added: NewTransaction,
  commit: Commit & { total: CommitTotal | null },
): SqlStatement[] {
  const { nonce } = added.transaction;
  const { laneNumber } = added.lane;
  return [
    insertion(added, commit),
    {
      sql: `UPDATE "ServiceKeyLane" SET "nonce" = :nonce WHERE "laneNumber" = :laneNumber`,
      params: { nonce, laneNumber },
    },
    ...added.wallets.flatMap((wallet) => walletStatements(added, wallet, commit.now)),
    ...added.newLanes.map(newLane),
  ];
}

function insertion(
  {
    transaction,
    maxCostMicroNear,
    maxCostMicroToken,
    valueMicroNear,
    lane,
    wallets,
  }: NewTransaction,
  { total, ground, reserve, spendLimits, now }: Commit & { total: CommitTotal | null },
): SqlStatement {
  const claims = wallets.map(({ userId, claimToken }) => ({ userId, claimToken }));
  return {
    sql: insertTransaction,
    params: {
      ...transaction,
      ...lane,
      ...ground,
      costNear: maxCostMicroNear,
      costToken: maxCostMicroToken,
      valueMicroNear,
      claims: JSON.stringify(claims),
      claimCount: claims.length,
      commitNear: total?.microNear ?? null,
      commitToken: total?.microToken ?? null,
      reserve,
      ...spendLimits,
      now,
    },
  };
}

function walletStatements(
  { transaction: { hash, purpose } }: NewTransaction,
  { userId, reward }: NewTransaction['wallets'][number],
  now: number,
): SqlStatement[] {
  const link = {
    sql: `INSERT INTO "ChainTransactionWallet" ("hash", "userId", "purpose", "live")
      VALUES (:hash, :userId, :purpose, 1)`,
    params: { hash, userId, purpose },
  };
  if (!reward) return [link];
  // The id combines hash and user: one row per user, and no randomness is needed.
  const id = `${hash}:${userId}`;
  return [link, { sql: upsertReward, params: { id, userId, hash, ...reward, now } }];
}

function newLane({ laneNumber, publicKey }: NewTransaction['newLanes'][number]): SqlStatement {
  return {
    sql: `INSERT INTO "ServiceKeyLane"
        ("laneNumber", "publicKey", "nonce", "leasedUntil", "fencingToken")
      SELECT :laneNumber, :publicKey, 0, 0, 0 WHERE NOT EXISTS (
        SELECT 1 FROM "ServiceKeyLane" AS "other"
        WHERE "other"."publicKey" = :publicKey AND "other"."laneNumber" <> :laneNumber)
      ON CONFLICT ("laneNumber") DO UPDATE SET "nonce" = -ABS("ServiceKeyLane"."nonce"),
        "holder" = NULL, "leasedUntil" = 0,
        "fencingToken" = "ServiceKeyLane"."fencingToken" + 1
        WHERE "ServiceKeyLane"."publicKey" = excluded."publicKey"`,
    params: { laneNumber, publicKey },
  };
}

/** Consequences of an outcome for rewards and links; none if the row got another outcome meanwhile. */
function consequences(hash: string, status: 'SUCCEEDED' | 'FAILED' | 'DEAD'): SqlStatement[] {
  const ended = `EXISTS (SELECT 1 FROM "ChainTransaction" WHERE "hash" = :hash AND "status" = :status)`;
  const rewards = {
    sql: `UPDATE "TokenTransfer" SET "status" = '${status === 'SUCCEEDED' ? 'COMPLETED' : 'FAILED'}'
      WHERE "txHash" = :hash AND "status" = 'PENDING' AND ${ended}`,
    params: { hash, status },
  };
  if (status === 'SUCCEEDED') return [rewards];
  const links = {
    sql: `UPDATE "ChainTransactionWallet" SET "live" = 0 WHERE "hash" = :hash AND ${ended}`,
    params: { hash, status },
  };
  return [rewards, links];
}

export function toTransaction(row: SqlRow): StoredTransaction {
  return {
    hash: String(row.hash),
    signerId: String(row.signerId),
    publicKey: String(row.publicKey),
    nonce: Number(row.nonce),
    receiverId: String(row.receiverId),
    signedBytes: String(row.signedBytes),
    referenceHeight: Number(row.referenceHeight),
    purpose: String(row.purpose) as TransactionPurpose,
    status: String(row.status) as TransactionStatus,
    failure: row.failure == null ? null : String(row.failure),
  };
}

function toEnded(row: SqlRow): EndedTransaction {
  const userIds: string[] = JSON.parse(String(row.userIds));
  return { hash: String(row.hash), userIds };
}

function toDeployment(row: SqlRow): Deployment {
  const reason = row.pauseReason == null ? null : String(row.pauseReason);
  return {
    deploymentId: String(row.deploymentId),
    genesisHash: String(row.genesisHash),
    networkId: String(row.networkId),
    serviceAccountId: String(row.serviceAccountId),
    tokenContract: String(row.tokenContract),
    createdAtMs: Number(row.createdAt),
    pausedAtMs: row.pausedAt == null ? null : Number(row.pausedAt),
    // A reason written by a newer version still pauses: an operator must decide.
    pauseReason: reason === null || isPauseReason(reason) ? reason : 'OPERATOR',
    reconciledAtMs: row.reconciledAt == null ? null : Number(row.reconciledAt),
    epoch: Number(row.epoch),
    // A reading without a height is from an older version: what was settled since cannot be counted.
    treasury:
      row.treasuryHeight == null
        ? null
        : {
            microNear: Number(row.treasuryMicroNear),
            microToken: Number(row.treasuryMicroToken),
            readAtMs: Number(row.treasuryReadAt),
          },
    runwayWallets: row.runwayWallets == null ? null : Number(row.runwayWallets),
    newestHash: row.newestHash == null ? null : String(row.newestHash),
  };
}
