import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { countTurns, countUp, readCounted, takeTurn } from './limit-counters.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-limits-'));
const startMs = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

const limit = (key: string, most = 2) => ({ key, most, windowMs: 1_000 });

test('a limit holds within its window, separately for each key', async () => {
  const take = async (key: string, atMs: number) => {
    const turn = await takeTurn([limit(key)], startMs + atMs);
    return turn.isWithin ? 0 : turn.waitMs;
  };
  expect([await take('a', 0), await take('a', 400), await take('a', 400)]).toEqual([0, 0, 600]);
  expect(await take('b', 400)).toBe(0);
  expect(await take('a', 1_000)).toBe(0);
});

test('a rejected attempt uses up nothing, on none of the limits', async () => {
  const full = limit('full', 1);
  await takeTurn([full], startMs);
  for (let tries = 0; tries < 20; tries += 1) {
    const turn = await takeTurn([limit('shared', 3), full], startMs);
    expect(turn).toMatchObject({ isWithin: false, limit: full, waitMs: 1_000 });
  }
  expect(await countTurns('shared', startMs)).toBe(0);
  expect(await countTurns('full', startMs)).toBe(1);
});

test('failed attempts are given back', async () => {
  for (let tries = 0; tries < 10; tries += 1) {
    const turn = await takeTurn([limit('returned', 1), limit('returned too', 1)], startMs);
    if (!turn.isWithin) throw new Error('refused');
    await turn.giveBack();
  }
  expect(await countTurns('returned', startMs)).toBe(0);
});

test('of many concurrent attempts no more than the limit succeed', async () => {
  const all = Array.from({ length: 40 }, () => takeTurn([limit('crowd', 7)], startMs));
  const within = (await Promise.all(all)).filter(({ isWithin }) => isWithin);
  expect(within).toHaveLength(7);
});

test('a clock that was set back extends no wait beyond the window', async () => {
  await takeTurn([limit('clock', 1)], startMs + 3_600_000);
  expect(await takeTurn([limit('clock', 1)], startMs)).toMatchObject({ waitMs: 1_000 });
  expect(await takeTurn([limit('clock', 1)], startMs + 999)).toMatchObject({ waitMs: 1 });
  expect(await takeTurn([limit('clock', 1)], startMs + 1_000)).toMatchObject({ isWithin: true });
});

test('a count whose window a clock that was set back has left in the future is kept, until a window from now', async () => {
  const count = { key: 'counted ahead', windowMs: 1_000 };
  await countUp([count], startMs + 3_600_000);
  await countUp([count], startMs);
  expect(await countTurns(count.key, startMs + 999)).toBe(2);
  expect(await countTurns(count.key, startMs + 1_000)).toBe(0);
  await takeTurn([limit('taken ahead', 3)], startMs + 3_600_000);
  await takeTurn([limit('taken ahead', 3)], startMs);
  expect(await countTurns('taken ahead', startMs + 999)).toBe(2);
  expect(await countTurns('taken ahead', startMs + 1_000)).toBe(0);
});

test('two machines whose clocks are nearly a minute apart share a window', async () => {
  await takeTurn([limit('apart', 1)], startMs + 59_000);
  for (const atMs of [0, 30_000, 59_999]) {
    expect(await takeTurn([limit('apart', 1)], startMs + atMs)).toMatchObject({ isWithin: false });
  }
});

test('neither addresses nor e-mails are stored, and expired counters are deleted', async () => {
  const nowMs = startMs + 10_000_000;
  await takeTurn([limit('sign-up:203.0.113.9')], nowMs);
  const rows = await db().all<{ key: string }>(sql`SELECT * FROM "LimitCounter"`);
  expect(JSON.stringify(rows)).not.toContain('203');
  await takeTurn([limit('later')], nowMs + 120_000);
  expect(await db().all(sql`SELECT * FROM "LimitCounter"`)).toHaveLength(1);
});

test('a counter that was given back has no row, and thousands of expired ones are deleted soon', async () => {
  const nowMs = startMs + 20_000_000;
  const rows = Array.from(
    { length: 1_300 },
    (_, index) => sql`(${`old-${index}`}, 1, 1, ${nowMs})`,
  );
  await db().run(
    sql`INSERT INTO "LimitCounter" ("key", "count", "most", "endsAt") VALUES ${sql.join(rows, sql`, `)}`,
  );
  const turn = await takeTurn([limit('given back')], nowMs + 120_000);
  if (!turn.isWithin) throw new Error('refused');
  await turn.giveBack();
  await vi.waitFor(async () => {
    expect(await db().all(sql`SELECT 1 FROM "LimitCounter"`)).toEqual([]);
  });
});

test('past events are counted beyond any limit, and a pause starts again', async () => {
  const nowMs = startMs + 30_000_000;
  const failures = { key: 'failures', windowMs: 1_000 };
  const pause = { key: 'pause', windowMs: 1_000, isPause: true };
  for (let times = 0; times < 5; times += 1) await countUp([failures, pause], nowMs + times * 100);
  const counted = await readCounted(['failures', 'pause', 'nothing'], nowMs + 500);
  expect(counted('failures')).toEqual({ count: 5, waitMs: 500 });
  expect(counted('pause')).toEqual({ count: 1, waitMs: 900 });
  expect(counted('nothing')).toEqual({ count: 0, waitMs: 0 });
  expect((await readCounted(['failures'], nowMs + 1_000))('failures').count).toBe(0);
});
