import { isPauseReason } from '../../core/errors.ts';
import type { WalletStatus } from '../../core/wallet.ts';
import type { Census, WalletCensus } from '../../ports/wallet-census.ts';
import type { SqlDatabase, SqlRow } from './sql-database.ts';

/** A synchronous driver blocks the process: this many rows take 20 ms. */
const rowsAtATime = 20_000;

const readEnds = `SELECT (SELECT COALESCE(MAX("rowid"), 0) FROM "Wallet") AS "lastRow",
  (SELECT COALESCE(MAX("id"), 0) FROM "WalletEvent") AS "lastEventId"`;

/** One statement reads one snapshot: the count includes all events up to this id. */
const countPart = `SELECT "status", count(*) AS "count",
    (SELECT COALESCE(MAX("id"), 0) FROM "WalletEvent") AS "lastEventId"
  FROM "Wallet" WHERE "rowid" > :after AND "rowid" <= :until GROUP BY "status"`;

const readMovesMeanwhile = `SELECT "event"."id", "fromStatus", "toStatus", "Wallet"."rowid" AS "row"
  FROM "WalletEvent" AS "event" JOIN "Wallet" ON "Wallet"."id" = "event"."userId"
  WHERE "event"."id" > :lastEventId`;

const countTransitions = `SELECT "fromStatus", "toStatus", count(*) AS "count", MAX("id") AS "lastEventId"
  FROM "WalletEvent" WHERE "id" > :lastEventId GROUP BY "fromStatus", "toStatus"`;

const oldestWaiting = `SELECT MIN("requestedAt") AS "since" FROM (
  SELECT "requestedAt" FROM "Wallet"
  WHERE "availableAt" IS NOT NULL AND "ownerId" IS NOT NULL AND "status" IN ('PENDING', 'CREATING')
  ORDER BY "availableAt" LIMIT 10000) AS "waiting"`;

/** Few rows, with their own partial index. */
const countStock = `SELECT "status", count(*) AS "count" FROM "Wallet"
  WHERE "ownerId" IS NULL GROUP BY "status"`;

const openTransactions = `SELECT count(*) AS "count", MIN("createdAt") AS "oldest"
  FROM "ChainTransaction" WHERE "status" IN ('SIGNED', 'SENT')`;

const readDeployment = `SELECT "pauseReason", "pausedAt", "treasuryMicroNear", "treasuryMicroToken",
  "treasuryReadAt", "runwayWallets" FROM "Deployment" WHERE "singleton" = 1`;

const readBackup = `SELECT COALESCE(
  (SELECT MAX("createdAt") FROM "OperatorAction" WHERE "action" = 'BACKUP'),
  (SELECT "createdAt" FROM "Deployment" WHERE "singleton" = 1)) AS "at"`;

/** Counts in SQLite or PostgreSQL; keep one instance per process. */
export function createSqlWalletCensus(database: SqlDatabase): WalletCensus {
  let tally: Tally | null = null;
  let counting: Promise<Record<WalletStatus, number>> | null = null;
  const read = (sql: string, params = {}) => database.read({ sql, params });

  const countWallets = async () => {
    tally ??= await countEverybody(database);
    const { counts, lastEventId } = tally;
    for (const transition of await read(countTransitions, { lastEventId })) {
      applyTransition(counts, transition, Number(transition.count));
      tally.lastEventId = Math.max(tally.lastEventId, Number(transition.lastEventId));
    }
    const ofNobody = await read(countStock);
    const inStock = (key: WalletStatus) =>
      Number(ofNobody.find(({ status: each }) => each === key)?.count ?? 0);
    const of = (key: WalletStatus) => Math.max((counts.get(key) ?? 0) - inStock(key), 0);
    return {
      PENDING: of('PENDING'),
      CREATING: of('CREATING'),
      READY: of('READY'),
      FAILED: of('FAILED'),
    };
  };

  return {
    async take(): Promise<Census> {
      // Concurrent calls would apply the same events twice.
      counting ??= countWallets().finally(() => {
        counting = null;
      });
      const wallets = await counting;
      const [waiting] = await read(oldestWaiting);
      const [open] = await read(openTransactions);
      const [deployment] = await read(readDeployment);
      const [backup] = await read(readBackup);
      return {
        wallets,
        oldestWaitingSinceMs: numberOrNull(waiting?.since),
        open: { count: Number(open?.count ?? 0), oldestSignedAtMs: numberOrNull(open?.oldest) },
        backedUpAtMs: numberOrNull(backup?.at),
        deployment: deployment ? toDeployment(deployment) : null,
      };
    },
  };
}

interface Tally {
  counts: Map<string | null, number>;
  lastEventId: number;
}

/**
 * In chunks, so that a million users do not block the process. Each chunk is its own snapshot: events that
 * a chunk already includes are skipped.
 */
async function countEverybody(database: SqlDatabase): Promise<Tally> {
  const counts: Tally['counts'] = new Map();
  const [ends] = await database.read({ sql: readEnds, params: {} });
  const lastRow = Number(ends?.lastRow);
  const seenEventId: number[] = [];
  for (let after = 0; after < lastRow; after += rowsAtATime) {
    const until = Math.min(after + rowsAtATime, lastRow);
    const rows = await database.read({ sql: countPart, params: { after, until } });
    for (const row of rows) add(counts, status(row.status), Number(row.count));
    seenEventId.push(Number(rows[0]?.lastEventId ?? 0));
    await new Promise((resolve) => setImmediate(resolve));
  }
  let lastEventId = Number(ends?.lastEventId);
  const meanwhile = await database.read({ sql: readMovesMeanwhile, params: { lastEventId } });
  for (const transition of meanwhile) {
    const id = Number(transition.id);
    const part = Math.floor((Number(transition.row) - 1) / rowsAtATime);
    const isCounted = Number(transition.row) <= lastRow && id <= (seenEventId[part] ?? 0);
    if (!isCounted) applyTransition(counts, transition, 1);
    lastEventId = Math.max(lastEventId, id);
  }
  return { counts, lastEventId };
}

function applyTransition(counts: Tally['counts'], transition: SqlRow, count: number): void {
  add(counts, status(transition.fromStatus), -count);
  add(counts, status(transition.toStatus), count);
}

function add(counts: Tally['counts'], key: string | null, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function toDeployment(row: SqlRow): Census['deployment'] {
  const reason = row.pauseReason == null ? null : String(row.pauseReason);
  const readAtMs = numberOrNull(row.treasuryReadAt);
  return {
    // As in the ledger: a reason written by a newer version still pauses.
    pauseReason: reason === null || isPauseReason(reason) ? reason : 'OPERATOR',
    pausedAtMs: numberOrNull(row.pausedAt),
    treasury:
      readAtMs === null
        ? null
        : {
            microNear: Number(row.treasuryMicroNear),
            microToken: Number(row.treasuryMicroToken),
            runwayWallets: numberOrNull(row.runwayWallets),
            readAtMs,
          },
  };
}

function status(value: SqlRow[string] | undefined): string | null {
  return value == null ? null : String(value);
}

function numberOrNull(value: SqlRow[string] | undefined): number | null {
  return value == null ? null : Number(value);
}
