import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import express from 'express';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { account, user } from '#drizzle/schema.ts';
import { type AppleId, type FakeApple, startFakeApple } from '../../../tests/fakes/apple.ts';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { guardLengths, refuseCrossSite } from '../http/http-guard.server.ts';
import { readAppleKey } from '../settings/apple-secret.ts';
import { configureEnvironment, env } from '../settings/env.server.ts';
import { APPLE_RETURN_PATH, leadAppleOn } from './apple-return.server.ts';
import { beginOtherSignIn } from './begin.server.ts';
import { shownProviders } from './providers.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-apple-'));
let apple: FakeApple;
let web: Server;
let origin: string;

/** The guard before all routes, and the route that Apple's callback is redirected to. */
function startWeb(): Promise<Server> {
  const refuse = (_request: express.Request, response: express.Response, { status = 0 }) => {
    response.status(status).end();
  };
  const application = express();
  application.use(guardLengths(refuse), leadAppleOn);
  application.use(refuseCrossSite({ publicOrigin: null, refuse }));
  application.get(APPLE_RETURN_PATH, async (request, response) => {
    const headers = { cookie: request.get('cookie') ?? '' };
    const answer = await answerAuth(new Request(new URL(request.url, origin), { headers }));
    response.status(answer.status).setHeaders(answer.headers).end();
  });
  return new Promise((resolve) => {
    const server = application.listen(0, 'localhost', () => resolve(server));
  });
}

