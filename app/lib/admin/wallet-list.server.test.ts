import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeDatabase, databaseHandle, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../env.server.ts';
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
    const handle = databaseHandle();
    if (handle.kind !== 'sqlite') throw new Error('a file is expected');
    // Nobody asks for these wallets: their records would only take time.
    handle.sqlite.exec('DROP TRIGGER "User_inserted_to_Wallet"');
    const insert = handle.sqlite.prepare(
      `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt", "nearAccountId", "walletStatus", "walletRequestedAt")
       VALUES (?, '', ?, 0, 0, ?, ?, ?)`,
    );
    handle.sqlite.transaction(() => {
      for (let user = 0; user < users; user += 1) {
        const status = failed.includes(user) ? 'FAILED' : 'READY';
        const key = (user * 7_919) % users;
        insert.run(`u${user}`, `e${key}@example.com`, `w${key}.near`, status, nowMs - 3_000);
      }
    })();
  });
  afterAll(() => {
    closeDatabase();
    rmSync(dataDir, { recursive: true });
  });

  it('gives page after page, the newest first, none twice and none left out', async () => {
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

  it('knows who has left', async () => {
    await db().run(sql`UPDATE "User" SET "deletedAt" = 0 WHERE "id" = 'u5'`);
    const { wallets } = await listWallets(everything({ search: 'u5' }));
    expect(wallets).toMatchObject([{ userId: 'u5', isDeleted: true }]);
    const { wallets: others } = await listWallets(everything({ search: 'u6' }));
    expect(others).toMatchObject([{ userId: 'u6', isDeleted: false }]);
  });

  it('reads those that are not ready from their index, a search from the unique ones', async () => {
    const plan = async (query: SQL) => {
      const steps = await db().all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${query}`);
      return steps.map(({ detail }) => detail).join('\n');
    };
    for (const filter of ['PENDING', 'CREATING', 'FAILED'] as const) {
      const browse = browseQuery({ filter, from: 1, until: users, limit: 26 });
      expect(await plan(browse)).toBe(
        'SEARCH User USING INDEX User_unready_idx (walletStatus=? AND rowid>? AND rowid<?)',
      );
      const search = await plan(searchQuery(everything({ search: 'e77', filter })));
      expect(search).toMatch(/^SEARCH User USING INDEX sqlite_autoindex_User_1 \(id=\?\)/);
      expect(search).not.toContain('User_unready_idx');
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

  it('takes nothing senseless from an address', () => {
    const query = (text: string) => readWalletQuery(new URLSearchParams(text));
    expect(query('status=FAILED&q=%20ann%20&before=12')).toEqual({
      filter: 'FAILED',
      search: 'ann',
      before: 12,
    });
    expect(query('status=nothing&before=1e9')).toEqual(everything({}));
  });

  it('has the trend of the last day only, and what happens after the first look', async () => {
    const event = (atMs: number, toStatus: string) =>
      db().run(sql`INSERT INTO "WalletEvent" ("userId", "fromStatus", "toStatus", "attempt", "createdAt")
        VALUES ('u1', 'CREATING', ${toStatus}, 1, ${atMs})`);
    const day = 24 * 3_600_000;
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
