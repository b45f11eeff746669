import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, conversation, passkey, user } from '#drizzle/schema.ts';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '#engine/testing/postgres-server.ts';
import { eraseUser } from '../auth/deleted-users.server.ts';
import { auth } from '../auth.server.ts';
import { ensureConversation } from '../chat/conversation.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { unlinkSite } from '../other-sign-in/linked-sites.server.ts';
import { removePasskey } from '../passkeys/passkeys.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-races-'));
const at = new Date('2026-11-29T10:00:00Z');
const missing = postgresServerMissing();
if (missing) console.warn(`NOT RUN: ${missing}`);

describe.skipIf(missing)('what happens at once over a PostgreSQL server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgresServer();
    configureEnvironment({
      DATABASE_URL: server.url,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      SIGN_IN_GOOGLE_ID: 'id',
      SIGN_IN_GOOGLE_SECRET: 'secret',
    });
    await migrateDatabase();
  }, 60_000);
  afterAll(async () => {
    closeDatabase();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const addUser = async (id: string) => {
    const email = `${id}@example.com`;
    const times = { createdAt: at, updatedAt: at };
    await db()
      .insert(user)
      .values({ id, name: 'Ann', email, ...times });
    return { userId: id, email, language: 'en' } as const;
  };

  /** Writers of the rows that the statement locks wait until it is released. */
  const holding = async (sql: string) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`BEGIN; ${sql}`);
    return { letGo: () => client.end() };
  };

  const countWaiting = async () => {
    const sql = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
    return (await server.query(sql)).length;
  };

  /** Until this many wait for a lock, or the work has finished without waiting. */
  const waiting = async (count: number, work: Promise<unknown>[]) => {
    let isDone = false;
    void Promise.allSettled(work).then(() => {
      isDone = true;
    });
    while (!isDone && (await countWaiting()) < count) await sleep(5);
  };

  test('of two last ways in that are removed at once one stays', async () => {
    const owner = await addUser('ann');
    const { userId } = owner;
    const times = { createdAt: at, updatedAt: at };
    await db()
      .insert(account)
      .values({ id: 'site', userId, providerId: 'google', accountId: 'g', ...times });
    await db()
      .insert(passkey)
      .values({
        ...{ id: 'key', userId, credentialId: 'c', publicKey: 'AA', counter: 0 },
        ...{ transports: '', createdAt: at },
      });
    const held = await holding(
      'SELECT 1 FROM "Account" FOR UPDATE; SELECT 1 FROM "Passkey" FOR UPDATE',
    );
    const removals = [removePasskey(owner, 'key'), unlinkSite(owner, 'site')];
    await waiting(2, removals);
    await held.letGo();
    expect((await Promise.all(removals)).sort()).toEqual(['LAST_WAY_IN', null]);
    const ways = [
      await db().$count(account, eq(account.userId, userId)),
      await db().$count(passkey, eq(passkey.userId, userId)),
    ];
    expect(ways.sort()).toEqual([0, 1]);
  });

  test('nothing is added to who is being deleted', async () => {
    const { userId, email } = await addUser('bob');
    const { internalAdapter } = await auth().$context;
    // The deletion has removed everything else and reaches the user's row last.
    const held = await holding(`SELECT 1 FROM "User" WHERE "id" = '${userId}' FOR NO KEY UPDATE`);
    const deletion = eraseUser({ userId, email });
    await waiting(1, [deletion]);
    const additions = [
      ensureConversation({ userId, characterId: 'mir' }),
      internalAdapter.linkAccount({ userId, providerId: 'google', accountId: 'b' }),
    ];
    await waiting(3, additions);
    await held.letGo();
    await deletion;
    const outcomes = await Promise.allSettled(additions);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await db().$count(account, eq(account.userId, userId))).toBe(0);
    expect(await db().$count(conversation, eq(conversation.userId, userId))).toBe(0);
  });
});
