import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, databaseHandle, db, migrateDatabase } from '../db.server.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { readDevice } from '../sessions/device-cookie.server.ts';
import { readSessionToken } from '../sessions/session-token.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { limitAuth } from './auth-limits.server.ts';
import { countUp } from './limit-counters.server.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-auth-limits-'));

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', SIGNUP_LIMIT_PER_IP: '4' });
  await migrateDatabase();
  const handle = databaseHandle();
  // Hundreds of commits that need no durability.
  if (handle.kind === 'sqlite') handle.sqlite.pragma('synchronous = OFF');
});
beforeEach(() => db().run(sql`DELETE FROM "LimitCounter"`));
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Sent {
  readonly address?: string;
  readonly cookie?: string;
}

/** Calls the limits in front of better-auth, with a given status in place of its response. */
function ask(
  path: string,
  status: number,
  { email = '', address, cookie = '' }: Sent & { email?: string },
) {
  const headers = new Headers({ [CLIENT_ADDRESS_HEADER]: address ?? '127.0.0.1', Cookie: cookie });
  const act = async () => Response.json({ user: { email } }, { status });
  return limitAuth({ path, fields: { email }, headers }, act);
}

const signUp = (status: number, sent: Sent & { email?: string }) =>
  ask('/sign-up/email', status, { email: 'ann@example.com', ...sent });
const logIn = (email: string, status: number, sent: Sent = {}) =>
  ask('/sign-in/email', status, { email, ...sent });

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

async function statuses(count: number, act: (index: number) => Promise<Response>) {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push((await act(index)).status);
  return found;
}

test('sign-ups are counted by address, failed ones are not', async () => {
  const address = '203.0.113.1';
  expect(await statuses(30, () => signUp(422, { address }))).not.toContain(429);
  expect(await statuses(4, () => signUp(200, { address }))).toEqual([200, 200, 200, 200]);
  const refused = await signUp(200, { address });
  expect(refused.status).toBe(429);
  expect(await refused.json()).toEqual({
    error: 'TOO_MANY_REQUESTS',
    scope: 'network',
    retryAfterSeconds: expect.toSatisfy((seconds) => seconds > 3_000 && seconds <= 3_600),
  });
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(3_000);
  expect((await signUp(200, { address: '203.0.113.2' })).status).toBe(200);
});

test('many concurrent sign-ups get no more than sequential ones', async () => {
  const address = '203.0.113.3';
  const all = await Promise.all(Array.from({ length: 20 }, () => signUp(200, { address })));
  expect(all.filter(({ status }) => status === 200)).toHaveLength(4);
});

test('nobody can close an e-mail domain for others', async () => {
  const refused = (index: number) => signUp(422, { address: `198.51.100.${index}` });
  await statuses(40, refused);
  await statuses(40, (index) => signUp(200, { address: `198.51.100.${index}` }));
  expect((await signUp(200, { address: '203.0.113.2' })).status).toBe(200);
});

test('an IPv6 /48 has the limit of one IPv4 address, however many networks are in it', async () => {
  const all = await statuses(40, (index) =>
    signUp(200, { address: `2001:db8:7:${index.toString(16)}00::1` }),
  );
  expect(all.filter((status) => status === 200)).toHaveLength(4);
});

test('a proxy that does not forward client addresses is not blocked after ten clients', async () => {
  const all = await statuses(40, () => signUp(200, { address: 'unknown' }));
  expect(all).toEqual(Array(40).fill(200));
  expect(
    await statuses(100, (index) => logIn(`${index}@example.com`, 401, { address: '' })),
  ).toEqual(Array(100).fill(401));
});

test('strangers guess ever more slowly at one account, from any addresses', async () => {
  const email = 'victim@example.com';
  const own = cookiesOf(await logIn(email, 200));
  const guesses = await statuses(40, (index) =>
    logIn(email, 401, { address: `198.51.100.${index}` }),
  );
  expect(guesses).toEqual([...Array(10).fill(401), ...Array(30).fill(429)]);
  const refused = await logIn(` Victim@Example.com`, 200, { address: '198.51.100.99' });
  expect(await refused.json()).toMatchObject({ scope: 'account' });
  expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
  // Another account, and the owner's own device, are not slowed.
  expect((await logIn('other@example.com', 200)).status).toBe(200);
  expect(await statuses(5, () => logIn(email, 200, { cookie: own }))).toEqual(Array(5).fill(200));
});

