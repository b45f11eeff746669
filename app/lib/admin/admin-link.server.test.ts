import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, user } from '#drizzle/schema.ts';
import { plantWaysIn, readWaysIn } from '../../../tests/fixtures/planted-ways-in.ts';
import { action as enter } from '../../routes/admin/enter.tsx';
import { eraseUser, isRestingAddress } from '../auth/deleted-users.server.ts';
import { auth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { operatorStore } from '../near/wallet-engine.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { createAdminLink, readAdminLink } from './admin-link.server.ts';
import { requireAdmin } from './require-admin.server.ts';

const origin = 'http://localhost:3000';
const email = 'boss@example.com';
const late = 'late@example.com';
const password = 'a-long-spring-9';
const actor = 'command somebody';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-admin-link-'));

beforeAll(async () => {
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    ADMIN_EMAILS: `${email},${late}`,
  });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

const tokenOf = (path: string) => new URL(path, origin).searchParams.get('token') ?? '';
const rowOf = (id: string) => db().query.user.findFirst({ where: eq(user.id, id) });
const visit = (cookie: string) => requireAdmin(new Request(origin, { headers: { cookie } }));

/** Opens the link and sets the password. @returns the session's cookie, empty on rejection */
async function open(path: string): Promise<string> {
  const url = new URL(path, origin);
  const body = new URLSearchParams({ password });
  const request = new Request(url, { method: 'POST', body, headers: { origin } });
  const answer: unknown = await enter({ request, url, params: {}, pattern: '' } as never);
  if (!(answer instanceof Response)) return '';
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

function post(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const url = `${origin}/api/auth${path}`;
  return auth().handler(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

test('an admin who deleted the account returns by a link at once, as a new account', async () => {
  const first = await createAdminLink({ actor, email });
  expect(first.replacesDeleted).toBe(false);
  const cookie = await open(first.path);
  const before = await visit(cookie);
  await db()
    .update(user)
    .set({ walletStatus: 'READY', nearAccountId: 'boss.choonsim.devnet' })
    .where(eq(user.id, before.userId));
  const unopened = await createAdminLink({ actor, email });

  await eraseUser({ userId: before.userId, email });
  expect(await isRestingAddress(email)).toBe(true);
  await expect(visit(cookie)).rejects.toMatchObject({ status: 302 });
  // The unopened link is invalid, and the remaining row has no password.
  expect(await readAdminLink(tokenOf(unopened.path))).toBeNull();
  const reset = { token: tokenOf(unopened.path), newPassword: password };
  expect((await post('/reset-password', reset)).status).toBe(400);
  expect(await db().select().from(account)).toEqual([]);
  // To others the address still looks taken.
  const stranger = await post('/sign-up/email', { name: 'Stranger', email, password });
  expect([stranger.status, (await stranger.json()).code]).toEqual([
    422,
    'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
  ]);

  const second = await createAdminLink({ actor, email: ` ${email.toUpperCase()}` });
  expect(second.replacesDeleted).toBe(true);
  const again = await visit(await open(second.path));
  expect(again.email).toBe(email);
  expect(again.userId).not.toBe(before.userId);
  // The funded wallet stays with the old row; the new one has none.
  expect(await rowOf(before.userId)).toMatchObject({
    walletStatus: 'READY',
    nearAccountId: 'boss.choonsim.devnet',
    emailVerified: false,
  });
  expect(await rowOf(again.userId)).toMatchObject({ walletStatus: null, nearAccountId: null });
  expect((await createAdminLink({ actor, email })).replacesDeleted).toBe(false);
  // Each link is recorded, by whom and for whom; the address is erased with its user.
  const actions = await operatorStore().readActions({ userId: null, limit: 9 });
  expect(actions.map(({ userId }) => userId)).toEqual(
    [again, again, before, before].map(({ userId }) => userId),
  );
  expect(actions[3]).toMatchObject({
    actor,
    action: 'ADMIN_LINK',
    detail: { minutes: 15, isNewUser: true },
  });
  expect(JSON.stringify(actions)).not.toContain(email);
});

test('an earlier owner of an admin’s address is locked out, whatever sign-in method they had added', async () => {
  await post('/sign-up/email', { name: 'Mallory', email: 'early@example.com', password });
  // Simulates an address that was listed afterwards.
  await db().update(user).set({ email: late }).where(eq(user.email, 'early@example.com'));
  const { path } = await createAdminLink({ actor, email: late });
  const [row] = await db().select().from(user).where(eq(user.email, late));
  const userId = row?.id ?? '';
  await plantWaysIn(userId);
  expect((await visit(await open(path))).userId).toBe(userId);
  expect(await readWaysIn(userId)).toEqual({
    providers: ['admin-link', 'credential'],
    passkeys: 0,
    sessions: 1,
  });
});
