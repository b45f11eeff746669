import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { renderToString } from 'react-dom/server';
import { createRoutesStub } from 'react-router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { ko } from '../../i18n/ko.ts';
import * as api from '../../routes/api/wallet/request.ts';
import WalletSetup, * as page from '../../routes/wallet-setup.tsx';
import { auth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { setSignUpHooks } from './sign-up-guard.server.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-verified-'));
const mails: { email: string; url: string }[] = [];

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
  setSignUpHooks({
    sendVerificationMail: async (mail) => {
      mails.push(mail);
    },
  });
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Visit {
  readonly request: Request;
  readonly url: URL;
  readonly params: Record<string, string>;
  readonly pattern: string;
}

function visit(cookie: string, { method = 'GET', path = '/wallet-setup' } = {}): Visit {
  const url = new URL(path, origin);
  const request = new Request(url, { method, headers: { cookie, origin } });
  return { request, url, params: {}, pattern: path };
}

async function readRow(email: string) {
  const [row] = await db().select().from(user).where(eq(user.email, email));
  if (!row) throw new Error(`no user ${email}`);
  return row;
}

/** How often the wallet was requested: a trigger records each transition to PENDING. */
async function countRequests(userId: string): Promise<number> {
  const row = await db().get<{ count: number }>(
    sql`SELECT count(*) AS "count" FROM "WalletEvent" WHERE "userId" = ${userId} AND "toStatus" = 'PENDING'`,
  );
  return row.count;
}

async function signUp(email: string): Promise<string> {
  const body = JSON.stringify({ name: 'Ann', email, password: 'spring-heart-9' });
  const headers = { 'content-type': 'application/json' };
  const answer = await auth().handler(
    new Request(`${origin}/api/auth/sign-up/email`, { method: 'POST', headers, body }),
  );
  expect(answer.status).toBe(200);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

function show(loaderData: object): string {
  const Stub = createRoutesStub([
    { id: 'setup', path: '/wallet-setup', Component: WalletSetup as never, loader: () => null },
  ]);
  return renderToString(
    <Stub
      initialEntries={['/wallet-setup']}
      hydrationData={{ loaderData: { setup: loaderData } }}
    />,
  );
}

test('if mail is sent, a wallet is requested once, when its user has verified the address', async () => {
  const email = 'ann@example.com';
  const cookie = await signUp(email);
  const { id } = await readRow(email);
  expect(mails).toMatchObject([{ email }]);
  const without = { walletStatus: null, nearAccountId: null, nearPrivateKey: null };
  expect(await readRow(email)).toMatchObject({ emailVerified: false, ...without });

  // Meanwhile the user is signed in and sees what to do; a request changes nothing.
  const loaded = await page.loader(visit(cookie) as never);
  expect(loaded).toMatchObject({ mustVerify: true, isTorn: false });
  const shown = show(loaded);
  expect(shown).toContain(ko.wallet.verifyFirst);
  expect(shown).not.toContain(ko.wallet.setupFailed);
  expect(shown).not.toContain(ko.wallet.setupMessages[0]);
  const refusal = { success: false, error: 'EMAIL_NOT_VERIFIED' };
  const asked = await page.action(visit(cookie, { method: 'POST' }) as never);
  expect([asked.data, asked.init?.status]).toEqual([refusal, 403]);
  const posted = await api.action(visit(cookie, { method: 'POST', path: '/api/wallet' }) as never);
  expect([await posted.json(), posted.status]).toEqual([refusal, 403]);
  expect(await readRow(email)).toMatchObject(without);
  expect(await countRequests(id)).toBe(0);

  // A modified link verifies nothing.
  const link = String(mails[0]?.url);
  const wrong = new URL(link);
  wrong.searchParams.set('token', `${wrong.searchParams.get('token')}x`);
  await auth().handler(new Request(wrong));
  expect(await readRow(email)).toMatchObject({ emailVerified: false, ...without });

  const opened = await auth().handler(new Request(link));
  expect(opened.headers.getSetCookie().join()).not.toContain('session_token');
  const verified = await readRow(email);
  expect(verified).toMatchObject({ emailVerified: true, walletStatus: 'PENDING' });
  expect(verified.nearAccountId).not.toBeNull();
  expect(await countRequests(id)).toBe(1);

  // Opened again, on two devices, and requested by the page: the same wallet.
  await Promise.all([link, link].map((url) => auth().handler(new Request(url))));
  const again = await page.action(visit(cookie, { method: 'POST' }) as never);
  expect(again.data).toMatchObject({ success: true, accountId: verified.nearAccountId });
  expect(await countRequests(id)).toBe(1);
  expect(await readRow(email)).toEqual(verified);
  const left = await page.loader(visit(cookie) as never).catch((thrown: unknown) => thrown);
  expect(left).toBeInstanceOf(Response);
  expect((left as Response).headers.get('location')).toBe('/home');
});

test('two devices that open the link at the same time get one wallet', async () => {
  const email = 'bob@example.com';
  await signUp(email);
  const link = String(mails.at(-1)?.url);
  await Promise.all([link, link].map((url) => auth().handler(new Request(url))));
  const { id, walletStatus } = await readRow(email);
  expect([walletStatus, await countRequests(id)]).toEqual(['PENDING', 1]);
});
