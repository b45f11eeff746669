import type { WalletKeyStore } from '../wallet-key-store.ts';
import type { SqlDatabase } from './sql-database.ts';

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
      return rows.map((row) => ({
        userId: String(row.id),
        accountId: row.nearAccountId == null ? null : String(row.nearAccountId),
        publicKey: row.nearPublicKey == null ? null : String(row.nearPublicKey),
        encryptedPrivateKey: String(row.nearPrivateKey),
      }));
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
