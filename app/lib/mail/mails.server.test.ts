import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { account, limitCounter, session, user, verification } from '#drizzle/schema.ts';
import { linkIn, type MailServer, startMailServer } from '../../../tests/fakes/mail-server.ts';
import { plantWaysIn, readWaysIn } from '../../../tests/fixtures/planted-ways-in.ts';
import { refuseWrites } from '../../../tests/held-database.ts';
import { action as changeAccount } from '../../routes/account.tsx';
import { action as confirm, loader as showConfirmation } from '../../routes/confirm-email.tsx';
import { action as forgotten } from '../../routes/forgotten.tsx';
import { action as newPassword } from '../../routes/new-password.tsx';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { closeMailer } from './mailer.server.ts';

const origin = 'http://localhost:3000';
const password = 'spring-heart-9';
const next = 'winter-heart-10';
const admin = 'boss@example.com';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-mails-'));
let mails: MailServer;
let made = 0;

beforeAll(async () => {
  mails = await startMailServer();
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    BETTER_AUTH_URL: origin,
    SMTP_URL: mails.url,
    MAIL_FROM: '초춘심 <hello@example.org>',
    ADMIN_EMAILS: admin,
  });
  await migrateDatabase();
});
beforeEach(() => db().run(sql`DELETE FROM "LimitCounter"`));
afterAll(async () => {
  await closeMailer();
  closeDatabase();
  await mails.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Person {
  readonly email: string;
  readonly cookie: string;
}

async function signUp(): Promise<Person> {
  made += 1;
  const email = `person${made}@example.com`;
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ann', email, password }),
    }),
  );
  expect(answer.status).toBe(200);
  return { email, cookie: cookiesOf(answer) };
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function canLogIn(email: string, tried: string): Promise<boolean> {
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: tried }),
    }),
  );
  return answer.ok;
}

type Handler = (args: never) => Promise<unknown>;

/** The response to a page's form: status, redirect, data. */
async function send(
  handler: Handler,
  link: string,
  { fields, cookie = '', language = 'en' }: Sent = {},
) {
  const url = new URL(link, origin);
  const headers = {
    origin,
    cookie,
    'accept-language': language,
    [CLIENT_ADDRESS_HEADER]: '203.0.113.7',
  };
  const body = fields && new URLSearchParams(fields);
  const request = new Request(url, { method: body ? 'POST' : 'GET', headers, body: body ?? null });
  const args = { request, url, params: {}, pattern: url.pathname } as never;
  const answer = await handler(args).catch((thrown: unknown) => thrown);
  if (answer instanceof Response) {
    return { status: answer.status, to: answer.headers.get('Location'), data: null };
  }
  const { data, init } = answer as { data: unknown; init: ResponseInit | null };
  return { status: init?.status ?? 200, to: null, data };
}

interface Sent {
  readonly fields?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly language?: string;
}

const askFor = (email: string, language?: string) =>
  send(forgotten, '/forgotten', { fields: { email }, ...(language && { language }) });

async function rowOf(email: string) {
  const [row] = await db().select().from(user).where(eq(user.email, email));
  if (!row) throw new Error(`no user ${email}`);
  return row;
}

test('a forgotten password is replaced by a mailed link, once; the mailbox is verified', async () => {
  const { email } = await signUp();
  expect(await askFor(` ${email.toUpperCase()} `)).toMatchObject({ status: 200 });
  const mail = await mails.waitFor(email);
  const link = linkIn(mail);
  expect(link).toMatch(/^http:\/\/localhost:3000\/new-password\?token=[\w-]{32}$/);
  expect(mail.html).toContain(link);
  expect(mail.text).toContain('Choose a new password');
  // The link is not in the database.
  const token = new URL(link).searchParams.get('token') ?? '';
  expect(JSON.stringify(await db().select().from(verification))).not.toContain(token);

  expect(await send(newPassword, link, { fields: { password: next } })).toMatchObject({
    to: '/home',
  });
  expect(await canLogIn(email, next)).toBe(true);
  expect(await canLogIn(email, password)).toBe(false);
  expect((await rowOf(email)).emailVerified).toBe(true);
  expect(await send(newPassword, link, { fields: { password: 'third-heart-11' } })).toMatchObject({
    status: 404,
  });
});

test('the mail is written in the language of its reader', async () => {
  const { email } = await signUp();
  await askFor(email, 'ko-KR');
  expect((await mails.waitFor(email)).text).toContain('새 비밀번호 정하기');
  await db().update(user).set({ language: 'ko' }).where(eq(user.email, email));
  await askFor(email, 'en');
  expect((await mails.waitFor(email, 2)).html).toContain('lang="ko"');
});

