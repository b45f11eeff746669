import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { account, session, user } from '#drizzle/schema.ts';
import { type MailServer, startMailServer } from '../../../tests/fakes/mail-server.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../../tests/fakes/openid-provider.ts';
import { action as changeAccount } from '../../routes/account.tsx';
import { eraseUser } from '../auth/deleted-users.server.ts';
import { answerAuth, auth, remakeAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { closeMailer } from '../mail/mailer.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { linkError } from '../settings/sites.ts';
import { beginOtherSignIn } from './begin.server.ts';
import { listSites } from './linked-sites.server.ts';
import { discoverOpenId } from './openid-discovery.server.ts';

const origin = 'http://localhost:3000';
const password = 'spring-heart-9';
const admin = 'boss@example.com';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-sites-'));
let site: OpenIdProvider;
let mails: MailServer;
let made = 0;

beforeAll(async () => {
  site = await startOpenIdProvider();
  mails = await startMailServer();
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    BETTER_AUTH_URL: origin,
    ADMIN_EMAILS: admin,
    SMTP_URL: mails.url,
    MAIL_FROM: 'hello@example.org',
    ...site.variables,
  });
  await migrateDatabase();
  await discoverOpenId(remakeAuth);
});
beforeEach(() => db().run(sql`DELETE FROM "LimitCounter"`));
afterAll(async () => {
  await closeMailer();
  closeDatabase();
  await Promise.all([site.close(), mails.close()]);
  rmSync(dataDir, { recursive: true, force: true });
});

const cookiesOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** Signed in so long ago that the password is required, by default. */
async function signUp({ minutesAgo = 11 } = {}) {
  made += 1;
  const email = `person${made}@example.com`;
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ann', email, password }),
    }),
  );
  const [row] = await db().select().from(user).where(eq(user.email, email));
  const userId = row?.id ?? '';
  const createdAt = new Date(Date.now() - minutesAgo * 60_000);
  await db().update(session).set({ createdAt }).where(eq(session.userId, userId));
  return { email, userId, cookie: cookiesOf(answer.headers) };
}

/** The response to the page's form, with the browser's cookies afterwards. */
async function send(cookie: string, fields: Readonly<Record<string, string>>) {
  const url = new URL('/account', origin);
  const headers = { origin, cookie, 'accept-language': 'en' };
  const request = new Request(url, { method: 'POST', headers, body: new URLSearchParams(fields) });
  const answer = await changeAccount({ request, url, params: {}, pattern: '' } as never);
  if (answer instanceof Response) {
    return { to: answer.headers.get('Location'), cookies: cookie, siteAddress: null };
  }
  const cookies = cookiesOf(new Headers(answer.init?.headers));
  return { ...answer.data, cookies: `${cookie}; ${cookies}` };
}

/** From the other site, where a user is signed in, back to ours. */
async function follow(address: string, cookies: string) {
  const there = await fetch(address, { redirect: 'manual' });
  const back = String(there.headers.get('Location'));
  const answer = await answerAuth(
    new Request(back, { headers: { cookie: cookies, 'accept-language': 'en' } }),
  );
  return { to: answer.headers.get('Location'), session: answer.headers.getSetCookie().join() };
}

const link = (cookie: string, typed = password) =>
  send(cookie, { intent: 'link-site', of: 'openid', password: typed });

const waysOf = async (userId: string) =>
  (await db().select().from(account).where(eq(account.userId, userId)))
    .map(({ providerId }) => providerId)
    .sort();

async function linkAs(person: Awaited<ReturnType<typeof signUp>>, sub: string) {
  // Another, unverified address: the signed-in user states that it is theirs.
  site.signIn({ sub, email: `${sub}@elsewhere.example`, email_verified: false });
  const asked = await link(person.cookie);
  return follow(String(asked.siteAddress), asked.cookies);
}

test('a signed-in user with a fresh proof links a site, and is notified by mail', async () => {
  const person = await signUp();
  expect(await link(person.cookie, '')).toMatchObject({ errors: { password: 'PASSWORD_MISSING' } });
  expect(await link(person.cookie, 'guess-9-guess')).toMatchObject({
    errors: { password: 'PASSWORD_WRONG' },
    of: 'openid',
  });
  const back = await linkAs(person, 'ann');
  expect(back.to).toBe('/account?saved=link-site');
  expect(back.session).not.toContain('session_token=');
  expect(await waysOf(person.userId)).toEqual(['credential', 'openid']);
  expect(await listSites(person)).toMatchObject({
    linked: [{ id: 'openid', name: 'Example ID' }],
    open: [],
  });
  expect((await mails.waitFor(person.email)).text).toContain('the Example ID account');
  // It opens the account it was linked to, whatever its address there.
  const begun = await beginOtherSignIn(new Request(`${origin}/login/with/openid`), {
    provider: 'openid',
    page: '/wallet',
  });
  const entered = await follow(String(begun?.url), cookiesOf(begun?.headers ?? new Headers()));
  expect(entered).toMatchObject({ to: '/wallet' });
  expect(entered.session).toContain('session_token=');
  // A second account of the same site is not offered.
  expect(await link(person.cookie)).toMatchObject({ errors: { form: 'FAILED' } });
});

