import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { session } from '#drizzle/schema.ts';
import { holdDatabase } from '../../../tests/held-database.ts';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { liveSessions, sweepEndedSessions } from './ended-sessions.server.ts';
import { prolongedEnd, refreshSessionCookie } from './session-refresh.server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-refresh-'));

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a session is prolonged once a day by thirty days, and ends after ninety whatever its use', () => {
  const day = (days: number) => new Date(days * DAY_MS);
  const end = (today: number, updated: number, expires: number) =>
    prolongedEnd(
      { createdAt: day(0), updatedAt: day(updated), expiresAt: day(expires) },
      today * DAY_MS,
    );
  expect(end(0.5, 0, 30)).toBeNull();
  expect(end(1, 0, 30)).toEqual(day(31));
  expect(end(59, 30, 60)).toEqual(day(89));
  expect(end(61, 59, 89)).toEqual(day(90));
  expect(end(80, 61, 90)).toBeNull();
  // A session that an earlier version prolonged without end gets an end.
  expect(end(89, 80, 110)).toEqual(day(90));
});

async function signUp(name: string): Promise<string> {
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name, email: `${name}@example.com`, password: 'spring-heart-9' }),
    }),
  );
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function visit(cookie: string): Promise<string[]> {
  const request = new Request(`${origin}/home`, { headers: { cookie, accept: 'text/html' } });
  const answer = await refreshSessionCookie(request, async () => new Response('page'));
  return answer.headers.getSetCookie();
}

/** Makes the newest session look last used this many days ago. */
async function age(days: number): Promise<{ id: string; expiresAt: Date }> {
  const [newest] = await db().select().from(session).orderBy(session.createdAt).limit(1);
  if (!newest) throw new Error('there is no session');
  const at = new Date(Date.now() - days * DAY_MS);
  const times = { createdAt: at, updatedAt: at, expiresAt: new Date(at.getTime() + 30 * DAY_MS) };
  await db().update(session).set(times).where(eq(session.id, newest.id));
  return { id: newest.id, expiresAt: times.expiresAt };
}

test('a page sends the cookie again with its later end, and does not wait for a locked database', async () => {
  const cookie = await signUp('ann');
  expect(await visit(cookie)).toEqual([]);
  const { id, expiresAt } = await age(2);
  const lock = await holdDatabase();
  expect(await visit(cookie)).toEqual([]);
  await lock.release();
  // The postponed write is done now, or by the next visit.
  await db()
    .update(session)
    .set({ expiresAt, updatedAt: new Date(Date.now() - 2 * DAY_MS) });
  const [told = ''] = await visit(cookie);
  expect(told.startsWith(`${cookie}; `)).toBe(true);
  expect(told).toMatch(/Max-Age=2(59\d{4}|592000); Path=\/; HttpOnly; SameSite=Lax$/);
  const stored = await db().query.session.findFirst({ where: eq(session.id, id) });
  expect(stored?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 29 * DAY_MS);
  expect(await visit(cookie)).toEqual([]);
});

test('an expired session is not accepted, and is deleted', async () => {
  await db().delete(session);
  await signUp('bob');
  const [row] = await db().select().from(session);
  const id = row?.id ?? '';
  expect(await liveSessions([id, 'unknown'])).toEqual(new Set([id]));
  await sweepEndedSessions();
  expect(await liveSessions([id])).toEqual(new Set([id]));
  await db()
    .update(session)
    .set({ expiresAt: new Date(Date.now() - 5_000) });
  expect(await liveSessions([id])).toEqual(new Set());
  await sweepEndedSessions();
  expect(await db().select().from(session)).toEqual([]);
});
