import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouteConfigEntry } from '@react-router/dev/routes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { costsLittle } from '../../../tests/cpu-time.ts';
import { hostileTexts } from '../../../tests/hostile-texts.ts';
import { preferredLanguage } from '../../i18n/language.server.ts';
import routes from '../../routes.ts';
import { answerAuth, auth } from '../auth.server.ts';
import { findMessageError } from '../chat/message-rules.ts';
import { closeDatabase, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { findEmailError, findNameError, findPasswordError } from './account-rules.ts';
import { AUTH_DOORS, type Door, findDoor, ROUTE_DOORS } from './doors.ts';
import { findQueryError, readForm, readJson } from './read-fields.server.ts';
import { wayBack } from './way-back.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-doors-'));
const MOST_CPU_MS = 20;

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

function paths(entries: readonly RouteConfigEntry[], above = ''): string[] {
  return entries.flatMap(({ path, index, children = [] }) => {
    if (index) return ['/'];
    const here = path === undefined ? above : `${above}/${path}`;
    return [...(path === undefined ? [] : [here]), ...paths(children, here)];
  });
}

const endpoints = () =>
  Object.values(auth().api)
    .map((endpoint) => String(Object(endpoint).path ?? ''))
    .filter((path) => path !== '');

const post = (path: string, body: Readonly<Record<string, unknown>>) =>
  new Request(`${origin}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

test('every route has a door, and every door a route', async () => {
  expect(Object.keys(ROUTE_DOORS).sort()).toEqual(paths(await routes).sort());
});

test('each of them is found by its address', () => {
  for (const [path, { form = {}, json = {} }] of Object.entries(ROUTE_DOORS)) {
    if (path === '/api/auth/*') continue;
    const found = findDoor(path.replace(/:\w+/g, 'x').replace('*', 'nowhere'));
    expect([path, found]).toMatchObject([path, { form, json }]);
  }
});

test('better-auth’s addresses without a door are closed', async () => {
  expect(endpoints().length).toBeGreaterThan(20);
  for (const path of Object.keys(AUTH_DOORS)) expect(endpoints()).toContain(path);
  for (const path of [...endpoints(), '/constructor', '/__proto__', '/sign-up/email/']) {
    if (Object.hasOwn(AUTH_DOORS, path)) continue;
    const answer = await answerAuth(post(`/api/auth${path}`, {}));
    expect([path, answer.status, (await answer.json()).error]).toEqual([path, 404, 'NOT_FOUND']);
  }
});

test.each([
  ['/chat/choonsim.data', '/chat/:id'],
  ['/api/chat/choonsim', '/api/chat/:id'],
  ['/_root.data', '/*'],
  ['/_.data', '/'],
  ['/', '/'],
  ['/admin/wallets/x', '/admin/wallets/:userId'],
  ['/LogIn', '/login'],
  ['/login/', '/login'],
  ['/Login.DATA', '/login'],
  ['/API/Chat/choonsim', '/api/chat/:id'],
  ['/nowhere/at/all', '/*'],
])('%s is the door %s', (path, door) => {
  const { form = {}, json = {} } = ROUTE_DOORS[door] ?? {};
  expect(findDoor(path)).toMatchObject({ form, json });
});

describe.each(Object.entries(hostileTexts))('%s', (_, hostile) => {
  test('no rule takes long', async () => {
    const rules = [
      findNameError,
      findEmailError,
      findPasswordError,
      findMessageError,
      preferredLanguage,
      (text: string) => wayBack(new URLSearchParams({ to: text })),
    ];
    for (const rule of rules) {
      expect(await costsLittle(MOST_CPU_MS, hostile, rule)).toBe(true);
    }
  });

  test('no field of better-auth accepts it', async () => {
    for (const [path, { json = {} }] of Object.entries(AUTH_DOORS)) {
      for (const field of [...Object.keys(json), 'image', 'id', 'constructor']) {
        let answer: Response | undefined;
        const isCheap = await costsLittle(MOST_CPU_MS, hostile, async (value) => {
          answer = await answerAuth(post(`/api/auth${path}`, { [field]: value }));
        });
        expect([path, field, answer?.status, isCheap]).toEqual([
          path,
          field,
          expect.toSatisfy((status) => status === 400 || status === 413),
          true,
        ]);
      }
    }
  });

  test('no form and no query accepts it whole', async () => {
    for (const [path, { form = {}, query = {}, json = {} }] of doorsWithFields()) {
      for (const field of Object.keys(form)) {
        const isCheap = await costsLittle(MOST_CPU_MS, hostile, (value) =>
          readForm(formRequest(path, { [field]: value })).then(
            (read) => expect(read.tooLong).toContain(field),
            (refusal) => expect(refusal.init.status).toBe(413),
          ),
        );
        expect([path, field, isCheap]).toEqual([path, field, true]);
      }
      for (const field of Object.keys(json)) {
        const read = await readJson(post(path, { [field]: hostile }));
        expect([field, 'error' in read]).toEqual([field, true]);
      }
      for (const field of Object.keys(query)) {
        const sent = new URLSearchParams({ [field]: hostile });
        const error = findQueryError(sent, { rules: query, isStrict: false });
        expect(error).toMatchObject({ field });
      }
    }
  });
});

const doorsWithFields = (): [string, Door][] =>
  Object.entries(ROUTE_DOORS).map(([path, door]) => [path.replace(/:\w+/g, 'x'), door]);

function formRequest(path: string, fields: Record<string, string>): Request {
  return new Request(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
}

test('a field that a door does not list is rejected by name', async () => {
  const visitor = { name: 'Ann', email: 'ann@example.com', password: 'spring-heart-9' };
  for (const field of ['image', 'emailVerified', 'nearAccountId', 'constructor']) {
    const answer = await answerAuth(post('/api/auth/sign-up/email', { ...visitor, [field]: 'x' }));
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: 'FIELD_UNKNOWN', field, message: expect.stringContaining('Send only: name, email') },
    ]);
  }
  await expect(
    readForm(formRequest('/signup', { ...visitor, role: 'admin' })),
  ).rejects.toMatchObject({
    data: { error: 'FIELD_UNKNOWN', field: 'role' },
    init: { status: 400 },
  });
});

test('a field is sent once, as text; an invalid body has no fields', async () => {
  const twice = new URLSearchParams([
    ['email', 'ann@example.com'],
    ['email', 'bob@example.com'],
  ]);
  const request = new Request(`${origin}/login`, { method: 'POST', body: twice });
  await expect(readForm(request)).rejects.toMatchObject({
    data: { error: 'FIELD_REPEATED', field: 'email' },
  });
  await expect(readForm(post('/login', { email: 'a' }))).rejects.toMatchObject({
    data: { error: 'FORM_INVALID' },
  });
  for (const email of [['ann@example.com'], { ann: 1 }, 7, null]) {
    const answer = await answerAuth(post('/api/auth/sign-in/email', { email, password: 'x' }));
    expect([answer.status, (await answer.json()).error]).toEqual([400, 'FIELD_INVALID']);
  }
});

test('an admin selects up to a page of wallets', async () => {
  const choose = (count: number) => {
    const ids = Array.from({ length: count }, (_, index) => ['userId', `user-${index}`]);
    const body = new URLSearchParams([...ids, ['action', 'retry']]);
    return readForm(new Request(`${origin}/admin/wallets`, { method: 'POST', body }));
  };
  expect((await choose(25)).texts('userId')).toHaveLength(25);
  await expect(choose(26)).rejects.toMatchObject({ data: { error: 'FIELD_REPEATED' } });
});

test('a long e-mail and an image are not stored even without a door', async () => {
  const { options } = auth();
  const { before } = options.databaseHooks.user.create;
  const create = (fields: object) => before({ name: 'Ann', email: 'ann@example.com', ...fields });
  await create({});
  const email = `${'a'.repeat(250)}@example.com`;
  await expect(create({ email })).rejects.toMatchObject({ body: { code: 'INVALID_EMAIL' } });
  for (const image of ['javascript:alert(1)', 'x'.repeat(60_000)]) {
    await expect(create({ image })).rejects.toMatchObject({ body: { code: 'FIELD_UNKNOWN' } });
  }
});
