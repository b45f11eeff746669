import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { refuseWrites } from '../../../tests/held-database.ts';
import { action as changeAccount } from '../../routes/account.tsx';
import { action as enterAdmin } from '../../routes/admin/enter.tsx';
import { action as logIn } from '../../routes/login.tsx';
import { action as logOut } from '../../routes/logout.ts';
import { action as newPassword } from '../../routes/new-password.tsx';
import { action as signUp } from '../../routes/signup.tsx';
import { action as retryWallet } from '../../routes/wallet.tsx';
import { createAccountLink } from '../account/account-link.server.ts';
import { createAdminLink } from '../admin/admin-link.server.ts';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { readLimitNotice } from '../forms/limit-notice.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { readSessionToken } from '../sessions/session-token.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { countUp, takeTurn } from './limit-counters.server.ts';

const origin = 'http://localhost:3000';
const address = '203.0.113.9';
const email = 'ann@example.com';
const password = 'spring-heart-9';
const admin = 'boss@example.com';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-limited-'));
let cookie = '';

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', ADMIN_EMAILS: admin });
  await migrateDatabase();
  const headers = { origin, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'Ann', email, password });
  const url = `${origin}/api/auth/sign-up/email`;
  const made = await answerAuth(new Request(url, { method: 'POST', headers, body }));
  cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
});
beforeEach(() => db().run(sql`DELETE FROM "LimitCounter"`));
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

type Action = (args: never) => Promise<unknown>;

interface Asked {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly cookie?: string;
}

/** What the page receives: status, headers, and the limit among its data. */
async function send(action: Action, { path, fields, cookie: shown = '' }: Asked) {
  const url = new URL(path, origin);
  const headers = { origin, cookie: shown, [CLIENT_ADDRESS_HEADER]: address };
  const request = new Request(url, { method: 'POST', headers, body: new URLSearchParams(fields) });
  const args = { request, url, params: {}, pattern: url.pathname } as never;
  const answer = await action(args).catch((thrown: unknown) => thrown);
  const { data, init } = answer as { data: unknown; init: ResponseInit | null };
  const notices = findNotices(data);
  return {
    status: init?.status,
    waitSeconds: Number(new Headers(init?.headers).get('Retry-After')),
    notice: notices[0],
  };
}

function findNotices(data: unknown): unknown[] {
  if (readLimitNotice(data)) return [data];
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(findNotices) : [];
}

const pause = (key: string) => countUp([{ key, windowMs: 45_000, isPause: true }]);
const sessionPause = () => pause(`password:session:${readSessionToken(cookie)}:pause`);
const networkPause = () => pause(`password:${address}:pause`);

test.each<[string, Action, () => Promise<Asked>, () => Promise<unknown>, string]>([
  [
    'log-in, of a network that guesses',
    logIn,
    async () => ({ path: '/login', fields: { email, password } }),
    networkPause,
    'network',
  ],
  [
    'log-in, of an account that is guessed at',
    logIn,
    async () => ({ path: '/login', fields: { email, password } }),
    async () => {
      const key = `log-in:account:${email}`;
      for (let wrong = 0; wrong < 10; wrong += 1) await countUp([{ key, windowMs: 45_000 }]);
      await pause(`${key}:pause-of-others`);
    },
    'account',
  ],
  [
    'sign-up',
    signUp,
    async () => ({ path: '/signup', fields: { name: 'Bob', email: 'bob@example.com', password } }),
    async () => {
      const key = `sign-up:${address}`;
      for (let made = 0; made < 20; made += 1) {
        await takeTurn([{ key, most: 20, windowMs: 45_000 }]);
      }
    },
    'network',
  ],
  [
    'a changed password',
    changeAccount,
    async () => ({
      path: '/account',
      cookie,
      fields: { intent: 'password', currentPassword: password, newPassword: 'summer-heart-9' },
    }),
    sessionPause,
    'you',
  ],
  [
    'a deletion',
    changeAccount,
    async () => ({ path: '/account', cookie, fields: { intent: 'delete', password } }),
    sessionPause,
    'you',
  ],
  [
    'a new password by a link',
    newPassword,
    async () => {
      const link = await createAccountLink({ actor: 'test', email, newEmail: null });
      return { path: link.path, fields: { password: 'summer-heart-9' } };
    },
    networkPause,
    'network',
  ],
  [
    'an admin’s link',
    enterAdmin,
    async () => {
      const { path } = await createAdminLink({ actor: 'test', email: admin });
      return { path, fields: { password: 'summer-heart-9' } };
    },
    networkPause,
    'network',
  ],
  [
    'the retry of a wallet',
    retryWallet,
    async () => ({ path: '/wallet', cookie, fields: {} }),
    async () => {
      const rows = await db().all<{ id: string }>(sql`SELECT "id" FROM "User"`);
      const keys = rows.map(({ id }) => `wallet-retry:${id}`);
      for (const key of [...keys, ...keys, ...keys]) {
        await takeTurn([{ key, most: 3, windowMs: 45_000 }]);
      }
    },
    'you',
  ],
])(
  '%s: the page has whose limit it is, and the time to wait',
  async (_, action, ask, limit, scope) => {
    const asked = await ask();
    await limit();
    const told = await send(action, asked);
    expect(told).toMatchObject({
      status: 429,
      notice: { error: 'TOO_MANY_REQUESTS', scope, retryAfterSeconds: told.waitSeconds },
    });
    expect(told.waitSeconds).toBeGreaterThan(40);
    expect(told.waitSeconds).toBeLessThanOrEqual(45);
  },
);

test('if log-out failed the user is told so, and the cookie is kept', async () => {
  const refusal = await refuseWrites('DELETE ON "Session"');
  const told = await send(logOut, { path: '/logout', cookie, fields: {} });
  await refusal.allow();
  expect(told.status).toBe(500);
  expect(
    await db().all(sql`SELECT 1 FROM "Session" WHERE "token" = ${readSessionToken(cookie)}`),
  ).toHaveLength(1);
});

test('a user who sets a password by a link gets in, whatever strangers try on the account', async () => {
  const key = `log-in:account:${email}`;
  for (let wrong = 0; wrong < 10; wrong += 1) await countUp([{ key, windowMs: 45_000 }]);
  for (const lane of ['others', 'guessers']) await pause(`${key}:pause-of-${lane}`);
  const { path } = await createAccountLink({ actor: 'test', email, newEmail: null });
  const url = new URL(path, origin);
  const body = new URLSearchParams({ password: 'winter-heart-9' });
  const request = new Request(url, { method: 'POST', headers: { origin }, body });
  const answer = await newPassword({ request, url, params: {}, pattern: '' } as never);
  if (!(answer instanceof Response)) throw new Error('refused');
  expect(answer.headers.get('Location')).toBe('/home');
  const cookies = answer.headers.getSetCookie().join();
  for (const name of ['session_token=', 'device=']) expect(cookies).toContain(name);
});
