import { ConstraintError, type SqlDatabase, type SqlStatement } from './sql-database.ts';

/** A journal of our own, so that the migrations of a host application and ours never hide each other. */
const JOURNAL = 'WalletEngineMigration';

/**
 * The tables of the engine, by version. A published version is never changed: a change is a new version.
 * `IF NOT EXISTS`, because the app of this repository created them before the engine had a journal.
 */
export const walletTableVersions: readonly (readonly string[])[] = [
  [
    `CREATE TABLE IF NOT EXISTS "Wallet" (
      "id" text PRIMARY KEY NOT NULL,
      "ownerId" text,
      "accountId" text,
      "publicKey" text,
      "encryptedPrivateKey" text,
      "status" text,
      "error" text,
      "requestedAt" integer,
      "startedAt" integer,
      "completedAt" integer,
      "attempts" integer DEFAULT 0 NOT NULL,
      "takeovers" integer DEFAULT 0 NOT NULL,
      "availableAt" integer,
      "claimToken" text,
      "epoch" integer,
      "updatedAt" integer,
      "balance" text DEFAULT '0' NOT NULL,
      "balanceReadAt" integer,
      CONSTRAINT "Wallet_status_check" CHECK("status" IS NULL OR ("status" IN ('PENDING', 'CREATING', 'READY', 'FAILED') AND ("status" <> 'READY' OR "accountId" IS NOT NULL)))
    )`,
    'CREATE UNIQUE INDEX IF NOT EXISTS "Wallet_ownerId_unique" ON "Wallet" ("ownerId")',
    'CREATE UNIQUE INDEX IF NOT EXISTS "Wallet_accountId_unique" ON "Wallet" ("accountId")',
    `CREATE INDEX IF NOT EXISTS "Wallet_availableAt_idx" ON "Wallet" ("availableAt")
      WHERE "availableAt" IS NOT NULL`,
    `CREATE TABLE IF NOT EXISTS "WalletEvent" (
      "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      "userId" text NOT NULL,
      "fromStatus" text,
      "toStatus" text,
      "attempt" integer NOT NULL,
      "errorCode" text,
      "createdAt" integer NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS "WalletEvent_userId_idx" ON "WalletEvent" ("userId")',
    `CREATE TRIGGER IF NOT EXISTS "Wallet_inserted_event" AFTER INSERT ON "Wallet"
      WHEN NEW."status" IS NOT NULL
      BEGIN
        INSERT INTO "WalletEvent" ("userId", "fromStatus", "toStatus", "attempt", "errorCode", "createdAt")
        VALUES (NEW."id", NULL, NEW."status", NEW."attempts", NEW."error", COALESCE(NEW."updatedAt", unixepoch() * 1000));
      END`,
    `CREATE TRIGGER IF NOT EXISTS "Wallet_updated_event" AFTER UPDATE OF "status", "claimToken" ON "Wallet"
      WHEN OLD."status" IS NOT NEW."status"
        OR (NEW."status" = 'CREATING' AND OLD."claimToken" IS NOT NEW."claimToken")
      BEGIN
        INSERT INTO "WalletEvent" ("userId", "fromStatus", "toStatus", "attempt", "errorCode", "createdAt")
        VALUES (NEW."id", OLD."status", NEW."status", NEW."attempts", NEW."error", COALESCE(NEW."updatedAt", unixepoch() * 1000));
      END`,
    `CREATE TABLE IF NOT EXISTS "ChainTransaction" (
      "hash" text PRIMARY KEY NOT NULL,
      "signerId" text NOT NULL,
      "publicKey" text NOT NULL,
      "nonce" integer NOT NULL,
      "receiverId" text NOT NULL,
      "signedBytes" text NOT NULL,
      "referenceHeight" integer NOT NULL,
      "purpose" text NOT NULL,
      "maxCostMicroNear" integer NOT NULL,
      "maxCostMicroToken" integer NOT NULL,
      "status" text NOT NULL,
      "gasBurnt" text,
      "burntYocto" text,
      "failure" text,
      "createdAt" integer NOT NULL,
      "includedAt" integer,
      "settledAt" integer,
      "valueMicroNear" integer,
      "spentMicroNear" integer,
      "settledHeight" integer,
      CONSTRAINT "ChainTransaction_status_check" CHECK("status" IN ('SIGNED', 'SENT', 'SUCCEEDED', 'FAILED', 'DEAD'))
    )`,
    `CREATE UNIQUE INDEX IF NOT EXISTS "ChainTransaction_publicKey_nonce_key"
      ON "ChainTransaction" ("publicKey", "nonce")`,
    `CREATE INDEX IF NOT EXISTS "ChainTransaction_open_idx" ON "ChainTransaction" ("publicKey")
      WHERE "status" IN ('SIGNED', 'SENT')`,
    `CREATE INDEX IF NOT EXISTS "ChainTransaction_settledHeight_idx"
      ON "ChainTransaction" ("settledHeight")`,
    `CREATE INDEX IF NOT EXISTS "ChainTransaction_spending_idx" ON "ChainTransaction"
      ("createdAt", "spentMicroNear", "maxCostMicroNear", "status", "maxCostMicroToken")`,
    `CREATE TABLE IF NOT EXISTS "ChainTransactionWallet" (
      "hash" text NOT NULL REFERENCES "ChainTransaction" ("hash"),
      "userId" text NOT NULL,
      "purpose" text NOT NULL,
      "live" integer NOT NULL,
      PRIMARY KEY ("hash", "userId", "purpose")
    )`,
    `CREATE INDEX IF NOT EXISTS "ChainTransactionWallet_userId_idx"
      ON "ChainTransactionWallet" ("userId")`,
    `CREATE UNIQUE INDEX IF NOT EXISTS "ChainTransactionWallet_live_key"
      ON "ChainTransactionWallet" ("userId", "purpose") WHERE "live" = 1`,
    `CREATE TABLE IF NOT EXISTS "TokenTransfer" (
      "id" text PRIMARY KEY NOT NULL,
      "userId" text NOT NULL,
      "txHash" text NOT NULL,
      "amount" text NOT NULL,
      "tokenContract" text NOT NULL,
      "status" text NOT NULL,
      "purpose" text NOT NULL,
      "createdAt" integer NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS "TokenTransfer_userId_idx" ON "TokenTransfer" ("userId")',
    'CREATE INDEX IF NOT EXISTS "TokenTransfer_txHash_idx" ON "TokenTransfer" ("txHash")',
    `CREATE UNIQUE INDEX IF NOT EXISTS "TokenTransfer_signup_reward_key"
      ON "TokenTransfer" ("userId") WHERE "purpose" = 'SIGNUP_REWARD'`,
    `CREATE TABLE IF NOT EXISTS "ServiceKeyLane" (
      "laneNumber" integer PRIMARY KEY NOT NULL,
      "publicKey" text NOT NULL,
      "nonce" integer NOT NULL,
      "holder" text,
      "leasedUntil" integer NOT NULL,
      "fencingToken" integer NOT NULL
    )`,
    `CREATE UNIQUE INDEX IF NOT EXISTS "ServiceKeyLane_publicKey_unique"
      ON "ServiceKeyLane" ("publicKey")`,
    `CREATE TABLE IF NOT EXISTS "Deployment" (
      "singleton" integer PRIMARY KEY NOT NULL,
      "deploymentId" text NOT NULL,
      "genesisHash" text NOT NULL,
      "networkId" text NOT NULL,
      "serviceAccountId" text NOT NULL,
      "tokenContract" text NOT NULL,
      "createdAt" integer NOT NULL,
      "pauseReason" text,
      "pausedAt" integer,
      "treasuryMicroNear" integer,
      "treasuryMicroToken" integer,
      "treasuryReadAt" integer,
      "runwayWallets" integer,
      "reconciledAt" integer,
      "treasuryHeight" integer,
      "epoch" integer DEFAULT 1 NOT NULL,
      CONSTRAINT "Deployment_singleton_check" CHECK("singleton" = 1)
    )`,
    `CREATE TABLE IF NOT EXISTS "MasterKeyCheck" (
      "version" integer PRIMARY KEY NOT NULL,
      "salt" text NOT NULL,
      "proof" text NOT NULL,
      "createdAt" integer NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS "OperatorAction" (
      "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      "actor" text NOT NULL,
      "action" text NOT NULL,
      "userId" text,
      "detail" text,
      "createdAt" integer NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS "OperatorAction_userId_idx" ON "OperatorAction" ("userId")',
  ],
  [
    `CREATE TABLE IF NOT EXISTS "WalletKeyExport" (
      "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      "walletId" text NOT NULL,
      "createdAt" integer NOT NULL
    )`,
    `CREATE INDEX IF NOT EXISTS "WalletKeyExport_walletId_idx"
      ON "WalletKeyExport" ("walletId")`,
  ],
  [
    `CREATE TABLE IF NOT EXISTS "DeploymentIdentity" (
      "singleton" integer PRIMARY KEY NOT NULL,
      "deploymentId" text NOT NULL,
      CONSTRAINT "DeploymentIdentity_singleton_check" CHECK("singleton" = 1)
    )`,
    // Written with the table: keys are bound to it before the first contact with the chain.
    `INSERT INTO "DeploymentIdentity" ("singleton", "deploymentId")
      SELECT 1, COALESCE((SELECT "deploymentId" FROM "Deployment"), lower(hex(randomblob(16))))
      WHERE NOT EXISTS (SELECT 1 FROM "DeploymentIdentity")`,
  ],
  [
    `CREATE TABLE IF NOT EXISTS "SealingKey" (
      "version" integer PRIMARY KEY NOT NULL,
      "publicKey" text NOT NULL,
      "createdAt" integer NOT NULL
    )`,
  ],
  [
    `CREATE INDEX IF NOT EXISTS "Wallet_stock_idx" ON "Wallet" ("completedAt") WHERE "ownerId" IS NULL`,
    // From then on the reward row belongs to the owner, as for a wallet requested by its owner.
    `CREATE TRIGGER IF NOT EXISTS "Wallet_taken_event" AFTER UPDATE OF "ownerId" ON "Wallet"
      WHEN OLD."ownerId" IS NULL AND NEW."ownerId" IS NOT NULL
      BEGIN
        UPDATE "TokenTransfer" SET "userId" = NEW."ownerId" WHERE "userId" = NEW."id";
        INSERT INTO "WalletEvent" ("userId", "fromStatus", "toStatus", "attempt", "errorCode", "createdAt")
        VALUES (NEW."id", OLD."status", NEW."status", NEW."attempts", NEW."error", COALESCE(NEW."updatedAt", unixepoch() * 1000));
      END`,
  ],
];

/**
 * Brings the engine's tables up to date, each version in one commit or not at all. Safe to repeat and to run
 * from several processes at once. Run it after the host's own migrations.
 * @throws ServiceError `DATABASE_BUSY` when the database does not answer
 */
export function migrateWalletTables(database: SqlDatabase, nowMs: number): Promise<void> {
  return applyTableVersions({ database, versions: walletTableVersions, nowMs });
}

/** As {@link migrateWalletTables}, with the versions in a database's own dialect. */
export async function applyTableVersions({
  database,
  versions,
  nowMs,
}: {
  database: SqlDatabase;
  versions: readonly (readonly string[])[];
  nowMs: number;
}): Promise<void> {
  const statement = (sql: string, params: SqlStatement['params'] = {}) => ({ sql, params });
  await database.write([
    statement(`CREATE TABLE IF NOT EXISTS "${JOURNAL}" (
      "version" integer PRIMARY KEY NOT NULL, "appliedAt" bigint NOT NULL)`),
  ]);
  const applied = await database.read(statement(`SELECT "version" FROM "${JOURNAL}"`));
  const known = new Set(applied.map(({ version }) => Number(version)));
  for (const [index, statements] of versions.entries()) {
    const version = index + 1;
    if (known.has(version)) continue;
    const record = statement(
      `INSERT INTO "${JOURNAL}" ("version", "appliedAt") VALUES (:version, :nowMs)`,
      { version, nowMs },
    );
    try {
      await database.write([record, ...statements.map((sql) => statement(sql))]);
    } catch (error) {
      // Another process has just applied it.
      if (!(error instanceof ConstraintError)) throw error;
    }
  }
}
