import { sql } from 'drizzle-orm';
import { db } from '../db.server.ts';
import { remember } from '../remember.server.ts';
import { type TrendPoint, trendSpanMs, WalletTrend } from './wallet-trend.ts';

const EVENTS_AT_A_TIME = 5_000;

interface EventRow {
  id: number;
  fromStatus: string | null;
  toStatus: string;
  createdAt: number;
  requestedAt: number | null;
  /** It was not made for an owner. */
  isOfStock: number | boolean;
}

interface Follower {
  readonly trend: WalletTrend;
  lastEventId: number | null;
  reading: Promise<void> | null;
}

/**
 * The last day, by the quarter of an hour. The first call of a process reads the day's events, some
 * thousands at a time; later ones read what has happened since.
 */
export async function readWalletTrend(nowMs = Date.now()): Promise<TrendPoint[]> {
  const follower = remember<Follower>('wallet trend', () => ({
    trend: new WalletTrend(),
    lastEventId: null,
    reading: null,
  }));
  follower.reading ??= catchUp(follower, nowMs).finally(() => {
    follower.reading = null;
  });
  await follower.reading;
  return follower.trend.points(nowMs);
}

async function catchUp(follower: Follower, nowMs: number): Promise<void> {
  follower.lastEventId ??= await lastEventBefore(nowMs - trendSpanMs);
  for (;;) {
    const events: EventRow[] = await db().all(sql`
      SELECT "event"."id", "event"."fromStatus", "event"."toStatus", "event"."createdAt",
        "User"."walletRequestedAt" AS "requestedAt",
        "Wallet"."ownerId" IS DISTINCT FROM "Wallet"."id" AS "isOfStock"
      FROM "WalletEvent" AS "event" LEFT JOIN "Wallet" ON "Wallet"."id" = "event"."userId"
      LEFT JOIN "User" ON "User"."id" = COALESCE("Wallet"."ownerId", "event"."userId")
      WHERE "event"."id" > ${follower.lastEventId} ORDER BY "event"."id" LIMIT ${EVENTS_AT_A_TIME}`);
    for (const { id, fromStatus, toStatus, createdAt: atMs, requestedAt, isOfStock } of events) {
      const isTaken = fromStatus === 'READY' && toStatus === 'READY';
      const tookMs = requestedAt === null ? null : Math.max(atMs - requestedAt, 0);
      if (isTaken) follower.trend.addTaken({ atMs });
      else if (toStatus === 'READY' && isOfStock) follower.trend.addFilled({ atMs });
      else if (toStatus === 'READY') follower.trend.addReady({ atMs, tookMs });
      if (toStatus === 'FAILED') follower.trend.addFailed({ atMs });
      follower.lastEventId = id;
    }
    if (events.length < EVENTS_AT_A_TIME) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Events have ascending ids and, nearly, times: halving needs no index of times. */
async function lastEventBefore(atMs: number): Promise<number> {
  const [ends] = await db().all<{ last: number }>(
    sql`SELECT COALESCE(MAX("id"), 0) AS "last" FROM "WalletEvent"`,
  );
  let low = 0;
  let high = ends?.last ?? 0;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [event] = await db().all<{ createdAt: number }>(
      sql`SELECT "createdAt" FROM "WalletEvent" WHERE "id" >= ${middle} ORDER BY "id" LIMIT 1`,
    );
    if (event && event.createdAt < atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}
