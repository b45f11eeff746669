import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { account, passkey, session, user } from '#drizzle/schema.ts';
import { createSoftwarePasskey } from '../../../tests/fakes/software-passkey.ts';
import { action as changeAccount } from '../../routes/account.tsx';
import { eraseUser } from '../auth/deleted-users.server.ts';
import { endOtherWaysIn } from '../auth/ways-in.server.ts';
import { answerAuth, auth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase, writeAtomically } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { createChallenge, useChallenge } from './challenge.server.ts';
import { addPasskey, registrationOptions, removePasskey } from './passkeys.server.ts';

const origin = 'http://localhost:3000';
const password = 'spring-heart-9';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-passkeys-'));
const page = new Request(`${origin}/account`, { headers: { 'User-Agent': 'X (Android 16)' } });
let made = 0;
let owner: Awaited<ReturnType<typeof signUp>>;
let device: ReturnType<typeof createSoftwarePasskey>;

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
});
beforeEach(async () => {
  owner = await signUp();
  device = createSoftwarePasskey('localhost');
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

function post(path: string, body: object): Promise<Response> {
  const headers = { origin, 'content-type': 'application/json' };
  const url = `${origin}/api/auth${path}`;
  return answerAuth(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function signUp() {
  made += 1;
  const email = `person${made}@example.com`;
  await post('/sign-up/email', { name: 'Ann', email, password });
  const [row] = await db().select().from(user).where(eq(user.email, email));
  return { userId: row?.id ?? '', email, language: 'en' as const };
}

async function add(more: { origin?: string; isVerified?: boolean } = {}) {
  const { challenge } = await registrationOptions(page, owner);
  return addPasskey(page, owner, device.make({ origin, challenge, ...more }));
}

type Signing = Partial<Parameters<typeof device.sign>[0]>;

const signed = (more: Signing = {}) =>
  device.sign({ origin, challenge: createChallenge('sign-in'), ...more });

const signIn = async (credential: string) =>
  (await post('/sign-in/passkey', { credential })).status;

test('a passkey is stored once, named by its device, and signs its owner in', async () => {
  expect(await add()).toBeNull();
  const [stored] = await db().select().from(passkey).where(eq(passkey.userId, owner.userId));
  expect(stored).toMatchObject({ device: 'Android', usedAt: null, transports: 'internal' });
  const answer = await post('/sign-in/passkey', { credential: signed() });
  expect(answer.status).toBe(200);
  expect((await answer.json()).user).toMatchObject({ id: owner.userId, email: owner.email });
  const cookies = answer.headers.getSetCookie().join();
  for (const name of ['session_token=', 'device=']) expect(cookies).toContain(name);
});

test('what was signed counts once, however many send it at once', async () => {
  await add();
  const credential = signed();
  const answers = await Promise.all(Array.from({ length: 5 }, () => signIn(credential)));
  expect(answers.sort()).toEqual([200, 401, 401, 401, 401]);
});

test('a new passkey counts once, and for who was given the challenge', async () => {
  const { challenge } = await registrationOptions(page, owner);
  const credential = device.make({ origin, challenge });
  const stranger = await signUp();
  expect(await addPasskey(page, stranger, credential)).toBe('PASSKEY_REFUSED');
  const added = await Promise.all([1, 2, 3].map(() => addPasskey(page, owner, credential)));
  expect(added.filter((error) => error === null)).toHaveLength(1);
  // Nor is one that signs in the right to add.
  const other = createSoftwarePasskey('localhost');
  const asSignIn = other.make({ origin, challenge: createChallenge('sign-in') });
  expect(await addPasskey(page, owner, asSignIn)).toBe('PASSKEY_REFUSED');
  // A credential of one account is added to no other.
  const theirs = await registrationOptions(page, stranger);
  const again = device.make({ origin, challenge: theirs.challenge });
  expect(await addPasskey(page, stranger, again)).toBe('PASSKEY_REFUSED');
});

test.each<[string, () => Signing | string]>([
  ['another site', () => ({ origin: 'https://evil.example' })],
  ['a device that did not recognise its owner', () => ({ isVerified: false })],
  ['a challenge for adding', () => ({ challenge: createChallenge(owner.userId) })],
  ['a challenge of nobody', () => ({ challenge: 'x'.repeat(51) })],
  ['a challenge that is over', () => ({ challenge: createChallenge('sign-in', 0) })],
  [
    'another key',
    () =>
      createSoftwarePasskey('localhost').sign({ origin, challenge: createChallenge('sign-in') }),
  ],
  ['no credential', () => '{}'],
  ['no JSON', () => '['.repeat(4_000)],
])('a sign-in from %s is refused', async (_, make) => {
  await add();
  const what = make();
  expect(await signIn(typeof what === 'string' ? what : signed(what))).toBe(401);
});

test('a passkey of another site, or made without its owner, is not added', async () => {
  expect(await add({ origin: 'https://evil.example' })).toBe('PASSKEY_REFUSED');
  expect(await add({ isVerified: false })).toBe('PASSKEY_REFUSED');
});

test('of two devices that count the same the second is a copy', async () => {
  await add();
  expect(await signIn(signed({ counter: 5 }))).toBe(200);
  expect(await signIn(signed({ counter: 5 }))).toBe(401);
  expect(await signIn(signed({ counter: 6 }))).toBe(200);
});

test('ten, and no more', async () => {
  for (let count = 0; count < 10; count += 1) {
    device = createSoftwarePasskey('localhost');
    expect(await add()).toBeNull();
  }
  device = createSoftwarePasskey('localhost');
  expect(await add()).toBe('PASSKEYS_TOO_MANY');
});

test('of two added at once when nine are there, one is the tenth and the other too many', async () => {
  const devices = Array.from({ length: 11 }, () => createSoftwarePasskey('localhost'));
  const [one, other, ...earlier] = devices;
  for (const each of earlier) {
    device = each;
    expect(await add()).toBeNull();
  }
  const answers = await Promise.all(
    [one, other].map(async (each) => {
      const { challenge } = await registrationOptions(page, owner);
      return addPasskey(page, owner, each?.make({ origin, challenge }) ?? '');
    }),
  );
  expect(answers.sort()).toEqual(['PASSKEYS_TOO_MANY', null]);
  expect(await db().$count(passkey, eq(passkey.userId, owner.userId))).toBe(10);
});

test('who has left, or whose mailbox was proven by another, is not signed in by one', async () => {
  await add();
  await writeAtomically(endOtherWaysIn(owner.userId));
  expect(await signIn(signed())).toBe(401);
  expect(await add()).toBeNull();
  expect(await signIn(signed())).toBe(200);
  await eraseUser(owner);
  expect(await signIn(signed())).toBe(401);
});

test('a challenge is ours, whole, and for its purpose', async () => {
  const challenge = createChallenge('sign-in', 1_000);
  expect(await useChallenge(`${challenge.slice(0, -2)}AA`, 'sign-in', 1_000)).toBe(false);
  expect(await useChallenge(challenge, owner.userId, 1_000)).toBe(false);
  expect(await useChallenge(challenge, 'sign-in', 301_000)).toBe(false);
  expect(await useChallenge(challenge, 'sign-in', 300_999)).toBe(true);
  expect(await useChallenge(`${challenge}==`, 'sign-in', 300_999)).toBe(false);
});

test('a passkey that is taken away in the middle of a sign-in leaves no session', async () => {
  await add();
  const { internalAdapter } = await auth().$context;
  const create = internalAdapter.createSession;
  const begun = vi.spyOn(internalAdapter, 'createSession').mockImplementation(async (...given) => {
    await writeAtomically(endOtherWaysIn(owner.userId));
    return create(...given);
  });
  try {
    expect(await signIn(signed())).toBe(401);
    expect(begun).toHaveBeenCalledOnce();
  } finally {
    begun.mockRestore();
  }
  expect(await db().select().from(session).where(eq(session.userId, owner.userId))).toEqual([]);
});

test('a passkey that comes while its account is deleted is not added', async () => {
  const { challenge } = await registrationOptions(page, owner);
  const credential = device.make({ origin, challenge });
  await eraseUser(owner);
  expect(await addPasskey(page, owner, credential)).toBe('PASSKEY_REFUSED');
  expect(await db().$count(passkey, eq(passkey.userId, owner.userId))).toBe(0);
});

test('the last way in is not removed, also by two requests at once; another’s never', async () => {
  await add();
  const [stored] = await db().select().from(passkey).where(eq(passkey.userId, owner.userId));
  const id = stored?.id ?? '';
  expect(await removePasskey(await signUp(), id)).toBeNull();
  await db().delete(account).where(eq(account.userId, owner.userId));
  expect(await removePasskey(owner, id)).toBe('LAST_WAY_IN');
  device = createSoftwarePasskey('localhost');
  await add();
  const rows = await db().select().from(passkey).where(eq(passkey.userId, owner.userId));
  const answers = await Promise.all(rows.map((row) => removePasskey(owner, row.id)));
  expect(answers.sort()).toEqual(['LAST_WAY_IN', null]);
});

test('the page’s form removes one only for who has shown to be there', async () => {
  const { headers } = await post('/sign-in/email', { email: owner.email, password });
  const cookie = headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  await add();
  const createdAt = new Date(Date.now() - 11 * 60_000);
  await db().update(session).set({ createdAt }).where(eq(session.userId, owner.userId));
  const [stored] = await db().select().from(passkey).where(eq(passkey.userId, owner.userId));
  const remove = async (typed: string) => {
    const url = new URL('/account', origin);
    const fields = { intent: 'remove-passkey', of: stored?.id ?? '', password: typed };
    const body = new URLSearchParams(fields);
    const request = new Request(url, { method: 'POST', headers: { origin, cookie }, body });
    const answer = await changeAccount({ request, url, params: {}, pattern: '' } as never);
    return answer instanceof Response ? answer.headers.get('Location') : answer.data;
  };
  expect(await remove('')).toMatchObject({ errors: { password: 'PASSWORD_MISSING' } });
  expect(await remove('guess-9-guess')).toMatchObject({ errors: { password: 'PASSWORD_WRONG' } });
  expect(await db().$count(passkey, eq(passkey.userId, owner.userId))).toBe(1);
  expect(await remove(password)).toBe('/account?saved=remove-passkey');
  expect(await db().$count(passkey, eq(passkey.userId, owner.userId))).toBe(0);
});
