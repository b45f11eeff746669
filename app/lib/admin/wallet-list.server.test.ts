import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeDatabase, databaseFile, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import {
  browseQuery,
  listWallets,
  readWalletQuery,
  searchQuery,
  type WalletQuery,
} from './wallet-list.server.ts';
import { readWalletTrend } from './wallet-trend.server.ts';

const users = 120_000;
const nowMs = Date.UTC(2026, 10, 23);
const failed = [7, 30_000, 49_999, 50_000, 50_001, 100_000, users - 1];

function everything(query: Partial<WalletQuery>): WalletQuery {
  return { filter: 'ALL', search: '', before: null, ...query };
}

/** The database's query plan. */
async function plan(query: SQL): Promise<string> {
  const explain =
    databaseFile() === null ? sql`EXPLAIN ${query}` : sql`EXPLAIN QUERY PLAN ${query}`;
  const steps = await db().all<Record<string, string>>(explain);
  return steps.map((step) => step.detail ?? step['QUERY PLAN']).join('\n');
}

async function allPages(query: Partial<WalletQuery>): Promise<string[]> {
  const ids: string[] = [];
  for (let before: number | null = null; ; ) {
    const page = await listWallets(everything({ ...query, before }));
    ids.push(...page.wallets.map(({ userId }) => userId));
    if (page.next === null) return ids;
    before = page.next;
  }
}

describe('the list of wallets among many users', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-list-'));

  beforeAll(async () => {
    configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    await migrateDatabase();
    // These wallets are never requested: their records would only take time.
    const onTable = databaseFile() === null ? ' ON "User"' : '';
    await db().run(sql.raw(`DROP TRIGGER "User_inserted_to_Wallet"${onTable}`));
    await db().run(sql`WITH RECURSIVE "made" ("n", "key") AS (
        SELECT 0, 0 UNION ALL
        SELECT "n" + 1, (("n" + 1) * 7919) % ${sql.raw(String(users))} FROM "made" WHERE "n" + 1 < ${sql.raw(String(users))})
      INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt", "nearAccountId",
        "walletStatus", "walletRequestedAt")
      SELECT 'u' || "n", '', 'e' || "key" || '@example.com', 0, 0, 'w' || "key" || '.near',
        CASE WHEN "n" IN (${sql.raw(failed.join(', '))}) THEN 'FAILED' ELSE 'READY' END, ${nowMs - 3_000}
      FROM "made"`);
    await db().run(sql`ANALYZE`);
  });
  afterAll(() => {
    closeDatabase();
    rmSync(dataDir, { recursive: true });
  });

  it('returns page after page, newest first, without duplicates or gaps', async () => {
    const { wallets, next } = await listWallets(everything({}));
    expect(wallets.map(({ userId }) => userId).slice(0, 2)).toEqual([
      `u${users - 1}`,
      `u${users - 2}`,
    ]);
    const second = await listWallets(everything({ before: next }));
    expect(second.wallets[0]?.userId).toBe(`u${users - 1 - wallets.length}`);
  });

  it('finds the few that failed wherever they are', async () => {
    const found = await allPages({ filter: 'FAILED' });
    expect(found).toEqual([...failed].reverse().map((user) => `u${user}`));
    expect(await allPages({ filter: 'PENDING' })).toEqual([]);
    expect(await allPages({ filter: 'NONE' })).toEqual([]);
  });

  it('marks deleted users', async () => {
    await db().run(sql`UPDATE "User" SET "deletedAt" = 0 WHERE "id" = 'u5'`);
    const { wallets } = await listWallets(everything({ search: 'u5' }));
    expect(wallets).toMatchObject([{ userId: 'u5', isDeleted: true }]);
    const { wallets: others } = await listWallets(everything({ search: 'u6' }));
    expect(others).toMatchObject([{ userId: 'u6', isDeleted: false }]);
  });

  it('reads wallets that are not READY from their index, a search from the unique indexes', async () => {
    for (const filter of ['PENDING', 'CREATING', 'FAILED'] as const) {
      const browse = browseQuery({ filter, from: 1, until: users, limit: 26 });
      const search = searchQuery(everything({ search: 'e77', filter }));
      const plans = [await plan(browse), await plan(search)];
      if (databaseFile() === null) {
        for (const each of plans) expect(each).not.toContain('Seq Scan on "User"');
        expect(plans[0]).toContain('"User_unready_idx"');
        continue;
      }
      expect(plans[0]).toBe(
        'SEARCH User USING INDEX User_unready_idx (walletStatus=? AND rowid>? AND rowid<?)',
      );
      expect(plans[1]).toMatch(/^SEARCH User USING INDEX sqlite_autoindex_User_1 \(id=\?\)/);
      expect(plans[1]).not.toContain('User_unready_idx');
    }
  });

  it('searches by the beginning of an address or account, and by a whole id', async () => {
    const [byEmail] = await allPages({ search: 'E77@example' });
    const [byAccount] = await allPages({ search: 'w77.' });
    expect(byEmail).toBe(byAccount);
    expect(await allPages({ search: String(byEmail) })).toEqual([byEmail]);
    expect(await allPages({ search: 'e1234' })).toHaveLength(11);
    expect(await allPages({ search: 'e1234', filter: 'FAILED' })).toEqual([]);
    expect(await allPages({ search: "%' OR 1=1 --" })).toEqual([]);
  });

  it('ignores invalid values in an address', () => {
    const query = (text: string) => readWalletQuery(new URLSearchParams(text));
    expect(query('status=FAILED&q=%20ann%20&before=12')).toEqual({
      filter: 'FAILED',
      search: 'ann',
      before: 12,
    });
    expect(query('status=nothing&before=1e9')).toEqual(everything({}));
  });

  it('has the trend of the last day only, and events after the first read', async () => {
    const event = (atMs: number, toStatus: string) =>
      db().run(sql`INSERT INTO "WalletEvent" ("userId", "fromStatus", "toStatus", "attempt", "createdAt")
        VALUES ('u1', 'CREATING', ${toStatus}, 1, ${atMs})`);
    const day = 24 * 3_600_000;
    await db().run(sql`INSERT INTO "Wallet" ("id", "ownerId", "accountId", "status", "requestedAt", "updatedAt")
      VALUES ('u1', 'u1', 'u1.near', 'READY', ${nowMs - 3_000}, ${nowMs - 3 * day})`);
    for (let hour = 60; hour > 0; hour -= 1) await event(nowMs - hour * 3_600_000, 'READY');
    const ready = async (atMs: number) =>
      (await readWalletTrend(atMs)).reduce((sum, point) => sum + point.ready, 0);
    expect(await ready(nowMs)).toBe(23);
    await event(nowMs, 'READY');
    await event(nowMs, 'FAILED');
    const points = await readWalletTrend(nowMs);
    expect(points.at(-1)).toMatchObject({ ready: 1, failed: 1, failureRate: 0.5 });
    expect(Math.abs(Number(points.at(-1)?.medianMs) - 3_000)).toBeLessThan(300);
    expect(await ready(nowMs + day + day)).toBe(0);
  });
});
