import type { LaneStore } from '../lane-store.ts';
import type { SqlDatabase } from './sql-database.ts';

/** The lanes' rows in SQLite or libSQL. */
export function createSqliteLaneStore(database: SqlDatabase): LaneStore {
  return {
    async readLanes() {
      const rows = await database.read({
        sql: `SELECT "laneNumber", "publicKey", "nonce" FROM "ServiceKeyLane" ORDER BY "laneNumber"`,
        params: {},
      });
      return rows.map((row) => ({
        laneNumber: Number(row.laneNumber),
        publicKey: String(row.publicKey),
        nonce: Number(row.nonce),
      }));
    },

    async addOwnKey({ publicKey }) {
      await database.write([
        {
          sql: `INSERT INTO "ServiceKeyLane"
              ("laneNumber", "publicKey", "nonce", "leasedUntil", "fencingToken")
            VALUES (0, :publicKey, 0, 0, 0)
            ON CONFLICT ("laneNumber") DO UPDATE
              SET "publicKey" = excluded."publicKey", "nonce" = 0
              WHERE "publicKey" <> excluded."publicKey"`,
          params: { publicKey },
        },
      ]);
    },

    async readOrphanedLanes({ nowMs }) {
      const rows = await database.read({
        sql: `SELECT DISTINCT "lane"."laneNumber" FROM "ChainTransaction" AS "tx"
          JOIN "ServiceKeyLane" AS "lane" ON "lane"."publicKey" = "tx"."publicKey"
          WHERE "tx"."status" IN ('SIGNED', 'SENT')
            AND ("lane"."holder" IS NULL OR "lane"."leasedUntil" <= :now)`,
        params: { now: nowMs },
      });
      return rows.map((row) => Number(row.laneNumber));
    },

    async leaseLanes({ holder, laneNumbers, limit, nowMs, leaseDurationMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "ServiceKeyLane" SET "holder" = :holder, "leasedUntil" = :now + :lease,
              "fencingToken" = "fencingToken" + 1
            WHERE "laneNumber" IN (
              SELECT "laneNumber" FROM "ServiceKeyLane"
              WHERE "laneNumber" IN (SELECT "value" FROM json_each(:laneNumbers))
                AND ("holder" IS NULL OR "leasedUntil" <= :now)
              ORDER BY "laneNumber" LIMIT :limit)
            RETURNING "laneNumber", "publicKey", "nonce", "fencingToken"`,
          params: {
            holder,
            now: nowMs,
            lease: leaseDurationMs,
            limit,
            laneNumbers: JSON.stringify(laneNumbers),
          },
        },
      ]);
      return rows.map((row) => ({
        laneNumber: Number(row.laneNumber),
        publicKey: String(row.publicKey),
        nonce: Number(row.nonce),
        fencingToken: Number(row.fencingToken),
      }));
    },

    async renewLanes({ holder, lanes, nowMs, leaseDurationMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "ServiceKeyLane" SET "leasedUntil" = :now + :lease
            WHERE "holder" = :holder AND ${heldLanes} RETURNING "laneNumber"`,
          params: { holder, now: nowMs, lease: leaseDurationMs, lanes: JSON.stringify(lanes) },
        },
      ]);
      return rows.map((row) => Number(row.laneNumber));
    },

    async releaseLanes({ holder, lanes }) {
      await database.write([
        {
          sql: `UPDATE "ServiceKeyLane" SET "holder" = NULL, "leasedUntil" = 0
            WHERE "holder" = :holder AND ${heldLanes}`,
          params: { holder, lanes: JSON.stringify(lanes) },
        },
      ]);
    },
  };
}

const heldLanes = `("laneNumber", "fencingToken") IN (
  SELECT "value" ->> 'laneNumber', "value" ->> 'fencingToken' FROM json_each(:lanes))`;