test('guesses stay below a hundred an hour, and the account opens again after a minute', async () => {
  const email = 'slow@example.com';
  let tried = 0;
  const startedMs = Date.now();
  const hour = Array.from({ length: 3_600 / 30 }, (_, index) => startedMs + index * 30_000);
  for (const nowMs of hour) {
    const answer = await limitAuth(
      {
        path: '/sign-in/email',
        fields: { email },
        headers: new Headers({ [CLIENT_ADDRESS_HEADER]: '127.0.0.1' }),
        nowMs,
      },
      async () => Response.json({}, { status: 401 }),
    );
    if (answer.status === 401) tried += 1;
  }
  expect(tried).toBeGreaterThan(30);
  expect(tried).toBeLessThan(100);
});

test('a clock that was set back by hours locks nobody out', async () => {
  const email = 'clock@example.com';
  const startedMs = Date.now();
  const tryAt = async (nowMs: number, status: number) => {
    const headers = new Headers({ [CLIENT_ADDRESS_HEADER]: '198.51.100.200' });
    const logIn = { path: '/sign-in/email', fields: { email }, headers, nowMs };
    return (await limitAuth(logIn, async () => Response.json({}, { status }))).status;
  };
  const ahead = Array.from({ length: 25 }, (_, index) => startedMs + 5 * 3_600_000 + index);
  const answers: number[] = [];
  for (const nowMs of ahead) answers.push(await tryAt(nowMs, 401));
  expect(answers.at(-1)).toBe(429);
  expect(await tryAt(startedMs, 200)).toBe(200);
  // Guesses are slowed as before.
  expect(await tryAt(startedMs, 401)).toBe(401);
  expect(await tryAt(startedMs, 401)).toBe(429);
});

test('guesses stay below a hundred an hour even from a great many networks', async () => {
  const startedMs = Date.now();
  let tried = 0;
  for (let step = 0; step < 160; step += 1) {
    const nowMs = startedMs + step * 22_500;
    // A network that has guessed before, and one that has not.
    for (const address of ['198.51.100.1', `2001:db8:${step.toString(16)}::1`]) {
      const headers = new Headers({ [CLIENT_ADDRESS_HEADER]: address });
      const guess = {
        path: '/sign-in/email',
        fields: { email: 'hour@example.com' },
        headers,
        nowMs,
      };
      const { status } = await limitAuth(guess, async () => Response.json({}, { status: 401 }));
      if (status === 401) tried += 1;
    }
  }
  expect(tried).toBeGreaterThan(60);
  expect(tried).toBeLessThan(100);
});

test("a guesser does not lock out the owner's new device, nor a neighbour for long", async () => {
  const email = 'besieged@example.com';
  const from = (address: string, status: number) => logIn(email, status, { address });
  expect(await statuses(20, () => from('203.0.113.40', 401))).toContain(429);
  expect((await from('203.0.113.41', 200)).status).toBe(200);
  expect((await from('2001:db8:9::1', 200)).status).toBe(200);
  // A single mistake is not guessing, and the response has the maximum wait.
  expect((await from('203.0.113.41', 401)).status).toBe(401);
  const told = await from('203.0.113.41', 200);
  expect([told.status, Number(told.headers.get('Retry-After')) <= 90]).toEqual([429, true]);
  const neighbour = await logIn('other@example.com', 200, { address: '203.0.113.40' });
  expect(neighbour.status).toBe(200);
});

test('concurrent right passwords all succeed, whatever is tried beside them', async () => {
  const [email, address] = ['party@example.com', '203.0.113.50'];
  const all = await Promise.all(Array.from({ length: 60 }, () => logIn(email, 200, { address })));
  expect(all.map(({ status }) => status)).toEqual(Array(60).fill(200));
  const mixed = await Promise.all(
    Array.from({ length: 27 }, (_, index) =>
      logIn(email, index % 3 === 0 ? 401 : 200, { address: '203.0.113.51' }),
    ),
  );
  expect(mixed.map(({ status }) => status)).not.toContain(429);
});

test('failing sign-ups do not lock out concurrent successful ones', async () => {
  const address = '203.0.113.52';
  const all = await Promise.all(
    Array.from({ length: 23 }, (_, index) => signUp(index % 6 === 5 ? 200 : 422, { address })),
  );
  expect(all.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(all.filter(({ status }) => status === 422)).toHaveLength(20);
});

test('a pause ends when announced, and a right password then succeeds', async () => {
  const email = 'paused@example.com';
  const at = (nowMs: number, status: number) =>
    limitAuth({ path: '/sign-in/email', fields: { email }, headers: new Headers(), nowMs }, () =>
      Promise.resolve(Response.json({}, { status })),
    );
  for (let wrong = 0; wrong < 10; wrong += 1) await at(0, 401);
  const refused = await at(1_000, 200);
  expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '14']);
  expect((await at(15_000, 200)).status).toBe(200);
  // The right password started no pause.
  expect((await at(15_001, 200)).status).toBe(200);
  expect((await at(15_002, 401)).status).toBe(401);
  expect((await at(15_003, 200)).headers.get('Retry-After')).toBe('30');
});

