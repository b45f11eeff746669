import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { session, user } from '#drizzle/schema.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { findSessionUser } from './verified-sessions.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-sessions-'));
const at = new Date('2026-03-01T12:00:00Z');
const nowMs = at.getTime();

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
  const times = { createdAt: at, updatedAt: at };
  for (const id of ['ann', 'bob']) {
    await db()
      .insert(user)
      .values({ id, name: id, email: `${id}@example.com`, ...times });
    const expiresAt = new Date(nowMs + 60_000);
    await db()
      .insert(session)
      .values({ id, token: `of-${id}`, userId: id, expiresAt, ...times });
  }
  await db().update(user).set({ deletedAt: at }).where(eq(user.id, 'bob'));
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a valid session has its user; an unknown one or a deleted user’s has none', async () => {
  expect(await findSessionUser('of-ann', nowMs)).toBe('ann');
  expect(await findSessionUser('of-bob', nowMs)).toBeNull();
  expect(await findSessionUser('of-nobody', nowMs)).toBeNull();
});

test('a result is cached for half a minute', async () => {
  await db().delete(session).where(eq(session.id, 'ann'));
  expect(await findSessionUser('of-ann', nowMs + 29_000)).toBe('ann');
  expect(await findSessionUser('of-ann', nowMs + 30_000)).toBeNull();
});
