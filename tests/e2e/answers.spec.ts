import { randomBytes } from 'node:crypto';
import type { APIRequestContext, APIResponse } from '@playwright/test';
import type { RouteConfigEntry } from '@react-router/dev/routes';
import { AUTH_DOORS } from '../../app/lib/forms/doors.ts';
import routes from '../../app/routes.ts';
import { changeUser } from './database.ts';
import { expect, newVisitor, test } from './test.ts';

const publicOrigin = 'https://chat.example.org';

test.use({
  serverEnv: {
    NODE_ENV: 'production',
    BETTER_AUTH_URL: publicOrigin,
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
    NEAR_NETWORK_ID: 'devnet',
    WALLET_ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
    METRICS_TOKEN: randomBytes(16).toString('hex'),
  },
});

/** Every route of the app, so that a new one is covered automatically. */
function addresses(entries: readonly RouteConfigEntry[], above = ''): string[] {
  return entries.flatMap(({ path, children = [] }) => {
    const here = path === undefined ? above : `${above}/${path}`;
    const own =
      path === undefined ? [] : [here.replace(/:\w+/g, 'choonsim').replace('*', 'nowhere')];
    return [...own, ...addresses(children, here)];
  });
}

/** Replaces the client's own cookie jar. */
const NO_SESSION = 'theme=dark';
let callers = 0;
/** Each request comes from another network, so that no limit applies. */
function headers(more: Record<string, string> = {}): Record<string, string> {
  callers += 1;
  const address = `${11 + (callers % 100)}.${Math.floor(callers / 100)}.7.1`;
  return { Origin: publicOrigin, 'X-Forwarded-For': address, ...more };
}

function expectSafe(asked: string, answer: APIResponse): void {
  const told = answer.headers();
  const policy = told['content-security-policy'] ?? '';
  expect([asked, told]).toEqual([
    asked,
    expect.objectContaining({
      'cache-control': expect.stringContaining('no-store'),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    }),
  ]);
  expect([asked, told['access-control-allow-origin'], told['x-powered-by'], told.server]).toEqual([
    asked,
    undefined,
    undefined,
    undefined,
  ]);
  expect([asked, policy]).not.toEqual([
    asked,
    expect.stringMatching(/unsafe-eval|script-src[^;]*unsafe/),
  ]);
  for (const { name, value } of answer.headersArray()) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    for (const attribute of [/; HttpOnly/i, /; Secure/i, /; SameSite=Lax/i, /; Path=\/(;|$)/i]) {
      expect([asked, value]).toEqual([asked, expect.stringMatching(attribute)]);
    }
    expect([asked, value]).not.toEqual([asked, expect.stringMatching(/; Domain=/i)]);
    if (value.includes('session')) expect(value).toMatch(/^__Host-/);
  }
}

interface Asked {
  readonly request: APIRequestContext;
  readonly cookie: string;
  readonly method: string;
  readonly path: string;
}

async function ask({ request, cookie, method, path }: Asked): Promise<void> {
  const isStream = path === '/api/wallet/events' && cookie !== '';
  // The stream stays open until the wallet is READY; another test reads it.
  if (isStream && method === 'GET') return;
  const answer = await request.fetch(path, {
    method,
    headers: headers({ Cookie: cookie || NO_SESSION }),
    ...(method === 'POST' && { form: { email: 'nobody@example.com', password: 'wrong-wrong' } }),
    maxRedirects: 0,
  });
  expectSafe(`${method} ${path}${cookie && ' signed in'}`, answer);
}

const cookieOf = (answer: APIResponse) =>
  answer
    .headersArray()
    .filter(({ name }) => name.toLowerCase() === 'set-cookie')
    .map(({ value }) => value.split(';')[0])
    .join('; ');

const sent = { 'Content-Type': 'application/json' };

test('every response of every route has the security headers and is not cached; cookies are guarded', async ({
  request,
  server,
}) => {
  test.slow();
  const visitor = newVisitor();
  const signedUp = await request.post('/api/auth/sign-up/email', {
    headers: headers(sent),
    data: visitor,
  });
  expectSafe('sign-up', signedUp);
  const cookie = cookieOf(signedUp);
  const paths = addresses(await routes);
  expect(paths.length).toBeGreaterThan(15);
  // Page data is served by requests of its own.
  const data = paths.filter((path) => !path.startsWith('/api/')).map((path) => `${path}.data`);
  const auth = Object.keys(AUTH_DOORS).map((path) => `/api/auth${path}`);
  const all = [...paths, '/_root.data', ...data, ...auth, '/api/auth/nothing', '/nowhere.php'];
  for (const path of all) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      await ask({ request, cookie: '', method, path });
      // Requests that end the session come last.
      if (!/sign-out|logout|revoke/.test(path)) await ask({ request, cookie, method, path });
    }
  }
  // Log-in and log-out by forms, and the cookies they set.
  changeUser(server.databaseFile, visitor.email, { language: 'en' });
  const { email, password } = visitor;
  const forms: [string, Record<string, string>][] = [
    ['/login', { email, password }],
    ['/language', { language: 'en', backTo: '/' }],
    ['/theme', { theme: 'dark', backTo: '/' }],
    ['/logout', {}],
  ];
  for (const [path, form] of forms) {
    for (const suffix of ['', '.data']) {
      const answer = await request.post(`${path}${suffix}`, {
        headers: headers({ Cookie: path === '/logout' ? cookie : NO_SESSION }),
        form,
        maxRedirects: 0,
      });
      expectSafe(`form ${path}${suffix}`, answer);
      if (path !== '/logout') expect(answer.headers()['set-cookie']).toBeDefined();
    }
  }
});
