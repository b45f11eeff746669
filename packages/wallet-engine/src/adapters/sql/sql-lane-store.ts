import type { LaneStore, LeasedLane } from '../../ports/lane-store.ts';
import { rowLimit, type SqlDatabase, type SqlRow } from './sql-database.ts';

/** The lanes' rows in SQLite or PostgreSQL. */
export function createSqlLaneStore(database: SqlDatabase): LaneStore {
  return {
    async readLanes() {
      const rows = await database.read({
        sql: `SELECT "laneNumber", "publicKey", "nonce" FROM "ServiceKeyLane" ORDER BY "laneNumber"`,
        params: {},
      });
      return rows.map(toLane);
    },

    async addOwnKey({ publicKey }) {
      await database.write([
        {
          sql: `INSERT INTO "ServiceKeyLane"
              ("laneNumber", "publicKey", "nonce", "leasedUntil", "fencingToken")
            VALUES (0, :publicKey, 0, 0, 0)
            ON CONFLICT ("laneNumber") DO UPDATE
              SET "publicKey" = excluded."publicKey", "nonce" = 0, "holder" = NULL,
                "leasedUntil" = 0, "fencingToken" = "ServiceKeyLane"."fencingToken" + 1
              WHERE "ServiceKeyLane"."publicKey" <> excluded."publicKey"`,
          params: { publicKey },
        },
      ]);
    },

    async adoptLanes(lanes) {
      await database.write(
        lanes.map(({ laneNumber, publicKey, nonce }) => ({
          sql: `INSERT INTO "ServiceKeyLane"
              ("laneNumber", "publicKey", "nonce", "leasedUntil", "fencingToken")
            VALUES (:laneNumber, :publicKey, :nonce, 0, 0)
            ON CONFLICT ("laneNumber") DO UPDATE SET
                "nonce" = CASE WHEN ABS("ServiceKeyLane"."nonce") > excluded."nonce"
                  THEN ABS("ServiceKeyLane"."nonce") ELSE excluded."nonce" END
              WHERE "ServiceKeyLane"."publicKey" = excluded."publicKey"`,
          params: { laneNumber, publicKey, nonce },
        })),
      );
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
              WHERE "laneNumber" IN (SELECT CAST("value" AS BIGINT) FROM json_each(:laneNumbers))
                AND ("holder" IS NULL OR "leasedUntil" <= :now)
              ORDER BY "laneNumber" ${rowLimit})
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
      return rows.map(toLeasedLane);
    },

    async readFarLeases({ beyondMs }) {
      const rows = await database.read({
        sql: `SELECT "laneNumber", "fencingToken", "leasedUntil" FROM "ServiceKeyLane"
          WHERE "holder" IS NOT NULL AND "leasedUntil" > :beyond ORDER BY "laneNumber"`,
        params: { beyond: beyondMs },
      });
      return rows.map((row) => ({
        laneNumber: Number(row.laneNumber),
        fencingToken: Number(row.fencingToken),
        leasedUntilMs: Number(row.leasedUntil),
      }));
    },

    async endFarLeases({ leases, nowMs }) {
      await database.write([
        {
          sql: `UPDATE "ServiceKeyLane" SET "leasedUntil" = :now
            WHERE ("laneNumber", "fencingToken", "leasedUntil") IN (
              SELECT CAST("value" ->> 'laneNumber' AS BIGINT),
                CAST("value" ->> 'fencingToken' AS BIGINT),
                CAST("value" ->> 'leasedUntilMs' AS BIGINT) FROM json_each(:leases))`,
          params: { leases: JSON.stringify(leases), now: nowMs },
        },
      ]);
    },

    async countHeldLanes({ laneNumbers, nowMs }) {
      const rows = await database.read({
        sql: `SELECT "holder", count(*) AS "lanes" FROM "ServiceKeyLane"
          WHERE "laneNumber" IN (SELECT CAST("value" AS BIGINT) FROM json_each(:laneNumbers))
            AND "holder" IS NOT NULL AND "leasedUntil" > :now
          GROUP BY "holder" ORDER BY "holder"`,
        params: { laneNumbers: JSON.stringify(laneNumbers), now: nowMs },
      });
      return rows.map((row) => ({ holder: String(row.holder), lanes: Number(row.lanes) }));
    },

    async takeHeldLanes({ holder, laneNumbers, limit, leaveEach, nowMs, leaseDurationMs }) {
      const [rows = []] = await database.write([
        {
          sql: `UPDATE "ServiceKeyLane" SET "holder" = :holder, "leasedUntil" = :now + :lease,
              "fencingToken" = "fencingToken" + 1
            WHERE "laneNumber" IN (
              SELECT "laneNumber" FROM (
                SELECT "laneNumber",
                  row_number() OVER (PARTITION BY "holder" ORDER BY "laneNumber") AS "rank"
                FROM "ServiceKeyLane"
                WHERE "laneNumber" IN (SELECT CAST("value" AS BIGINT) FROM json_each(:laneNumbers))
                  AND "holder" IS NOT NULL AND "holder" <> :holder AND "leasedUntil" > :now) AS "ranked"
              WHERE "rank" > :leaveEach ORDER BY "rank" DESC, "laneNumber" ${rowLimit})
            RETURNING "laneNumber", "publicKey", "nonce", "fencingToken"`,
          params: {
            holder,
            now: nowMs,
            lease: leaseDurationMs,
            limit,
            leaveEach,
            laneNumbers: JSON.stringify(laneNumbers),
          },
        },
      ]);
      return rows.map(toLeasedLane);
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

/** A negative nonce: the last one used by a lane whose key is being added again. */
function toLane(row: SqlRow): Omit<LeasedLane, 'fencingToken'> {
  const nonce = Number(row.nonce);
  return {
    laneNumber: Number(row.laneNumber),
    publicKey: String(row.publicKey),
    nonce: Math.abs(nonce),
    isAddedAgain: nonce < 0,
  };
}

function toLeasedLane(row: SqlRow): LeasedLane {
  return { ...toLane(row), fencingToken: Number(row.fencingToken) };
}

const heldLanes = `("laneNumber", "fencingToken") IN (
  SELECT CAST("value" ->> 'laneNumber' AS BIGINT), CAST("value" ->> 'fencingToken' AS BIGINT)
  FROM json_each(:lanes))`;