test('neither requests without a guess nor invalid addresses are counted', async () => {
  const rows = () => db().all(sql`SELECT * FROM "LimitCounter"`);
  const address = '203.0.113.53';
  const passwords = { currentPassword: 'guess-guess', newPassword: 'spring-heart-9' };
  expect((await call('/change-password', passwords)).status).toBe(401);
  expect((await call('/verify-password', { password: 'guess-guess' })).status).toBe(401);
  for (const path of ['/change-password', '/verify-password']) await ask(path, 401, { address });
  for (const email of ['', 'nobody', 'a@b', 'x'.repeat(200)]) {
    await logIn(email, 401, { address });
    await ask('/send-verification-email', 400, { email, address });
  }
  const other = {
    path: '/sign-in/email',
    fields: { email: 'a@b.example' },
    headers: new Headers(),
  };
  await limitAuth(other, async () =>
    Response.json({ code: 'EMAIL_NOT_VERIFIED' }, { status: 401 }),
  );
  expect(await rows()).toEqual([]);
  await logIn('right@example.com', 200, { address });
  await signUp(422, { address });
  await ask('/send-verification-email', 400, { email: 'ann@example.com', address });
  expect(await rows()).toEqual([]);
});

test('many concurrent guesses get no more than sequential ones', async () => {
  const tries = Array.from({ length: 50 }, () => logIn('crowded@example.com', 401));
  const wrong = (await Promise.all(tries)).filter(({ status }) => status === 401);
  expect(wrong).toHaveLength(10);
});

test('right passwords use up nothing; a known device of one account is unknown to another', async () => {
  const email = 'often@example.com';
  const address = '203.0.113.77';
  const own = cookiesOf(await logIn(email, 200, { address }));
  expect(await statuses(50, () => logIn(email, 200, { address }))).toEqual(Array(50).fill(200));
  await statuses(10, () => logIn('someone@example.com', 401, { cookie: own }));
  const stranger = await logIn('someone@example.com', 200, { cookie: own });
  expect(await stranger.json()).toMatchObject({ scope: 'account' });
  const forged = own.replace(/device=[^.]+/, 'device=eyJkZXZpY2UiOiJ4In0');
  await statuses(10, () => logIn(email, 401));
  expect((await logIn(email, 200, { cookie: forged })).status).toBe(429);
});

test('clients of a proxy that forwards no addresses are slowed together, not locked out', async () => {
  for (let wrong = 0; wrong < 64 * 20; wrong += 1) {
    await countUp([{ key: 'password:unknown', windowMs: 3_600_000 }]);
  }
  const last = await logIn('any@example.com', 401, { address: '' });
  const refused = await logIn('other@example.com', 200, { address: '' });
  expect([last.status, refused.status]).toEqual([401, 429]);
  expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(2);
});

test('one address cannot try a password on many accounts', async () => {
  const address = '203.0.113.78';
  const tries = await statuses(30, (index) => logIn(`a${index}@example.com`, 401, { address }));
  expect(tries).toEqual([...Array(20).fill(401), ...Array(10).fill(429)]);
});

test('strangers cannot flood a mailbox', async () => {
  let sent = 0;
  const asking = { path: '/send-verification-email', fields: { email: 'ann@example.com' } };
  const send = (status: number) =>
    limitAuth({ ...asking, headers: new Headers() }, async () => {
      sent += 1;
      return Response.json({ status: true }, { status });
    });
  expect(await statuses(5, () => send(400))).toEqual(Array(5).fill(400));
  sent = 0;
  // Hitting the limit locks nobody out: the earlier mails have arrived.
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(200)));
  expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual(
    Array(5).fill({ status: true }),
  );
  expect(sent).toBe(3);
});

function call(path: string, body: object, cookie = '') {
  const headers = {
    'Content-Type': 'application/json',
    Origin: origin,
    [CLIENT_ADDRESS_HEADER]: '127.0.0.1',
    ...(cookie && { Cookie: cookie }),
  };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  return answerAuth(new Request(`${origin}/api/auth${path}`, request));
}

test('with the library itself: a session has ten tries, and its device is known', async () => {
  const email = 'ann@example.com';
  const made = await call('/sign-up/email', { name: 'Ann', email, password: 'spring-heart-9' });
  expect(made.status).toBe(200);
  const cookie = cookiesOf(made);
  expect(cookie).toMatch(/better-auth\.session_token=.*; device=/);
  expect(readSessionToken(cookie)).toMatch(/^\w{20,}$/);
  const wrong = await call('/verify-password', { password: 'guess-guess' }, cookie);
  expect(wrong.status).toBe(400);
  const further = await statuses(11, () => ask('/verify-password', 400, { cookie }));
  expect(further).toEqual([...Array(9).fill(400), 429, 429]);
  const stopped = await call('/verify-password', { password: 'spring-heart-9' }, cookie);
  expect(await stopped.json()).toMatchObject({ scope: 'you' });
}, 60_000);

