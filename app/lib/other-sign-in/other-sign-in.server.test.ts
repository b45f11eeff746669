import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { account, session, user } from '#drizzle/schema.ts';
import {
  type OpenIdProvider,
  type Person,
  startOpenIdProvider,
} from '../../../tests/fakes/openid-provider.ts';
import { loader as logInWith } from '../../routes/login-with.ts';
import { eraseUser } from '../auth/deleted-users.server.ts';
import { endOtherWaysIn } from '../auth/ways-in.server.ts';
import { answerAuth, auth, remakeAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase, writeAtomically } from '../db.server.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { otherSignInError } from '../settings/sites.ts';
import { discoverOpenId } from './openid-discovery.server.ts';
import { shownProviders } from './providers.server.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-openid-'));
const admin = 'boss@example.com';
let site: OpenIdProvider;

beforeAll(async () => {
  site = await startOpenIdProvider();
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    ADMIN_EMAILS: admin,
    ...site.variables,
  });
  await migrateDatabase();
});
beforeEach(() => db().run(sql`DELETE FROM "LimitCounter"`));
afterAll(async () => {
  closeDatabase();
  await site.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Followed {
  readonly to: string | null;
  readonly cookies: string;
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** From our link to the other site, which redirects the browser back at once. */
async function leave(provider = 'openid'): Promise<Followed> {
  const url = new URL(`/login/with/${provider}?to=/wallet`, origin);
  const args = { request: new Request(url), url, params: { provider }, pattern: '' } as never;
  const answer = (await logInWith(args).catch((thrown: unknown) => thrown)) as Response;
  return { to: answer.headers.get('Location'), cookies: cookiesOf(answer) };
}

async function comeBack(
  { to, cookies }: Followed,
  { address = '203.0.113.7' }: { address?: string } = {},
): Promise<Followed> {
  const there = await fetch(String(to), { redirect: 'manual' });
  const back = String(there.headers.get('Location'));
  const headers = { cookie: cookies, [CLIENT_ADDRESS_HEADER]: address };
  const answer = await answerAuth(new Request(back, { headers }));
  return { to: answer.headers.get('Location'), cookies: cookiesOf(answer) };
}

async function signInAs(person: Person, from: { address?: string } = {}): Promise<Followed> {
  site.signIn(person);
  return comeBack(await leave(), from);
}

const codeOf = ({ to }: Followed) => new URL(String(to), origin).searchParams.get('error');

async function userOf(email: string) {
  const [row] = await db().select().from(user).where(eq(user.email, email));
  return row;
}

async function signUp(email: string): Promise<void> {
  const headers = { origin, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'Ann', email, password: 'spring-heart-9' });
  await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, { method: 'POST', headers, body }),
  );
}

test('its button appears once the discovery document is known', async () => {
  expect(shownProviders()).toEqual([]);
  expect((await leave()).to).toBe('/login?error=REFUSED');
  await discoverOpenId(remakeAuth);
  expect(shownProviders()).toEqual([{ id: 'openid', name: 'Example ID' }]);
  expect((await leave('google')).to).toBe('/login?error=REFUSED');
});

test('a new person gets an account, a wallet and a session; the site’s tokens are not stored', async () => {
  const email = 'ann@example.com';
  const name = `  ${'봄'.repeat(80)}  `;
  const back = await signInAs({ sub: 'ann', email, email_verified: true, name });
  expect(back.to).toBe('/wallet');
  expect(back.cookies).toContain('session_token=');
  const row = await userOf(email);
  expect(row).toMatchObject({ emailVerified: true, walletStatus: 'PENDING', image: null });
  expect(row?.name).toBe('봄'.repeat(50));
  const [stored] = await db()
    .select()
    .from(account)
    .where(eq(account.userId, row?.id ?? ''));
  expect(stored).toMatchObject({
    providerId: 'openid',
    accountId: `${site.variables.SIGN_IN_OPENID_ISSUER} ann`,
  });
  expect([stored?.accessToken, stored?.refreshToken, stored?.idToken]).toEqual([null, null, null]);

  // The same person later, with another address there: the same account.
  const again = await signInAs({ sub: 'ann', email: 'moved@example.com', email_verified: true });
  expect(again.to).toBe('/wallet');
  expect(await userOf('moved@example.com')).toBeUndefined();
});

