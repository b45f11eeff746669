import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { session } from '#drizzle/schema.ts';
import { catchLog, signUp, visitBroken } from '../../../tests/broken-database.ts';
import { closeDatabase, databaseHandle, db, migrateDatabase } from '../db.server.ts';
import { forget } from '../remember.server.ts';
import { refreshSessionCookie } from '../sessions/session-refresh.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-unwritable-'));
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a file that can no longer be written is told as such: 503, one line, no stack', {
  timeout: 60_000,
}, async () => {
  const lines = catchLog();
  configureEnvironment({ DATA_DIR: dataDir });
  await migrateDatabase();
  const { cookie } = await signUp();
  const handle = databaseHandle();
  if (handle.kind !== 'sqlite') throw new Error('a file was expected');
  handle.sqlite.pragma('query_only = ON');
  lines.length = 0;
  const { statuses } = await visitBroken(cookie);
  expect(statuses).toEqual([503, 503, 503, 503]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { code: 'DATABASE_BUSY', reason: 'attempt to write a readonly database', failed: 1 },
  ]);

  const page = new Request('http://localhost:3000/home', {
    headers: { cookie, accept: 'text/html' },
  });
  handle.sqlite.pragma('query_only = OFF');
  await db()
    .update(session)
    .set({ updatedAt: new Date(Date.now() - twoDaysMs) });
  handle.sqlite.pragma('query_only = ON');
  forget(['outage log']);
  lines.length = 0;
  const shown = await refreshSessionCookie(page, async () => new Response('page'));
  expect([await shown.text(), shown.headers.getSetCookie()]).toEqual(['page', []]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { code: 'DATABASE_BUSY', first: 'a session was not prolonged; the next page tries again' },
  ]);
});

const twoDaysMs = 2 * 24 * 60 * 60 * 1000;