test.each([
  ['no cookie', null],
  ['of nobody', 'better-auth.session_token=abc'],
  ['with a signature of another', `better-auth.session_token=abc.${'A'.repeat(43)}%3D`],
  ['unreadable', 'better-auth.session_token=%E0%A4%A'],
  ['of many', 'a=b; '.repeat(2_000)],
])('a session cookie that we have not signed is none: %s', (_, cookie) => {
  expect(readSessionToken(cookie)).toBeNull();
});

test.each([
  ['a form that is JSON as well', 'application/x-www-form-urlencoded', 415],
  ['JSON that calls itself text', 'text/plain', 415],
  ['two types', 'application/json, application/x-www-form-urlencoded', 415],
  ['no type', '', 415],
])('what is counted is what is tried: %s', async (_, type, status) => {
  const body = new TextEncoder().encode(
    '{"email":"decoy@x.yz","callbackURL":"x&email=victim%40example.com&password=guess&z="}',
  );
  const headers = { Origin: origin, [CLIENT_ADDRESS_HEADER]: '203.0.113.99', 'Content-Type': type };
  for (const path of ['/sign-in/email', '/sign-up/email']) {
    const asked = new Request(`${origin}/api/auth${path}`, { method: 'POST', headers, body });
    if (type === '') asked.headers.delete('Content-Type');
    const answer = await answerAuth(asked);
    expect([answer.status, (await answer.json()).code]).toEqual([status, 'TYPE_UNSUPPORTED']);
  }
});

test('a device becomes known to the account in the response, and a duplicate field has one meaning', async () => {
  const [own, victim, password] = ['own@example.com', 'aim@example.com', 'spring-heart-9'];
  for (const email of [own, victim]) await call('/sign-up/email', { name: 'A', email, password });
  const body = `{"email":"${victim}","email":"${own}","password":"${password}"}`;
  const headers = { Origin: origin, 'Content-Type': 'application/json; charset=utf-8' };
  const url = `${origin}/api/auth/sign-in/email`;
  const answer = await answerAuth(new Request(url, { method: 'POST', headers, body }));
  expect((await answer.json()).user.email).toBe(own);
  const otherwise = await limitAuth(
    { path: '/sign-in/email', fields: { email: victim }, headers: new Headers() },
    async () => Response.json({ user: { email: own } }),
  );
  for (const found of [answer, otherwise]) {
    const [, told = ''] = /device=([^;.]+)/.exec(String(found.headers.getSetCookie())) ?? [];
    expect(Buffer.from(decodeURIComponent(told), 'base64').toString()).not.toContain('example');
    const cookies = new Headers({ Cookie: cookiesOf(found) });
    expect(await readDevice(cookies, victim)).toBeNull();
    expect(await readDevice(cookies, own)).not.toBeNull();
  }
});

test('a device becomes unknown when the password is changed, except the one that changed it', async () => {
  const [email, password] = ['moved@example.com', 'spring-heart-9'];
  const made = cookiesOf(await call('/sign-up/email', { name: 'A', email, password }));
  const device = () => readDevice(new Headers({ Cookie: made }), email);
  expect(await device()).not.toBeNull();
  const changed = await call(
    '/change-password',
    { currentPassword: password, newPassword: 'summer-heart-9' },
    made,
  );
  expect(changed.status).toBe(200);
  expect(await device()).toBeNull();
  // The device that changed it is logged in.
  const own = new Headers({ Cookie: cookiesOf(changed) });
  expect(await readDevice(own, email)).not.toBeNull();
});

test('on a public server a local proxy that forwards no addresses disables no limit', async () => {
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    NODE_ENV: 'production',
    NEAR_NETWORK_ID: 'devnet',
    BETTER_AUTH_URL: 'https://chat.example.org',
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
    WALLET_ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
    SIGNUP_LIMIT_PER_IP: '1',
  });
  for (const address of ['127.0.0.1', '::1', '']) {
    await db().run(sql`DELETE FROM "LimitCounter"`);
    const made = await statuses(20, () => signUp(200, { address }));
    expect(made).toEqual([...Array(16).fill(200), ...Array(4).fill(429)]);
  }
  const guesses = await statuses(12, () => logIn('seen@example.com', 401));
  expect(guesses).toEqual([...Array(10).fill(401), 429, 429]);
});
