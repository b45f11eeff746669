import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { KeyPair, type KeyPairString } from 'near-api-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { account, session, user, wallet, walletKeyExport } from '#drizzle/schema.ts';
import { linkIn, type MailServer, startMailServer } from '../../../tests/fakes/mail-server.ts';
import { action } from '../../routes/wallet-key.tsx';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { closeMailer } from '../mail/mailer.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { mayExport } from './key-export.server.ts';

const origin = 'http://localhost:3000';
const password = 'spring-heart-9';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-key-export-'));
let mails: MailServer;
let made = 0;

beforeAll(async () => {
  mails = await startMailServer();
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    BETTER_AUTH_URL: origin,
    SMTP_URL: mails.url,
    MAIL_FROM: 'hello@example.org',
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

/** With a READY wallet and a verified address by default, and a session of eleven minutes. */
async function signUp({ status = 'READY' as 'READY' | 'PENDING', emailVerified = true } = {}) {
  made += 1;
  const email = `owner${made}@example.com`;
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ann', email, password }),
    }),
  );
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const [row] = await db().select().from(user).where(eq(user.email, email));
  const userId = row?.id ?? '';
  await db().update(user).set({ emailVerified }).where(eq(user.id, userId));
  await db().update(wallet).set({ status }).where(eq(wallet.ownerId, userId));
  const createdAt = new Date(Date.now() - 11 * 60_000);
  await db().update(session).set({ createdAt }).where(eq(session.userId, userId));
  return { email, cookie, userId, publicKey: row?.nearPublicKey };
}

async function ask(cookie: string, fields: Readonly<Record<string, string>>) {
  const url = new URL('/wallet/key', origin);
  const headers = { origin, cookie, 'accept-language': 'en' };
  const request = new Request(url, { method: 'POST', headers, body: new URLSearchParams(fields) });
  const answer = await action({ request, url, params: {}, pattern: '' } as never);
  return { ...answer.data, status: answer.init?.status ?? 200 };
}

const exportsOf = (userId: string) =>
  db().$count(walletKeyExport, eq(walletKeyExport.walletId, userId));

test('the owner receives the key of the account and a mail; the export is recorded', async () => {
  const { email, cookie, userId, publicKey } = await signUp();
  const { exported, status } = await ask(cookie, { word: ' Export ', password });
  expect(status).toBe(200);
  const key = KeyPair.fromString(String(exported?.privateKey) as KeyPairString);
  expect(key.getPublicKey().toString()).toBe(publicKey);
  expect(await exportsOf(userId)).toBe(1);
  const mail = await mails.waitFor(email);
  expect(mail.text).toContain(exported?.accountId);
  expect(mail.text + mail.html).not.toContain(exported?.privateKey);
  expect(() => linkIn(mail)).toThrow();
  // The key is in no table.
  const stored = JSON.stringify([
    await db().all(sql`SELECT * FROM "Wallet"`),
    await db().all(sql`SELECT * FROM "WalletKeyExport"`),
    await db().all(sql`SELECT * FROM "WalletEvent"`),
    await db().all(sql`SELECT * FROM "OperatorAction"`),
  ]);
  expect(stored).toContain(exported?.accountId);
  expect(stored).not.toContain(exported?.privateKey.slice('ed25519:'.length));
});

test.each([
  ['without the word', { password }, 'word', 'WORD_MISSING'],
  ['with another word', { word: 'exported', password }, 'word', 'WORD_MISSING'],
  ['with a long word', { word: 'export'.repeat(99), password }, 'word', 'WORD_MISSING'],
  ['without the password', { word: 'export' }, 'password', 'PASSWORD_MISSING'],
  ['with a wrong one', { word: 'export', password: 'guess-9' }, 'password', 'PASSWORD_WRONG'],
])('%s nothing is handed out, nor recorded', async (_, fields, field, error) => {
  const { cookie, userId } = await signUp();
  expect(await ask(cookie, fields as never)).toMatchObject({ exported: null, field, error });
  expect(await exportsOf(userId)).toBe(0);
});

test('a recent sign-in suffices; without a password it is the only proof', async () => {
  const { cookie, userId } = await signUp();
  await db().delete(account).where(eq(account.userId, userId));
  const old = await ask(cookie, { word: 'export', password });
  expect(old).toMatchObject({ exported: null, field: 'form', error: 'SIGN_IN_AGAIN' });
  await db().update(session).set({ createdAt: new Date() }).where(eq(session.userId, userId));
  expect((await ask(cookie, { word: 'export' })).exported).not.toBeNull();
});

test('an unfinished wallet has no key to export, and uses up no attempt', async () => {
  const { cookie, userId } = await signUp({ status: 'PENDING' });
  for (let tries = 0; tries < 4; tries += 1) {
    const answer = await ask(cookie, { word: 'export', password });
    expect(answer).toMatchObject({ exported: null, error: 'WALLET_NOT_READY' });
  }
  expect(await exportsOf(userId)).toBe(0);
});

test('three a day, however many are requested at once', async () => {
  const { cookie, userId } = await signUp();
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => ask(cookie, { word: 'export', password })),
  );
  expect(answers.filter(({ exported }) => exported !== null)).toHaveLength(3);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
  expect(await exportsOf(userId)).toBe(3);
});

test('without a session it redirects to log-in', async () => {
  const thrown = await ask('', { word: 'export', password }).catch((error: unknown) => error);
  expect((thrown as Response).headers.get('Location')).toBe('/login?to=%2Fwallet%2Fkey');
});

test('the key cannot be exported before the address is verified: a stranger may have signed up with it', async () => {
  const { cookie, userId } = await signUp({ emailVerified: false });
  const answer = await ask(cookie, { word: 'export', password });
  expect(answer).toMatchObject({ exported: null, field: 'form', error: 'EMAIL_UNPROVEN' });
  expect(await exportsOf(userId)).toBe(0);
  await db().update(user).set({ emailVerified: true }).where(eq(user.id, userId));
  expect((await ask(cookie, { word: 'export', password })).exported).not.toBeNull();
});

test('without mail no address can be verified, and none is required', () => {
  expect(mayExport({ isEmailVerified: false })).toBe(false);
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  expect(mayExport({ isEmailVerified: false })).toBe(true);
});