test('an unknown address and an admin’s get the same response and no mail', async () => {
  const { email } = await signUp();
  const answers = [await askFor(email), await askFor('nobody@example.com'), await askFor(admin)];
  await mails.waitFor(email);
  const told = answers.map(({ status, data }) => [status, Object(data).error]);
  expect(told).toEqual([
    [200, null],
    [200, null],
    [200, null],
  ]);
  expect(mails.mails.flatMap(({ to }) => to)).not.toContain('nobody@example.com');
  expect(mails.mails.flatMap(({ to }) => to)).not.toContain(admin);
});

test('strangers cannot flood a mailbox, nor lock out its owner', async () => {
  const { email, cookie } = await signUp();
  for (let asked = 0; asked < 5; asked += 1) {
    expect(await askFor(email)).toMatchObject({ status: 200, data: { error: null } });
  }
  // The last link they requested still works; other kinds are counted separately.
  const link = linkIn(await mails.waitFor(email, 3));
  for (let asked = 0; asked < 3; asked += 1) {
    expect(await send(confirm, '/confirm-email', { fields: {}, cookie })).toMatchObject({
      data: { error: null },
    });
  }
  expect(await send(confirm, '/confirm-email', { fields: {}, cookie })).toMatchObject({
    status: 429,
    data: { error: { scope: 'mailbox' } },
  });
  await mails.waitFor(email, 6);
  expect(mails.mails.filter(({ to }) => to.includes(email))).toHaveLength(6);
  expect((await send(newPassword, link, { fields: { password: next } })).to).toBe('/home');
});

test('only valid links count towards a full mailbox', async () => {
  const { email } = await signUp();
  for (let asked = 0; asked < 3; asked += 1) await askFor(email);
  const link = linkIn(await mails.waitFor(email, 3));
  // Using one invalidates them all.
  expect((await send(newPassword, link, { fields: { password: next } })).to).toBe('/home');
  await askFor(email);
  const fresh = linkIn(await mails.waitFor(email, 4));
  expect((await send(newPassword, fresh, { fields: { password } })).to).toBe('/home');
});

test('a mail that could not be sent does not count towards its mailbox', async () => {
  const { email } = await signUp();
  for (let asked = 0; asked < 3; asked += 1) {
    const refused = mails.refuseNext(550);
    await askFor(email);
    await refused;
  }
  await vi.waitFor(async () => {
    const rows = await db().select().from(limitCounter);
    expect(rows.filter(({ most }) => most === 3)).toEqual([]);
  });
  await askFor(email);
  await mails.waitFor(email);
});

test('a network asks for so many mails; a device that the account knows is counted apart', async () => {
  const { email, cookie } = await signUp();
  const statuses: number[] = [];
  for (let asked = 0; asked < 21; asked += 1)
    statuses.push((await askFor(`no${asked}@example.com`)).status);
  expect(statuses).toEqual([...Array(20).fill(200), 429]);
  expect(await askFor(email)).toMatchObject({ status: 429, data: { error: { scope: 'network' } } });
  expect(cookie).toContain('device=');
  const known = await send(forgotten, '/forgotten', { fields: { email }, cookie });
  expect(known).toMatchObject({ status: 200, data: { error: null } });
  await mails.waitFor(email);
});

test('what is no address is refused beside its field', async () => {
  for (const email of ['', 'a@b', 'ann@example.com,bob@example.com', 'x'.repeat(300)]) {
    expect(await askFor(email)).toMatchObject({ status: 400, data: { error: 'EMAIL_INVALID' } });
  }
});

test('what a stranger added before the mailbox was proven is taken away with the first proof', async () => {
  const { email, cookie } = await signUp();
  const { id } = await rowOf(email);
  const now = new Date();
  await db()
    .insert(account)
    .values({
      ...{ id: 'strangers', accountId: 'stranger', providerId: 'google', userId: id },
      ...{ createdAt: now, updatedAt: now },
    });
  await askFor(email);
  await send(newPassword, linkIn(await mails.waitFor(email)), { fields: { password: next } });
  const left = await db().select().from(account).where(eq(account.userId, id));
  expect(left.map(({ providerId }) => providerId)).toEqual(['credential']);
  expect((await send(showConfirmation, '/confirm-email', { cookie })).to).toMatch(/^\/login/);
});

const changeTo = (person: Person, newEmail: string, tried = password) =>
  send(changeAccount, '/account', {
    fields: { intent: 'email', newEmail, password: tried },
    cookie: person.cookie,
  });

/** Signed in so long ago that the password is asked for. */
async function lateSession(): Promise<Person> {
  const person = await signUp();
  const { id } = await rowOf(person.email);
  const before = new Date(Date.now() - 11 * 60_000);
  await db().update(session).set({ createdAt: before }).where(eq(session.userId, id));
  return person;
}

