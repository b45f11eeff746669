import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword as scryptHash } from 'better-auth/crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, session, user } from '#drizzle/schema.ts';
import { holdDatabase, refuseWrites } from '../../tests/held-database.ts';
import { eraseUser } from './auth/deleted-users.server.ts';
import { answerAuth } from './auth.server.ts';
import { closeDatabase, db, migrateDatabase } from './db.server.ts';
import { hashingLine } from './limits/hashing-line.server.ts';
import { requireApiUserId } from './session.server.ts';
import { configureEnvironment } from './settings/env.server.ts';

const origin = 'http://localhost:3000';
const password = 'spring-heart-9';
const admin = 'boss@example.com';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-auth-'));

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', ADMIN_EMAILS: admin });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

function call(path: string, body: object | null, cookie = ''): Promise<Response> {
  const headers = { origin, 'content-type': 'application/json', ...(cookie && { cookie }) };
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  return answerAuth(new Request(`${origin}/api/auth${path}`, { headers, ...init }));
}
const signUp = (email: string, more: object = {}) =>
  call('/sign-up/email', { name: '유리', email, password, ...more });
const logIn = (email: string, more: object = {}) =>
  call('/sign-in/email', { email, password, ...more });
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
const rowOf = (email: string) => db().query.user.findFirst({ where: eq(user.email, email) });
const accountOf = async (email: string) => {
  const { id = '' } = (await rowOf(email)) ?? {};
  return db().query.account.findFirst({ where: eq(account.userId, id) });
};

test('a sign-up is one commit: user, sign-in method and session', async () => {
  const refusal = await refuseWrites('INSERT ON "Session"');
  const refused = await signUp('half@example.com');
  await refusal.allow();
  expect(refused.status).toBe(500);
  expect(refused.headers.getSetCookie()).toEqual([]);
  expect(await rowOf('half@example.com')).toBeUndefined();
  expect(await db().select().from(account)).toEqual([]);

  const done = await signUp('half@example.com');
  expect(done.status).toBe(200);
  expect(await done.json()).toMatchObject({
    token: expect.any(String),
    user: { name: '유리', email: 'half@example.com', emailVerified: false, image: null },
  });
  const mine = await call('/get-session', null, cookieOf(done));
  expect(await mine.json()).toMatchObject({ user: { email: 'half@example.com' } });
  // The wallet was requested after the user was stored.
  expect(await rowOf('half@example.com')).toMatchObject({ walletStatus: 'PENDING' });
});

test('of two concurrent sign-ups with one address one succeeds, the other finds it taken', async () => {
  const answers = await Promise.all([signUp('twice@example.com'), signUp('TWICE@example.com')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  const [refused = Response.error()] = answers.filter(({ status }) => status === 422);
  expect(refused.headers.getSetCookie()).toEqual([]);
  expect((await refused.json()).code).toBe('USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL');
});

test('an admin’s address and a recently deleted one look exactly like a taken one', async () => {
  await signUp('taken@example.com');
  await signUp('left@example.com');
  const { id = '' } = (await rowOf('left@example.com')) ?? {};
  await eraseUser({ userId: id, email: 'left@example.com' });
  const told = async (answer: Response) =>
    [answer.status, [...answer.headers].sort(), await answer.text()] as const;
  const taken = await told(await signUp('taken@example.com'));
  expect(taken[0]).toBe(422);
  for (const email of [admin, admin.toUpperCase(), 'left@example.com', 'LEFT@Example.com']) {
    expect(await told(await signUp(email))).toEqual(taken);
    // Other errors are reported first, for these as for any address.
    for (const wrong of [
      { password: 'short' },
      { name: undefined },
      { name: ' ' },
      { name: 'n'.repeat(51) },
      { name: 'A\u202eB' },
      { image: 'x' },
      { rememberMe: 'x' },
      { callbackURL: 'https://evil.example/' },
      { password: 'x'.repeat(200) },
      { password: 'password1' },
    ]) {
      const other = await told(await signUp('taken@example.com', wrong));
      expect(await told(await signUp(email, wrong))).toEqual(other);
      // Nor does an unused address differ.
      expect(await told(await signUp('free@example.com', wrong))).toEqual(other);
    }
  }
  expect(await rowOf(admin)).toBeUndefined();
});

test('a deleted user has no session, whatever rows remain', async () => {
  const cookie = cookieOf(await signUp('ghost@example.com'));
  await db().update(user).set({ deletedAt: new Date() }).where(eq(user.email, 'ghost@example.com'));
  expect(await (await call('/get-session', null, cookie)).json()).toBeNull();
  expect((await call('/update-user', { name: 'Back' }, cookie)).status).toBe(401);
  expect((await call('/list-sessions', null, cookie)).status).toBe(401);
  expect((await logIn('ghost@example.com')).status).toBe(401);
  const asking = requireApiUserId(new Request(origin, { headers: { cookie } }));
  await expect(asking).rejects.toMatchObject({ status: 401 });
});

test('a database locked by another program is a 503, and nothing is stored', async () => {
  const lock = await holdDatabase();
  const waiting = [signUp('busy@example.com'), logIn('taken@example.com')];
  const cookie = cookieOf(await call('/get-session', null));
  expect(cookie).toBe('');
  const answers = await Promise.all(waiting);
  await lock.release();
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.json()).toMatchObject({ code: 'BUSY' });
  }
  expect(await rowOf('busy@example.com')).toBeUndefined();
  expect((await signUp('busy@example.com')).status).toBe(200);
});

