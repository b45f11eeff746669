import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { linkIn, type MailServer, startMailServer } from '../../../tests/fakes/mail-server.ts';
import { action as confirm } from '../../routes/confirm-email.tsx';
import { action as forgotten } from '../../routes/forgotten.tsx';
import { action as newPassword } from '../../routes/new-password.tsx';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { closeMailer } from './mailer.server.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-verified-'));
let mails: MailServer;

beforeAll(async () => {
  mails = await startMailServer();
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    BETTER_AUTH_URL: origin,
    SMTP_URL: mails.url,
    MAIL_FROM: 'hello@example.org',
    SIGNUP_VERIFICATION: 'mail',
  });
  await migrateDatabase();
});
afterAll(async () => {
  await closeMailer();
  closeDatabase();
  await mails.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function signUp(email: string): Promise<string> {
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'accept-language': 'ko' },
      body: JSON.stringify({ name: 'Ann', email, password: 'spring-heart-9' }),
    }),
  );
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function post(
  action: (args: never) => Promise<unknown>,
  { to, cookie = '', fields = {} }: { to: string; cookie?: string; fields?: object },
): Promise<unknown> {
  const url = new URL(to, origin);
  const body = new URLSearchParams({ ...fields });
  const request = new Request(url, { method: 'POST', headers: { origin, cookie }, body });
  const answer = await action({ request, url, params: {}, pattern: '' } as never).catch(
    (thrown: unknown) => thrown,
  );
  return answer instanceof Response ? answer.headers.get('Location') : Object(answer).init?.status;
}

async function statusOf(email: string) {
  const [row] = await db().select().from(user).where(eq(user.email, email));
  return { isVerified: row?.emailVerified, wallet: row?.walletStatus };
}

test('the wallet is asked for when the address is confirmed by who signed up, and by nobody else', async () => {
  const email = 'ann@example.com';
  const cookie = await signUp(email);
  expect(await statusOf(email)).toEqual({ isVerified: false, wallet: null });
  const mail = await mails.waitFor(email);
  expect(mail.text).toContain('이메일 확인하기');
  const link = linkIn(mail);
  const stranger = await signUp('bob@example.com');
  expect(await post(confirm, { to: link, cookie: stranger })).toBe(404);
  expect(await statusOf(email)).toEqual({ isVerified: false, wallet: null });
  expect(await post(confirm, { to: link, cookie })).toBe('/home');
  expect(await statusOf(email)).toEqual({ isVerified: true, wallet: 'PENDING' });
});

test('a new password by mail confirms the address as well', async () => {
  const email = 'cat@example.com';
  await signUp(email);
  await mails.waitFor(email);
  await post(forgotten, { to: '/forgotten', fields: { email } });
  const link = linkIn(await mails.waitFor(email, 2));
  expect(await post(newPassword, { to: link, fields: { password: 'winter-heart-10' } })).toBe(
    '/home',
  );
  expect(await statusOf(email)).toEqual({ isVerified: true, wallet: 'PENDING' });
});

test('the mail is sent again from the page, to the account’s own address', async () => {
  const email = 'dan@example.com';
  const cookie = await signUp(email);
  await mails.waitFor(email);
  expect(await post(confirm, { to: '/confirm-email', cookie })).toBeUndefined();
  await mails.waitFor(email, 2);
});