test('an address is changed by its new mailbox, and the old one is told', async () => {
  const person = await lateSession();
  const wanted = `new-${person.email}`;
  expect(await changeTo(person, wanted, 'not-the-password')).toMatchObject({
    data: { errors: { password: 'PASSWORD_WRONG' } },
  });
  expect(await changeTo(person, wanted, '')).toMatchObject({
    data: { errors: { password: 'PASSWORD_MISSING' } },
  });
  expect(await changeTo(person, wanted)).toMatchObject({ to: '/account?saved=email' });
  const link = linkIn(await mails.waitFor(wanted));
  // A link to the old address, on its way meanwhile.
  await askFor(person.email);
  const earlier = linkIn(await mails.waitFor(person.email));
  expect((await rowOf(person.email)).emailVerified).toBe(false);

  // Looking changes nothing; another account and nobody can do nothing with it.
  const { cookie } = person;
  expect(await send(showConfirmation, link, { cookie })).toMatchObject({ data: { email: wanted } });
  const stranger = await signUp();
  const crossed = { fields: {}, cookie: stranger.cookie };
  expect(await send(confirm, link, crossed)).toMatchObject({ status: 404 });
  expect((await send(confirm, link, { fields: {} })).to).toMatch(/^\/login\?to=/);

  expect(await send(confirm, link, { fields: {}, cookie })).toMatchObject({
    to: '/account?saved=confirmed-email',
  });
  expect(await rowOf(wanted)).toMatchObject({ emailVerified: true });
  expect((await mails.waitFor(person.email, 2)).text).toContain(wanted);
  expect(await canLogIn(wanted, password)).toBe(true);
  expect(await canLogIn(person.email, password)).toBe(false);
  expect(await send(newPassword, earlier, { fields: { password: next } })).toMatchObject({
    status: 404,
  });
  expect(await send(confirm, link, { fields: {}, cookie })).toMatchObject({ status: 404 });
});

test('an address that is taken, an admin’s or the same is refused; one taken meanwhile, too', async () => {
  const person = await signUp();
  const other = await signUp();
  const errors = (newEmail: string, error: string) =>
    expect(changeTo(person, newEmail)).resolves.toMatchObject({
      data: { errors: { newEmail: error } },
    });
  await errors(other.email, 'EMAIL_TAKEN');
  await errors(admin, 'EMAIL_TAKEN');
  await errors(person.email, 'EMAIL_SAME');
  await errors('no address', 'EMAIL_INVALID');

  const wanted = `late-${person.email}`;
  await changeTo(person, wanted);
  const link = linkIn(await mails.waitFor(wanted));
  await db().update(user).set({ email: wanted }).where(eq(user.email, other.email));
  const answer = await send(confirm, link, { fields: {}, cookie: person.cookie });
  expect(answer).toMatchObject({ status: 409, data: { error: 'EMAIL_TAKEN' } });
  expect((await rowOf(person.email)).email).toBe(person.email);
});

test('a mail server that refuses changes no answer', async () => {
  const { email } = await signUp();
  const refused = mails.refuseNext(550);
  expect(await askFor(email)).toMatchObject({ status: 200, data: { error: null } });
  await refused;
  await askFor(email);
  await mails.waitFor(email);
  expect(mails.mails.filter(({ to }) => to.includes(email))).toHaveLength(1);
});

test('a user whose mailbox is proven keeps the other ways in with a new password by mail', async () => {
  const { email } = await signUp();
  const { id } = await rowOf(email);
  await db().update(user).set({ emailVerified: true }).where(eq(user.id, id));
  await plantWaysIn(id);
  await askFor(email);
  await send(newPassword, linkIn(await mails.waitFor(email)), { fields: { password: next } });
  expect(await readWaysIn(id)).toEqual({
    providers: ['credential', 'google'],
    passkeys: 1,
    sessions: 1,
  });
});

test.each([
  ['the stranger’s passkey', 'DELETE ON "Passkey"'],
  ['the password', 'UPDATE OF "password" ON "Account"'],
])('where %s cannot be written, neither password nor ways in change', async (_, write) => {
  const { email } = await signUp();
  const { id } = await rowOf(email);
  await plantWaysIn(id);
  await askFor(email);
  const link = linkIn(await mails.waitFor(email));
  const refusal = await refuseWrites(write);
  try {
    await send(newPassword, link, { fields: { password: next } });
  } finally {
    await refusal.allow();
  }
  expect(await canLogIn(email, next)).toBe(false);
  expect(await canLogIn(email, password)).toBe(true);
  expect(await readWaysIn(id)).toMatchObject({ providers: ['credential', 'google'], passkeys: 1 });
  expect((await rowOf(email)).emailVerified).toBe(false);
  await askFor(email);
  const again = linkIn(await mails.waitFor(email, 2));
  expect((await send(newPassword, again, { fields: { password: next } })).to).toBe('/home');
  expect(await readWaysIn(id)).toMatchObject({ providers: ['credential'], passkeys: 0 });
});