test('an account elsewhere that belongs to another user is not linked', async () => {
  await linkAs(await signUp(), 'shared');
  const other = await signUp();
  expect((await linkAs(other, 'shared')).to).toBe(
    '/account?error=account_already_linked_to_different_user',
  );
  expect(await waysOf(other.userId)).toEqual(['credential']);
  // Nor by two concurrent requests that both found it free.
  const rows = { providerId: 'openid', createdAt: new Date(), updatedAt: new Date() };
  const [first] = await db().select().from(account).where(eq(account.providerId, 'openid'));
  const twice = { ...rows, id: 'twice', accountId: first?.accountId ?? '', userId: other.userId };
  await expect(db().insert(account).values(twice)).rejects.toThrow();
});

test('a link begun by another browser, or whose session has ended, links nothing', async () => {
  const person = await signUp();
  site.signIn({ sub: 'bob', email: 'bob@example.com', email_verified: true });
  const stranger = await signUp();
  const theirs = await link(stranger.cookie);
  const asked = await link(person.cookie);
  await follow(String(asked.siteAddress), theirs.cookies);
  await db().delete(session).where(eq(session.userId, person.userId));
  const late = await follow(String(asked.siteAddress), asked.cookies);
  expect(late.to).toBe('/account?error=unable_to_link_account');
  for (const { userId } of [person, stranger]) expect(await waysOf(userId)).toEqual(['credential']);
});

test('a user deleted meanwhile gets no sign-in method, and does not block the other account', async () => {
  const person = await signUp();
  site.signIn({ sub: 'gone', email: 'gone@example.com', email_verified: true });
  await eraseUser(person);
  const now = new Date();
  const { internalAdapter } = await auth().$context;
  const late = { providerId: 'openid', accountId: 'gone', userId: person.userId, createdAt: now };
  await expect(internalAdapter.createAccount(late)).rejects.toThrow();
  expect(await waysOf(person.userId)).toEqual([]);
});

test('an unlinked site signs nobody in, and the last sign-in method stays', async () => {
  const person = await signUp();
  await linkAs(person, 'cat');
  const [{ accountId } = { accountId: '' }] = (await listSites(person)).linked;
  const unlink = (of: string, tried = password) =>
    send(person.cookie, { intent: 'unlink-site', of, password: tried });
  expect(await unlink(accountId, 'guess-9-guess')).toMatchObject({
    errors: { password: 'PASSWORD_WRONG' },
  });
  // Neither the password nor another user's.
  const [credential] = await db().select().from(account).where(eq(account.userId, person.userId));
  for (const id of [String(credential?.id), 'unknown']) await unlink(id);
  expect(await waysOf(person.userId)).toEqual(['credential', 'openid']);
  expect(await unlink(accountId)).toMatchObject({ to: '/account?saved=unlink-site' });
  expect((await mails.waitFor(person.email, 2)).text).toContain('removed from your account');
  expect(await waysOf(person.userId)).toEqual(['credential']);

  await linkAs(person, 'cat');
  await db().delete(account).where(eq(account.providerId, 'credential'));
  const createdAt = new Date();
  await db().update(session).set({ createdAt }).where(eq(session.userId, person.userId));
  const [again] = (await listSites(person)).linked;
  expect(await unlink(again?.accountId ?? '', '')).toMatchObject({
    errors: { form: 'LAST_WAY_IN' },
  });
});

test('an admin cannot link sites', async () => {
  const person = await signUp({ minutesAgo: 0 });
  await db().update(user).set({ email: admin }).where(eq(user.id, person.userId));
  expect(await link(person.cookie)).toMatchObject({ errors: { form: 'FAILED' } });
});

test('each outcome has its text', () => {
  expect(linkError('account_already_linked_to_different_user')).toBe('OTHERS');
  expect(linkError('access_denied')).toBe('REFUSED');
});
