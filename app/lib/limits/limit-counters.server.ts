import { createHmac } from 'node:crypto';
import { and, eq, gt, inArray, type SQL, sql } from 'drizzle-orm';
import { limitCounter } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { remember } from '../remember.server.ts';
import { env } from '../settings/env.server.ts';

export interface Limit {
  /** The action and its subject, such as `sign-up:203.0.113.9`. Stored as a keyed hash. */
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

/** Either all of the limits had room and were counted, or none was and `waitMs` is the longest wait. */
export type Turn =
  | { readonly isWithin: true; readonly giveBack: () => Promise<void> }
  | { readonly isWithin: false; readonly limit: Limit; readonly waitMs: number };

/** The clocks of two machines agree within this. */
export const CLOCKS_APART_MS = 60_000;

/** By a clock that has been set back since: its window is shortened to a whole one from now, its count stays. */
const endsTooLate = sql`"LimitCounter"."endsAt" > excluded."endsAt" + ${CLOCKS_APART_MS}`;

const SWEEP_EVERY_MS = 60_000;
const SWEPT_AT_ONCE = 500;

/**
 * Counts one more on each of the limits, across processes, in one statement: of concurrent attempts
 * no more than the limit succeed. A rejected attempt uses up nothing, on none of them.
 * Windows begin with the first attempt.
 */
export async function takeTurn(limits: readonly Limit[], nowMs = Date.now()): Promise<Turn> {
  if (limits.length === 0) return { isWithin: true, giveBack: async () => {} };
  await sweep(nowMs);
  const byKey = new Map(limits.map((limit) => [hashOf(limit.key), limit]));
  const rows = [...byKey].map(
    ([key, { most, windowMs }]) => sql`(${key}, 1, ${most}, ${nowMs + windowMs})`,
  );
  const isOver = sql`"LimitCounter"."endsAt" <= ${nowMs}`;
  const taken = await db().all<{ key: string }>(sql`
    INSERT INTO "LimitCounter" ("key", "count", "most", "endsAt") VALUES ${sql.join(rows, sql`, `)}
    ON CONFLICT ("key") DO UPDATE SET
      "count" = CASE WHEN ${isOver} THEN 1 ELSE "LimitCounter"."count" + 1 END,
      "most" = excluded."most",
      "endsAt" = CASE WHEN ${isOver} OR ${endsTooLate} THEN excluded."endsAt" ELSE "LimitCounter"."endsAt" END
    WHERE ${isOver} OR "LimitCounter"."count" < excluded."most"
    RETURNING "key"`);
  const takenKeys = taken.map(({ key }) => key);
  const giveBack = () => giveTurnsBack(takenKeys);
  if (takenKeys.length === byKey.size) return { isWithin: true, giveBack };
  await giveBack();
  return refusal({ byKey, takenKeys, nowMs });
}

/** The count in the current window. */
export async function countTurns(key: string, nowMs = Date.now()): Promise<number> {
  return (await readCounted([key], nowMs))(key).count;
}

/** The count of a key in the current window, and the end of the window. */
export type Counted = (key: string) => { readonly count: number; readonly waitMs: number };

/** Reads counters; 0 for other keys and expired windows. */
export async function readCounted(keys: readonly string[], nowMs = Date.now()): Promise<Counted> {
  const hashes = new Map(keys.map((key) => [key, hashOf(key)]));
  if (hashes.size === 0) return () => NOTHING;
  const isOpen = gt(limitCounter.endsAt, new Date(nowMs));
  const rows = await db()
    .select()
    .from(limitCounter)
    .where(and(inArray(limitCounter.key, [...hashes.values()]), isOpen));
  const byHash = new Map(rows.map((row) => [row.key, row]));
  return (key) => {
    const row = byHash.get(hashes.get(key) ?? '');
    return row ? { count: row.count, waitMs: row.endsAt.getTime() - nowMs } : NOTHING;
  };
}

const NOTHING = { count: 0, waitMs: 0 };

export interface Counter {
  readonly key: string;
  readonly windowMs: number;
  /** Whether its window begins again, however long the current one lasts. */
  readonly isPause?: boolean;
}

/** Counts one more on each of them, without a limit: past events are not rejected. */
export async function countUp(counters: readonly Counter[], nowMs = Date.now()): Promise<void> {
  if (counters.length === 0) return;
  await sweep(nowMs);
  const rows = counters.map(({ key, windowMs, isPause }) => {
    // The column of the limit marks whether the window begins again; these have no limit.
    return sql`(${hashOf(key)}, 1, ${isPause ? 0 : UNLIMITED}, ${nowMs + windowMs})`;
  });
  const isAnew = sql`("LimitCounter"."endsAt" <= ${nowMs} OR excluded."most" = 0)`;
  await db().run(sql`
    INSERT INTO "LimitCounter" ("key", "count", "most", "endsAt") VALUES ${sql.join(rows, sql`, `)}
    ON CONFLICT ("key") DO UPDATE SET
      "count" = CASE WHEN ${isAnew} THEN 1 ELSE "LimitCounter"."count" + 1 END,
      "most" = excluded."most",
      "endsAt" = CASE WHEN ${isAnew} OR ${endsTooLate} THEN excluded."endsAt" ELSE "LimitCounter"."endsAt" END`);
}

const UNLIMITED = Number.MAX_SAFE_INTEGER;

interface Refused {
  readonly byKey: ReadonlyMap<string, Limit>;
  readonly takenKeys: readonly string[];
  readonly nowMs: number;
}

async function refusal({ byKey, takenKeys, nowMs }: Refused): Promise<Turn> {
  const full = [...byKey.keys()].filter((key) => !takenKeys.includes(key));
  const rows = await db()
    .select({ key: limitCounter.key, endsAt: limitCounter.endsAt })
    .from(limitCounter)
    .where(inArray(limitCounter.key, full));
  const waits = full.map((key) => {
    const limit = byKey.get(key);
    if (!limit) throw new Error('a limit that was not asked for');
    const endsAt = rows.find((row) => row.key === key)?.endsAt.getTime() ?? nowMs;
    return { key, endsAt, limit, waitMs: Math.min(Math.max(endsAt - nowMs, 1), limit.windowMs) };
  });
  // A clock that was set back must not extend a wait beyond the window.
  for (const { key, endsAt, limit } of waits) {
    const latest = new Date(nowMs + limit.windowMs);
    if (endsAt <= latest.getTime() + CLOCKS_APART_MS) continue;
    const isUnchanged = eq(limitCounter.endsAt, new Date(endsAt));
    await db()
      .update(limitCounter)
      .set({ endsAt: latest })
      .where(and(eq(limitCounter.key, key), isUnchanged));
  }
  const longest = waits.reduce((left, right) => (right.waitMs > left.waitMs ? right : left));
  return { isWithin: false, limit: longest.limit, waitMs: longest.waitMs };
}

async function giveTurnsBack(keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const list: SQL = sql.join(
    keys.map((key) => sql`${key}`),
    sql`, `,
  );
  await db().run(
    sql`UPDATE "LimitCounter" SET "count" = "count" - 1 WHERE "key" IN (${list}) AND "count" > 0`,
  );
  // A counter of 0 needs no row; a concurrent count has made it positive again.
  await db().run(sql`DELETE FROM "LimitCounter" WHERE "key" IN (${list}) AND "count" <= 0`);
}

/**
 * Deletes expired counters now and then: a part at once, and the rest in further
 * parts that no request waits for. The table is emptied as fast as it can be filled.
 */
async function sweep(nowMs: number): Promise<void> {
  const state = remember('limit sweep', () => ({ nextMs: 0 }));
  if (nowMs < state.nextMs) return;
  state.nextMs = nowMs + SWEEP_EVERY_MS;
  if (await sweepPart(nowMs)) return;
  // After an error the next sweep deletes the rest.
  void sweepRest(nowMs).catch(() => {});
}

async function sweepRest(nowMs: number): Promise<void> {
  while (!(await sweepPart(nowMs))) {
    // Other writers get their turn in between.
  }
}

/** @returns whether nothing is left */
async function sweepPart(nowMs: number): Promise<boolean> {
  // Checked twice: in PostgreSQL a window may begin again between the search and the deletion.
  const swept = await db().all(sql`DELETE FROM "LimitCounter" WHERE "key" IN
    (SELECT "key" FROM "LimitCounter" WHERE "endsAt" <= ${nowMs} LIMIT ${SWEPT_AT_ONCE})
    AND "endsAt" <= ${nowMs}
    RETURNING 1 AS "one"`);
  return swept.length < SWEPT_AT_ONCE;
}

/** Plain hashes of the few possible addresses and e-mails could be guessed. */
function hashOf(key: string): string {
  return createHmac('sha256', env().betterAuthSecret).update(`limit:${key}`).digest('base64url');
}