test('accounts are matched only by an address verified on both sides', async () => {
  const email = 'bob@example.com';
  await signUp(email);
  // A stranger may have signed up here with Bob's address.
  expect(codeOf(await signInAs({ sub: 'bob', email, email_verified: true }))).toBe(
    'account_not_linked',
  );
  await db().update(user).set({ emailVerified: true }).where(eq(user.email, email));
  // A stranger may have entered it there.
  expect(codeOf(await signInAs({ sub: 'eve', email, email_verified: false }))).toBe(
    'account_not_linked',
  );
  expect((await signInAs({ sub: 'bob', email, email_verified: true })).to).toBe('/wallet');
  const row = await userOf(email);
  const ways = await db()
    .select()
    .from(account)
    .where(eq(account.userId, row?.id ?? ''));
  expect(ways.map(({ providerId }) => providerId).sort()).toEqual(['credential', 'openid']);
});

test('a sign-in in progress fails once its account is removed', async () => {
  const person = { sub: 'eli', email: 'eli@example.com', email_verified: true };
  expect((await signInAs(person)).to).toBe('/wallet');
  const { id } = (await userOf(person.email)) ?? { id: '' };
  const isOwn = eq(session.userId, id);
  const { internalAdapter } = await auth().$context;
  const begin = internalAdapter.createSession;
  const spy = vi.spyOn(internalAdapter, 'createSession').mockImplementationOnce(async (...args) => {
    await writeAtomically(endOtherWaysIn(id));
    return begin(...args);
  });
  const back = await signInAs(person);
  expect(spy).toHaveBeenCalledOnce();
  spy.mockRestore();
  expect(otherSignInError(String(codeOf(back)))).toBe('REFUSED');
  expect(back.cookies).not.toContain('session_token=');
  expect(await db().$count(session, isOwn)).toBe(0);
});

test('nobody gets in without an address, with an admin’s, or with a recently deleted one', async () => {
  expect(codeOf(await signInAs({ sub: 'no-mail' }))).toBe('email_not_found');
  const asAdmin = await signInAs({ sub: 'boss', email: admin, email_verified: true });
  expect(codeOf(asAdmin)).toBe('account_not_linked');
  const email = 'cat@example.com';
  await signInAs({ sub: 'cat', email, email_verified: true });
  const row = await userOf(email);
  await eraseUser({ userId: row?.id ?? '', email });
  const rested = await signInAs({ sub: 'cat', email, email_verified: true });
  expect(codeOf(rested)).toBe('account_not_linked');
  expect(rested.cookies).not.toContain('session_token=');
});

test('another site’s account is not matched to an admin who entered by the server’s link', async () => {
  await signUp('chief@example.com');
  const verified = { email: admin, emailVerified: true };
  await db().update(user).set(verified).where(eq(user.email, 'chief@example.com'));
  const back = await signInAs({ sub: 'chief', email: admin, email_verified: true });
  expect(codeOf(back)).toBe('account_not_linked');
  expect(back.cookies).not.toContain('session_token=');
  const row = await userOf(admin);
  const ways = await db()
    .select()
    .from(account)
    .where(eq(account.userId, row?.id ?? ''));
  expect(ways.map(({ providerId }) => providerId)).toEqual(['credential']);
});

test('new accounts count like sign-ups, whatever the method', async () => {
  const codes: (string | null)[] = [];
  for (let count = 0; count < 21; count += 1) {
    const person = { sub: `many-${count}`, email: `many-${count}@example.com` };
    codes.push(codeOf(await signInAs({ ...person, email_verified: true })));
  }
  expect(codes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => null));
  expect(codes[20]).toBe('TOO_MANY_REQUESTS');
  // An existing user is not locked out.
  const known = { sub: 'many-0', email: 'many-0@example.com', email_verified: true };
  expect((await signInAs(known)).to).toBe('/wallet');
});

test('a browser that did not begin the sign-in gets no session from its callback', async () => {
  site.signIn({ sub: 'dan', email: 'dan@example.com', email_verified: true });
  const begun = await leave();
  const back = await comeBack({ ...begun, cookies: '' });
  expect(back.to).toMatch(/^(http:\/\/localhost:3000)?\/login\?error=/);
  expect(back.cookies).not.toContain('session_token=');
  const other = await leave();
  const crossed = await comeBack({ to: begun.to, cookies: other.cookies });
  expect(crossed.cookies).not.toContain('session_token=');
  expect(await userOf('dan@example.com')).toBeUndefined();
});

test('each outcome has its text', () => {
  expect(otherSignInError('account_not_linked')).toBe('NOT_JOINED');
  expect(otherSignInError('email_not_found')).toBe('NO_EMAIL');
  expect(otherSignInError('TOO_MANY_REQUESTS')).toBe('TOO_MANY');
  expect(otherSignInError('access_denied')).toBe('REFUSED');
});
