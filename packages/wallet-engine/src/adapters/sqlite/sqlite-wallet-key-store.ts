import type { StoredWalletKey, WalletKeyStore } from '../../ports/wallet-key-store.ts';
import type { SqlDatabase, SqlRow } from './sql-database.ts';

const versionOf = `CASE WHEN "nearPrivateKey" LIKE 'v%.%'
  THEN CAST(substr("nearPrivateKey", 2) AS INTEGER) ELSE 0 END`;

/** The key columns of users in SQLite or libSQL. */
export function createSqliteWalletKeyStore(database: SqlDatabase): WalletKeyStore {
  return {
    async readWalletKeys({ exceptVersion, afterUserId, limit }) {
      const rows = await database.read({
        sql: `SELECT "id", "nearAccountId", "nearPublicKey", "nearPrivateKey" FROM "User"
          WHERE "id" > :afterUserId AND "nearPrivateKey" IS NOT NULL
            AND ${versionOf} <> :exceptVersion
          ORDER BY "id" LIMIT CAST(:limit AS INTEGER)`,
        params: { afterUserId, exceptVersion, limit },
      });
      return rows.map(toStoredKey);
    },

    async readKeysOfVersion({ version, limit }) {
      const rows = await database.read({
        sql: `SELECT "id", "nearAccountId", "nearPublicKey", "nearPrivateKey" FROM "User"
          WHERE "nearPrivateKey" IS NOT NULL AND ${versionOf} = :version
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
          sql: `UPDATE "User" SET "nearPrivateKey" = :to
            WHERE "id" = :userId AND "nearPublicKey" = :publicKey AND "nearPrivateKey" = :from
            RETURNING "id"`,
          params: { userId, publicKey, from, to },
        })),
      );
      return results.filter((rows) => rows.length === 1).length;
    },

    async countByVersion() {
      const rows = await database.read({
        sql: `SELECT ${versionOf} AS "version", count(*) AS "count" FROM "User"
          WHERE "nearPrivateKey" IS NOT NULL GROUP BY 1`,
        params: {},
      });
      return new Map(rows.map((row) => [Number(row.version), Number(row.count)]));
    },
  };
}

function toStoredKey(row: SqlRow): StoredWalletKey {
  return {
    userId: String(row.id),
    accountId: row.nearAccountId == null ? null : String(row.nearAccountId),
    publicKey: row.nearPublicKey == null ? null : String(row.nearPublicKey),
    encryptedPrivateKey: String(row.nearPrivateKey),
  };
}