beforeAll(async () => {
  apple = await startFakeApple();
  web = await startWeb();
  origin = `http://localhost:${(web.address() as AddressInfo).port}`;
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    BETTER_AUTH_URL: origin,
    ...apple.variables,
  });
  await migrateDatabase();
});
beforeEach(() => db().run(sql`DELETE FROM "LimitCounter"`));
afterAll(async () => {
  closeDatabase();
  web.close();
  await apple.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const cookiesOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

/** From our link to Apple's page. */
async function leave() {
  const request = new Request(`${origin}/login/with/apple`);
  const begun = await beginOtherSignIn(request, { provider: 'apple', page: '/wallet' });
  return { url: String(begun?.url), cookies: cookiesOf(begun?.headers ?? new Headers()) };
}

/** Apple's form as a browser sends it: cross-site, without our cookie. */
async function sendForm(url: string, changed: Readonly<Record<string, string>> = {}) {
  const page = await (await fetch(url)).text();
  const fields = Object.fromEntries(
    [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&quot;', '"'),
    ]),
  );
  const headers = { origin: new URL(url).origin, 'sec-fetch-site': 'cross-site' };
  const body = new URLSearchParams({ ...fields, ...changed });
  const init = { method: 'POST', headers, body, redirect: 'manual' } as const;
  return { fields, answer: await fetch(`${origin}${APPLE_RETURN_PATH}`, init) };
}

async function signInAs(person: AppleId | null) {
  apple.signIn(person);
  const { url, cookies } = await leave();
  const { answer, fields } = await sendForm(url);
  expect(answer.status).toBe(303);
  expect(answer.headers.getSetCookie()).toEqual([]);
  return { ...(await comeBack(answer, cookies)), fields };
}

async function comeBack(answer: Response, cookies: string) {
  const next = new URL(String(answer.headers.get('Location')), origin);
  const end = await fetch(next, { headers: { cookie: cookies }, redirect: 'manual' });
  return { to: end.headers.get('Location'), session: cookiesOf(end.headers) };
}

const userOf = async (email: string) =>
  (await db().select().from(user).where(eq(user.email, email)))[0];

test('a new user of Apple gets an account, with the name sent only once, and a hidden address', async () => {
  expect(shownProviders()).toEqual([{ id: 'apple', name: null }]);
  const email = 'x7k2@privaterelay.appleid.com';
  const person = { sub: '001.a', email, email_verified: 'true', firstName: '철수', lastName: '김' };
  const first = await signInAs(person as AppleId);
  expect(first.fields.user).toContain('철수');
  expect(first.to).toBe('/wallet');
  expect(first.session).toContain('session_token=');
  const row = await userOf(email);
  expect(row).toMatchObject({ name: '김철수', emailVerified: true, walletStatus: 'PENDING' });
  const again = await signInAs(person as AppleId);
  expect(again.fields.user).toBeUndefined();
  expect(again).toMatchObject({ to: '/wallet' });
  const stored = await db().select().from(account).where(eq(account.providerId, 'apple'));
  expect(stored).toMatchObject([{ accountId: '001.a', userId: row?.id, idToken: null }]);
});

test('names of other languages keep their order; a generated address gives no name', async () => {
  const named = { firstName: 'Ada', lastName: 'Lovelace' };
  await signInAs({ sub: '002.a', email: 'ada@example.com', email_verified: true, ...named });
  expect(await userOf('ada@example.com')).toMatchObject({ name: 'Ada Lovelace' });
  const hidden = 'q9@privaterelay.appleid.com';
  await signInAs({ sub: '003.a', email: hidden, email_verified: true });
  expect((await userOf(hidden))?.name).toBe('친구');
});

test('a malformed name is ignored', async () => {
  for (const user of ['{"name":{"firstName":5}}', '[]', '"x"', 'no json']) {
    apple.signIn({ sub: `006.${user.length}`, email: `n${user.length}@example.com` });
    const { url, cookies } = await leave();
    const { answer } = await sendForm(url);
    const next = new URL(String(answer.headers.get('Location')), origin);
    next.searchParams.set('user', user);
    const back = new Response(null, { headers: { Location: `${next.pathname}${next.search}` } });
    expect(await comeBack(back, cookies)).toMatchObject({ to: '/wallet' });
    expect(await userOf(`n${user.length}@example.com`)).toMatchObject({ name: `n${user.length}` });
  }
});

test('cancelling is reported on the log-in page', async () => {
  expect((await signInAs(null)).to).toMatch(/\/login\?error=user_cancelled_authorize$/);
});

test.each<[string, object]>([
  ['of another answer', { nonce: 'another' }],
  ['without a nonce', { nonce: undefined }],
  ['for another application', { aud: 'org.example.other' }],
  ['of another issuer', { iss: 'https://evil.example' }],
  ['that is over', { exp: 1 }],
])('a token %s signs nobody in', async (_, forged) => {
  apple.forgeNext(forged as Record<string, unknown>);
  const back = await signInAs({ sub: '004.a', email: 'eve@example.com', email_verified: true });
  expect(back.to).toMatch(/\/login\?error=unable_to_get_user_info/);
  expect(back.session).not.toContain('session_token=');
  expect(await userOf('eve@example.com')).toBeUndefined();
});

test('a form of another browser, or with another state, signs nobody in', async () => {
  apple.signIn({ sub: '005.a', email: 'bob@example.com', email_verified: true });
  const begun = await leave();
  const { answer } = await sendForm(begun.url);
  for (const cookies of ['', (await leave()).cookies]) {
    const back = await comeBack(answer, cookies);
    expect(back.session).not.toContain('session_token=');
  }
  const { answer: crossed } = await sendForm((await leave()).url, { state: 'x'.repeat(32) });
  expect((await comeBack(crossed, begun.cookies)).to).toContain('/login?error=');
  expect(await userOf('bob@example.com')).toBeUndefined();
});

test('no other cross-site request passes: no other address, and no other fields', async () => {
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const post = (path: string, body: string) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body,
      redirect: 'manual',
    });
  for (const path of ['/api/auth/callback/google', '/api/auth/sign-out', '/account', '/login']) {
    expect((await post(path, 'code=a')).status).toBe(403);
  }
  const user = encodeURIComponent(
    JSON.stringify({ name: { firstName: '나'.repeat(900), evil: 1 }, email: 'a@example.com' }),
  );
  const led = await post(APPLE_RETURN_PATH, `code=a&state=b&user=${user}&iss=c&to=//evil.example`);
  const next = new URL(String(led.headers.get('Location')), origin);
  expect(next.pathname).toBe(APPLE_RETURN_PATH);
  expect([...next.searchParams.keys()]).toEqual(['code', 'state', 'user']);
  expect(JSON.parse(next.searchParams.get('user') ?? '')).toEqual({
    name: { firstName: '나'.repeat(50), lastName: '' },
  });
  expect(next.href.length).toBeLessThan(4_096);
  for (const body of ['', 'user=%7B', `code=${'x'.repeat(3_000)}`, 'x'.repeat(20_000)]) {
    const { status, headers: told } = await post(APPLE_RETURN_PATH, body);
    expect(status).toBe(303);
    expect(told.get('Location')).not.toContain('xxx');
  }
});

test('the key is the file from Apple, in one line or several, and nothing else', () => {
  const pem = String(apple.variables.SIGN_IN_APPLE_KEY);
  expect(readAppleKey(pem)).not.toBeNull();
  expect(readAppleKey(pem.replaceAll('\n', '\\n'))).not.toBeNull();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const wrong = String(rsa.export({ format: 'pem', type: 'pkcs8' }));
  for (const text of ['', 'key', wrong]) expect(readAppleKey(text)).toBeNull();
  expect(() => configureEnvironment({ ...apple.variables, SIGN_IN_APPLE_KEY: wrong })).toThrow(
    /SIGN_IN_APPLE_KEY/,
  );
  const { SIGN_IN_APPLE_KEY_ID: _, ...partly } = apple.variables;
  expect(() => configureEnvironment(partly)).toThrow(/SIGN_IN_APPLE_KEY_ID/);
  const file = join(dataDir, 'AuthKey.p8');
  writeFileSync(file, pem);
  const { SIGN_IN_APPLE_KEY: __, SIGN_IN_APPLE_ISSUER: ___, ...others } = apple.variables;
  configureEnvironment({ DATA_DIR: dataDir, ...others, SIGN_IN_APPLE_KEY_FILE: file });
  expect(env().signInProviders).toMatchObject([
    { id: 'apple', issuer: 'https://appleid.apple.com', apple: { teamId: 'TEAM123456' } },
  ]);
});
