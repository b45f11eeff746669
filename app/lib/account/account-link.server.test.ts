import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, user, verification } from '#drizzle/schema.ts';
import { plantWaysIn, readWaysIn } from '../../../tests/fixtures/planted-ways-in.ts';
import { action as setPassword } from '../../routes/new-password.tsx';
import { readAdminLink } from '../admin/admin-link.server.ts';
import { auth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { operatorStore } from '../near/wallet-engine.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { createAccountLink, readAccountLink } from './account-link.server.ts';

const origin = 'http://localhost:3000';
const actor = 'command somebody';
const password = 'spring-heart-9';
const admin = 'boss@example.com';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-account-link-'));

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', ADMIN_EMAILS: admin });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

const tokenOf = (path: string) => new URL(path, origin).searchParams.get('token') ?? '';

async function signUp(email: string): Promise<void> {
  const data = { name: '유리', email, password };
  expect((await call('/sign-up/email', data)).status).toBe(200);
}

function call(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', origin };
  const url = `${origin}/api/auth${path}`;
  return auth().handler(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

const canLogIn = async (email: string, secret: string) =>
  (await call('/sign-in/email', { email, password: secret })).ok;

/** @returns the status of the page; 302 if the user is logged in */
async function open(path: string, secret: string): Promise<number> {
  const url = new URL(path, origin);
  const body = new URLSearchParams({ password: secret });
  const request = new Request(url, { method: 'POST', body, headers: { origin } });
  const answer = (await setPassword({ request, url, params: {}, pattern: '' } as never)) as
    | Response
    | { init: ResponseInit };
  return answer instanceof Response ? answer.status : (answer.init.status ?? 200);
}

test('the link sets a new password once, and only its hash is stored', async () => {
  await signUp('yuri@example.com');
  const { path, minutes } = await createAccountLink({
    ...{ actor, email: ' Yuri@Example.com ', newEmail: null },
  });
  expect(minutes).toBe(15);
  const stored = JSON.stringify(await db().select().from(verification));
  expect(stored).not.toContain(tokenOf(path));
  expect(await canLogIn('yuri@example.com', password)).toBe(true);

  expect(await open(path, 'short')).toBe(400);
  expect(await open(path, 'another-heart-9')).toBe(302);
  expect(await canLogIn('yuri@example.com', 'another-heart-9')).toBe(true);
  expect(await canLogIn('yuri@example.com', password)).toBe(false);
  expect(await open(path, 'a-third-heart-9')).toBe(404);
  expect(await readAccountLink(tokenOf(path))).toBeNull();
  const [action] = await operatorStore().readActions({ userId: null, limit: 1 });
  expect(action).toMatchObject({ actor, action: 'ACCOUNT_LINK', detail: { hasNewEmail: false } });
  // The link makes nobody an admin, even if the address is listed later.
  expect((await db().select().from(account)).map(({ providerId }) => providerId)).toEqual([
    'credential',
  ]);
});

test('a mistyped address is corrected; the old one no longer logs in', async () => {
  await signUp('mir@exmaple.com');
  const mistyped = { actor, email: 'mir@exmaple.com', newEmail: null };
  const { path: earlier } = await createAccountLink(mistyped);
  await db().update(user).set({ emailVerified: true }).where(eq(user.email, 'mir@exmaple.com'));
  const { path } = await createAccountLink({
    ...{ actor, email: 'mir@exmaple.com', newEmail: 'mir@example.com' },
  });
  expect(await readAccountLink(tokenOf(path))).toMatchObject({ email: 'mir@example.com' });
  expect(await readAccountLink(tokenOf(earlier))).toBeNull();
  const [row] = await db().select().from(user).where(eq(user.email, 'mir@example.com'));
  expect(row?.emailVerified).toBe(false);
  expect(await canLogIn('mir@exmaple.com', password)).toBe(false);
  expect(await open(path, 'another-heart-9')).toBe(302);
  expect(await canLogIn('mir@example.com', 'another-heart-9')).toBe(true);
});

test.each([
  ['nobody@example.com', null, /No account has this address/],
  [admin, null, /admin-link/],
  ['haru@example.com', admin, /admin-link/],
  ['haru@example.com', 'byeol@example.com', /Another account/],
  ['haru@example.com', 'no address', /--email must be/],
  ['haru@example.com', 'a..b@example.com', /--email must be/],
  ['haru@example.com', '하루@example.com', /--email must be/],
])('%s with %s is refused, and nothing is changed', async (email, newEmail, words) => {
  for (const each of ['haru@example.com', 'byeol@example.com']) {
    if (!(await canLogIn(each, password))) await signUp(each);
  }
  const links = await db().$count(verification);
  await expect(createAccountLink({ actor, email, newEmail })).rejects.toThrow(words);
  expect(await db().$count(verification)).toBe(links);
  expect(await canLogIn('haru@example.com', password)).toBe(true);
});

test('an admin’s link is not accepted as an account link, nor is an unknown token', async () => {
  await signUp('cat@example.com');
  const { path } = await createAccountLink({ actor, email: 'cat@example.com', newEmail: null });
  expect(await readAdminLink(tokenOf(path))).toBeNull();
  expect(await readAccountLink('')).toBeNull();
  expect(await readAccountLink('x'.repeat(1_024))).toBeNull();
});

test('an operator’s link removes every sign-in method that a stranger had added', async () => {
  const email = 'vouched@example.com';
  await signUp(email);
  const [row] = await db().select().from(user).where(eq(user.email, email));
  const userId = row?.id ?? '';
  const { path } = await createAccountLink({ actor, email, newEmail: null });
  await plantWaysIn(userId);
  expect(await open(path, 'other-spring-10')).toBe(302);
  expect(await readWaysIn(userId)).toEqual({ providers: ['credential'], passkeys: 0, sessions: 1 });
});