test('when the hashing queue is full the response is an immediate 503, and nothing is counted', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const line = hashingLine();
  const held: Promise<void>[] = [];
  while (line.hasRoom()) held.push(line.run(() => promise));
  for (const answer of [await signUp('late@example.com'), await logIn('nobody@example.com')]) {
    expect([answer.status, (await answer.json()).code]).toEqual([503, 'BUSY']);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
  }
  resolve();
  await Promise.all(held);
  expect((await signUp('late@example.com')).status).toBe(200);
});

test('passwords are argon2id; older hashes are renewed at log-in', async () => {
  await signUp('old@example.com');
  const fresh = (await accountOf('old@example.com'))?.password ?? '';
  expect(fresh).toMatch(/^\$argon2id\$v=19\$m=7168,t=5,p=1\$/);
  const { id = '' } = (await accountOf('old@example.com')) ?? {};
  const before = await scryptHash(password);
  await db().update(account).set({ password: before }).where(eq(account.id, id));
  expect((await logIn('old@example.com', { password: 'wrong-wrong' })).status).toBe(401);
  expect((await accountOf('old@example.com'))?.password).toBe(before);
  expect((await logIn('old@example.com')).status).toBe(200);
  const renewed = (await accountOf('old@example.com'))?.password ?? '';
  expect(renewed).toMatch(/^\$argon2id\$/);
  expect((await logIn('old@example.com')).status).toBe(200);
  expect((await accountOf('old@example.com'))?.password).toBe(renewed);
});

test.each([
  'qwer1234!',
  '1q2w3e4r',
  'PASSWORD',
  '12345678',
  '87654321',
  'aaaaaaaa',
  'guess-me@x',
  'guess-me1',
  'Butterfly1',
  'qlalfqjsgh123',
])('a password that is tried first is refused: %s', async (guessable) => {
  const answer = await signUp('guess-me@x.example', { password: guessable });
  expect([answer.status, (await answer.json()).code]).toEqual([400, 'PASSWORD_GUESSABLE']);
});

test('a changed password ends the other sessions, unless the user keeps them', async () => {
  const first = cookieOf(await signUp('change@example.com'));
  const second = cookieOf(await logIn('change@example.com'));
  const changes = (newPassword: string, currentPassword: string, more: object) =>
    call('/change-password', { newPassword, currentPassword, ...more }, second);
  const isLive = async (cookie: string) =>
    (await (await call('/get-session', null, cookie)).json()) !== null;
  const kept = await changes('summer-heart-9', password, { revokeOtherSessions: false });
  expect([kept.status, await isLive(first)]).toEqual([200, true]);
  const changed = await changes('winter-heart-9', 'summer-heart-9', {});
  expect(changed.status).toBe(200);
  expect(await isLive(first)).toBe(false);
  expect(await isLive(cookieOf(changed))).toBe(true);
  const { id = '' } = (await rowOf('change@example.com')) ?? {};
  expect(await db().select().from(session).where(eq(session.userId, id))).toHaveLength(1);
});

test('an account keeps its newest twenty sessions', async () => {
  const first = cookieOf(await signUp('collector@example.com'));
  const { id = '' } = (await rowOf('collector@example.com')) ?? {};
  const times = { createdAt: new Date(Date.now() - 60_000), updatedAt: new Date() };
  const expiresAt = new Date(Date.now() + 60_000);
  const older = Array.from({ length: 30 }, (_, index) => `older-${index}`);
  await db()
    .insert(session)
    .values(older.map((token) => ({ id: token, token, userId: id, expiresAt, ...times })));
  const newest = cookieOf(await logIn('collector@example.com'));
  const left = await db().select().from(session).where(eq(session.userId, id));
  expect(left).toHaveLength(20);
  for (const cookie of [first, newest]) {
    expect(await (await call('/get-session', null, cookie)).json()).not.toBeNull();
  }
});

test('a log-in in progress with the old password fails once the password is changed', async () => {
  const cookie = cookieOf(await signUp('race@example.com'));
  const next = 'autumn-heart-9';
  const changing = call(
    '/change-password',
    { currentPassword: password, newPassword: next },
    cookie,
  );
  const logIns: Promise<Response>[] = [];
  let isChanged = false;
  void changing.then(() => {
    isChanged = true;
  });
  while (!isChanged && logIns.length < 9) {
    logIns.push(logIn('race@example.com'));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect((await changing).status).toBe(200);
  const statuses = (await Promise.all(logIns)).map(({ status }) => status);
  expect(new Set([...statuses, 200, 401, 429])).toEqual(new Set([200, 401, 429]));
  const { id = '' } = (await rowOf('race@example.com')) ?? {};
  // The session of the user who changed it.
  expect(await db().select().from(session).where(eq(session.userId, id))).toHaveLength(1);
});

test('a password that was rehashed while it was verified is still right', async () => {
  await signUp('renewed@example.com');
  const { id = '' } = (await accountOf('renewed@example.com')) ?? {};
  const old = await scryptHash(password);
  await db().update(account).set({ password: old }).where(eq(account.id, id));
  const answers = await Promise.all([1, 2, 3].map(() => logIn('renewed@example.com')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('of two concurrent changes of one password the second finds it changed', async () => {
  const first = cookieOf(await signUp('both@example.com'));
  const second = cookieOf(await logIn('both@example.com'));
  const change = (cookie: string, newPassword: string) =>
    call('/change-password', { currentPassword: password, newPassword }, cookie);
  const answers = await Promise.all([
    change(first, 'autumn-heart-9'),
    change(second, 'winter-heart-9'),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test('no response of the auth addresses may be cached', async () => {
  for (const path of ['/get-session', '/list-sessions', '/ok', '/nothing']) {
    expect((await call(path, null)).headers.get('Cache-Control')).toBe('no-store');
  }
});
