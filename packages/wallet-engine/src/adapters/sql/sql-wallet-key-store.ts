import type { StoredWalletKey, WalletKeyStore } from '../../ports/wallet-key-store.ts';
import type { SqlDatabase, SqlRow } from './sql-database.ts';

/** The digits between `v` and the first dot; older keys have no version. */
const versionOf = `CAST(CASE ${[1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map(
    (digits) => `WHEN "encryptedPrivateKey" LIKE 'v${'_'.repeat(digits)}.%'
      THEN substr("encryptedPrivateKey", 2, ${digits})`,
  )
  .join(' ')} ELSE '0' END AS BIGINT)`;

const storedKey = `"id", "accountId", "publicKey", "encryptedPrivateKey",
  (SELECT "deploymentId" FROM "DeploymentIdentity") AS "deploymentId"`;

/** Excludes these prefixes, compared literally: in a pattern some characters would be wildcards. */
function beginsOtherwise(forms: readonly string[]) {
  const names = forms.map((_, index) => `:form${index}`);
  return {
    sql: names
      .map((name) => `AND substr("encryptedPrivateKey", 1, length(${name})) <> ${name}`)
      .join(' '),
    params: Object.fromEntries(forms.map((form, index) => [`form${index}`, form])),
  };
}

/** Stored wallet keys in SQLite or PostgreSQL. */
export function createSqlWalletKeyStore(database: SqlDatabase): WalletKeyStore {
  return {
    async readDeploymentId() {
      const [row] = await database.read({
        sql: 'SELECT "deploymentId" FROM "DeploymentIdentity"',
        params: {},
      });
      if (!row) throw new Error('the database has lost its row of DeploymentIdentity');
      return String(row.deploymentId);
    },

    async readWalletKeys({ exceptForms, afterUserId, limit }) {
      const otherwise = beginsOtherwise(exceptForms);
      const rows = await database.read({
        sql: `SELECT ${storedKey} FROM "Wallet"
          WHERE "id" > :afterUserId AND "encryptedPrivateKey" IS NOT NULL ${otherwise.sql}
          ORDER BY "id" LIMIT CAST(:limit AS INTEGER)`,
        params: { afterUserId, limit, ...otherwise.params },
      });
      return rows.map(toStoredKey);
    },

    async readSealingKeys() {
      const rows = await database.read({
        sql: 'SELECT "version", "publicKey" FROM "SealingKey" ORDER BY "version"',
        params: {},
      });
      return rows.map(({ version, publicKey }) => ({
        version: Number(version),
        publicKey: String(publicKey),
      }));
    },

    async addSealingKey({ sealingKey, nowMs }) {
      await database.write([
        {
          sql: `INSERT INTO "SealingKey" ("version", "publicKey", "createdAt")
            VALUES (:version, :publicKey, :now) ON CONFLICT DO NOTHING`,
          params: { ...sealingKey, now: nowMs },
        },
      ]);
    },

    async removeSealingKeys({ exceptVersion }) {
      await database.write([
        {
          sql: 'DELETE FROM "SealingKey" WHERE "version" <> :exceptVersion',
          params: { exceptVersion },
        },
      ]);
    },

    async countWalletKeys({ exceptForms }) {
      const otherwise = beginsOtherwise(exceptForms);
      const [row] = await database.read({
        sql: `SELECT count(*) AS "count" FROM "Wallet"
          WHERE "encryptedPrivateKey" IS NOT NULL ${otherwise.sql}`,
        params: otherwise.params,
      });
      return Number(row?.count);
    },

    async readKeysOfVersion({ version, limit }) {
      const rows = await database.read({
        sql: `SELECT ${storedKey} FROM "Wallet"
          WHERE "encryptedPrivateKey" IS NOT NULL AND ${versionOf} = :version
          LIMIT CAST(:limit AS INTEGER)`,
        params: { version, limit },
      });
      return rows.map(toStoredKey);
    },

    async readMasterKeyProofs() {
      const rows = await database.read({
        sql: 'SELECT "version", "salt", "proof" FROM "MasterKeyCheck"',
        params: {},
      });
      return rows.map(({ version, salt, proof }) => ({
        version: Number(version),
        salt: String(salt),
        proof: String(proof),
      }));
    },

    async addMasterKeyProofs({ proofs, nowMs }) {
      await database.write(
        proofs.map(({ version, salt, proof }) => ({
          sql: `INSERT INTO "MasterKeyCheck" ("version", "salt", "proof", "createdAt")
            VALUES (:version, :salt, :proof, :now) ON CONFLICT DO NOTHING`,
          params: { version, salt, proof, now: nowMs },
        })),
      );
    },

    async replaceCiphertexts(replacements) {
      const results = await database.write(
        replacements.map(({ userId, publicKey, from, to }) => ({
          sql: `UPDATE "Wallet" SET "encryptedPrivateKey" = :to
            WHERE "id" = :userId AND "publicKey" = :publicKey AND "encryptedPrivateKey" = :from
            RETURNING "id"`,
          params: { userId, publicKey, from, to },
        })),
      );
      return results.filter((rows) => rows.length === 1).length;
    },

    async recordKeyExport({ ownerId, nowMs }) {
      const [recorded = []] = await database.write([
        {
          sql: `INSERT INTO "WalletKeyExport" ("walletId", "createdAt")
            SELECT "id", :nowMs FROM "Wallet" WHERE "ownerId" = :ownerId AND "status" = 'READY'
              AND "accountId" IS NOT NULL AND "publicKey" IS NOT NULL
              AND "encryptedPrivateKey" IS NOT NULL
            RETURNING "walletId"`,
          params: { ownerId, nowMs },
        },
      ]);
      const [first] = recorded;
      if (!first) return null;
      const [row] = await database.read({
        sql: `SELECT ${storedKey} FROM "Wallet"
          WHERE "id" = :walletId`,
        params: { walletId: String(first.walletId) },
      });
      return row ? toStoredKey(row) : null;
    },

    async countByVersion() {
      const rows = await database.read({
        sql: `SELECT ${versionOf} AS "version", count(*) AS "count" FROM "Wallet"
          WHERE "encryptedPrivateKey" IS NOT NULL GROUP BY 1`,
        params: {},
      });
      return new Map(rows.map((row) => [Number(row.version), Number(row.count)]));
    },
  };
}

function toStoredKey(row: SqlRow): StoredWalletKey {
  return {
    deploymentId: String(row.deploymentId),
    userId: String(row.id),
    accountId: row.accountId == null ? null : String(row.accountId),
    publicKey: row.publicKey == null ? null : String(row.publicKey),
    encryptedPrivateKey: String(row.encryptedPrivateKey),
  };
}
