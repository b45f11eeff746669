import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { postgresDatabase } from '#engine/adapters/postgres/postgres-database.ts';
import { betterSqlite3Database } from '#engine/adapters/sqlite/better-sqlite3-database.ts';
import { addDeployment } from '#engine/testing/suites/table-fixtures.ts';
import { addReadyStock } from '#engine/testing/suites/wallet-stock-suite.ts';
import { readWalletStory } from '../admin/wallet-story.server.ts';
import { readWalletTrend } from '../admin/wallet-trend.server.ts';
import { answerAuth } from '../auth.server.ts';
import { backup } from '../commands/backup.server.ts';
import { setAside } from '../commands/operate.server.ts';
import { showStatus } from '../commands/status.server.ts';
import { closeDatabase, databaseHandle, db, migrateDatabase } from '../db.server.ts';
import { requireReadyWallet } from '../session.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { listTransfers, listTransitions } from './wallet-details.server.ts';
import { readWalletView } from './wallet-view.server.ts';
import { readWelcomeGift } from './welcome-gift.server.ts';

const origin = 'http://localhost:3000';
const actor = 'test';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-stock-'));

function database() {
  const handle = databaseHandle();
  return handle.kind === 'sqlite'
    ? betterSqlite3Database(handle.sqlite)
    : postgresDatabase(handle.sessions);
}

const inStock = (id: string, columns = {}) =>
  addReadyStock(database(), {
    ...{ id, tokenContract: 'choco.devnet', amount: `100${'0'.repeat(18)}` },
    // Without a master key: no test decrypts it.
    encryptedPrivateKey: 'sealed',
    ...columns,
  });

async function signUp(name: string) {
  const email = `${name}@example.com`;
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name, email, password: 'spring-heart-9' }),
    }),
  );
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const [row] = await db().select().from(user).where(eq(user.email, email));
  if (!row) throw new Error('not signed up');
  return { row, request: new Request(origin, { headers: { cookie } }) };
}

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', BETTER_AUTH_URL: origin });
  await migrateDatabase();
  await addDeployment(database(), {
    ...{ serviceAccountId: 'choonsim.devnet', tokenContract: 'choco.devnet' },
  });
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a user who signs up while a wallet is in stock can chat at once, and has the gift', async () => {
  await inStock('s1');
  const { row, request } = await signUp('ann');
  expect(row).toMatchObject({ walletStatus: 'READY', nearAccountId: 's1.service.near' });
  expect(await requireReadyWallet(request)).toBe(row.id);
  const view = await readWalletView(row.id);
  expect(view).toMatchObject({ isReady: true, balance: '100', step: null, waitedMs: null });
  if (view) expect(await readWelcomeGift(row.id, view)).toBe('100');
  expect(await listTransfers(row.id)).toMatchObject([{ status: 'COMPLETED', amount: '100' }]);
});

test('its owner sees that it was given; an operator sees its whole history', async () => {
  await inStock('s2');
  const { row } = await signUp('bob');
  const transitions = await listTransitions(row.id);
  expect(transitions.map(({ transition }) => transition)).toEqual(['TAKEN']);
  const story = await readWalletStory(row.id);
  expect(story?.events.map(({ toStatus }) => toStatus)).toEqual(['READY', 'READY']);
  expect(story?.transactions).toHaveLength(2);
  const points = await readWalletTrend();
  expect(points.reduce((sum, { taken }) => sum + taken, 0)).toBe(2);
});

test('without one the wallet is created as usual', async () => {
  const { row } = await signUp('carl');
  expect(row.walletStatus).toBe('PENDING');
  expect((await listTransitions(row.id)).map(({ transition }) => transition)).toEqual([
    'REQUESTED',
  ]);
});

test('the stock is counted, and wallets can be set aside', async () => {
  await inStock('s3');
  await inStock('s4', { amount: '90' });
  expect((await showStatus()).text).toContain('1 ready, 1 on other terms');
  expect(await setAside({ actor, accountId: 's4.service.near' })).toMatchObject({ exitCode: 0 });
  expect(await setAside({ actor, accountId: 's1.service.near' })).toMatchObject({ exitCode: 1 });
  expect((await showStatus()).text).toContain('1 ready, 1 set aside');
});

test('a copy of a database file hands out nothing from its stock', async () => {
  const file = join(dataDir, 'copy.db');
  expect(await backup({ actor, file })).toMatchObject({ exitCode: 0, json: { users: 3 } });
  // A dump keeps it until `reconcile --adopt`, see docs/backups.md.
  if (databaseHandle().kind === 'postgres') return;
  closeDatabase();
  const copy = new (await import('better-sqlite3')).default(file);
  const epochs = copy.prepare('SELECT "id", "epoch" FROM "Wallet" ORDER BY "id"').all();
  copy.close();
  expect(epochs).toContainEqual({ id: 's3', epoch: null });
  expect(epochs).toContainEqual({ id: 's1', epoch: 7 });
});
