import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouteConfigEntry } from '@react-router/dev/routes';
import { eq, sql } from 'drizzle-orm';
import express from 'express';
import { createStaticHandler, type RouteObject } from 'react-router';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { costsLittle } from '../../../tests/cpu-time.ts';
import { type FakeChatModel, startFakeChatModel } from '../../../tests/fakes/fake-chat-model.ts';
import { hostileTexts } from '../../../tests/hostile-texts.ts';
import routes from '../../routes.ts';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { AUTH_DOORS, AUTH_PATH, type Door, type FieldRules, ROUTE_DOORS } from '../forms/doors.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { guardLengths, refuseCrossSite } from './http-guard.server.ts';
import { answerRefusal } from './plain-page.server.tsx';

// Only a build gives it an address.
vi.mock('../../app.css?url', () => ({ default: '/assets/app.css' }));

// Its cost does not depend on the input and exceeds all the rest: `password-hash.server.test.ts`.
vi.mock('../auth/password-hash.server.ts', () => ({
  hashPassword: async (password: string) => `length ${password.length}`,
  verifyPassword: async () => false,
  isHashOutdated: () => false,
}));

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-hostile-'));
const email = 'ann@example.com';
/** Overlong input is rejected before anything reads it. */
const MOST_CPU_REFUSED_MS = 20;
/** With the tests' chat model in the same process. */
const MOST_CPU_TAKEN_MS = 40;

let model: FakeChatModel;
let server: Server;
let url: string;
let cookie: string;
let ask: (request: Request) => Promise<number>;

beforeAll(async () => {
  model = await startFakeChatModel(({ say, end }) => {
    say('봄이에요.');
    end();
  });
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    CHAT_MODEL: 'openai-compatible:test',
    CHAT_BASE_URL: model.baseUrl,
  });
  await migrateDatabase();
  ask = await requestHandler();
  const application = express();
  application.use(guardLengths(answerRefusal));
  application.use(refuseCrossSite({ publicOrigin: null, refuse: answerRefusal }));
  // Requests that pass the guards are answered in process below.
  application.use((_request, response) => void response.status(299).send());
  server = createServer(application);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = await answerAuth(
    post(`${AUTH_PATH}/sign-up/email`, {
      json: { name: 'Ann', email, password: 'spring-heart-9' },
    }),
  );
  cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  await db()
    .update(user)
    .set({ walletStatus: 'READY', nearAccountId: 'ann.choonsim.devnet' })
    .where(eq(user.email, email));
});
afterAll(async () => {
  server.close();
  closeDatabase();
  await model.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The loaders and actions of all routes, by address as in the server. */
async function requestHandler() {
  const modules = import.meta.glob<RouteObject>('../../routes/**/*.{ts,tsx}');
  const build = async (entry: RouteConfigEntry): Promise<RouteObject> => {
    const load = modules[`../../${entry.file}`];
    if (!load) throw new Error(`there is no ${entry.file}`);
    const { loader, action } = await load();
    const found = { id: entry.file, path: entry.path, loader, action };
    if (entry.index) return { ...found, index: true };
    return { ...found, children: await Promise.all((entry.children ?? []).map(build)) };
  };
  const root = await Promise.all((await routes).map(build));
  const handler = createStaticHandler(root);
  return async (request: Request): Promise<number> => {
    const answer = await handler.query(request);
    if (!(answer instanceof Response)) return answer.statusCode;
    await answer.body?.cancel();
    return answer.status;
  };
}

/** Signed-in users are redirected from there. */
const OF_VISITORS = /^\/(signup|login|api\/auth\/sign-)/;

interface Sent {
  readonly query?: Record<string, string>;
  readonly form?: Record<string, string>;
  readonly json?: Record<string, unknown>;
}

function post(path: string, { query, form, json }: Sent): Request {
  const address = `${origin}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
  const headers = { origin, cookie: OF_VISITORS.test(path) ? '' : cookie };
  if (json) {
    const body = JSON.stringify(json);
    const typed = { ...headers, 'content-type': 'application/json' };
    return new Request(address, { method: 'POST', headers: typed, body });
  }
  if (form) {
    return new Request(address, { method: 'POST', headers, body: new URLSearchParams(form) });
  }
  return new Request(address, { headers });
}

const doors: [string, Door][] = [
  ...Object.entries(ROUTE_DOORS)
    .filter(([path]) => !path.endsWith('*'))
    .map(([path, door]): [string, Door] => [
      path.replace(':id', 'choonsim').replace(/:\w+/, 'x'),
      door,
    ]),
  ...Object.entries(AUTH_DOORS).map(([path, door]): [string, Door] => [AUTH_PATH + path, door]),
];

/** Valid values of the other fields, so that the tried one is read. */
const BESIDE: Readonly<Record<string, string>> = {
  name: 'Ann',
  email,
  password: 'guess-guess-9',
  currentPassword: 'guess-guess-9',
  newPassword: 'summer-heart-9',
};
const INTENT_OF: Readonly<Record<string, string>> = {
  currentPassword: 'password',
  newPassword: 'password',
  newEmail: 'email',
  credential: 'add-passkey',
  passkeyId: 'remove-passkey',
  password: 'delete',
};

function fieldsWith(rules: FieldRules, field: string, value: string): Record<string, string> {
  const known = Object.keys(rules).filter((name) => name in BESIDE);
  const beside = Object.fromEntries(known.map((name) => [name, BESIDE[name] ?? '']));
  const intent = 'intent' in rules ? [['intent', INTENT_OF[field] ?? 'name']] : [];
  return { ...beside, ...Object.fromEntries(intent), [field]: value };
}

interface Tried {
  readonly path: string;
  readonly field: string;
  readonly greatest: number;
  readonly sent: (value: string) => Sent;
}

/** Each field of each door, in the form that the door accepts. */
function* triedFields(): Generator<Tried> {
  for (const [path, { query = {}, form = {}, json = {} }] of doors) {
    for (const kind of ['query', 'form', 'json'] as const) {
      const rules = { query, form, json }[kind];
      for (const [field, rule] of Object.entries(rules)) {
        if (rule.kind === 'boolean') continue;
        const sent = (value: string): Sent => ({ [kind]: fieldsWith(rules, field, value) });
        yield { path, field: `${kind} ${field}`, greatest: rule.greatest, sent };
      }
    }
  }
}

const texts = Object.values(hostileTexts);

test.each(['an e-mail of dots', 'combining marks'])(
  '64 kB of %s are refused at each field of each door, before the routes',
  async (name) => {
    const hostile = hostileTexts[name] ?? '';
    for (const { path, field, sent } of triedFields()) {
      let status = 0;
      const isCheap = await costsLittle(MOST_CPU_REFUSED_MS, hostile, async (value) => {
        const { method, headers, body, url: address } = post(path, sent(value));
        const { pathname, search } = new URL(address);
        const bytes = body ? Buffer.from(await new Response(body).arrayBuffer()) : null;
        // Node itself rejects longer headers.
        const target = `${url}${pathname}${search.slice(0, 8_000)}`;
        const typed = { 'content-type': headers.get('content-type') ?? 'text/plain' };
        const answer = await fetch(target, { method, headers: typed, body: bytes });
        status = answer.status;
        await answer.body?.cancel();
      });
      expect([path, field, status, isCheap]).toEqual([
        ...[path, field],
        expect.toSatisfy((code) => code === 413 || code === 414),
        true,
      ]);
    }
  },
);

// Each field meets two of the texts; in `doors.test.ts` every rule meets all of them.
test.each([0, 1])(
  'as much of them as each field takes costs its door little: %i',
  async (round) => {
    let next = round;
    for (const { path, field, greatest, sent } of triedFields()) {
      await db().run(sql`DELETE FROM "LimitCounter"`);
      next += 3;
      const hostile = (texts[next % texts.length] ?? '').slice(0, greatest);
      let status = 0;
      const isCheap = await costsLittle(MOST_CPU_TAKEN_MS, hostile, async (value) => {
        status = await ask(post(path, sent(value)));
      });
      expect([path, field, status, isCheap]).toEqual([
        ...[path, field],
        expect.toSatisfy((code) => code < 500),
        true,
      ]);
    }
  },
);

test('every door with a field is tried', () => {
  const tried = new Set([...triedFields()].map(({ path }) => path));
  expect(tried.size).toBeGreaterThan(20);
  expect(tried).toContain('/chat/choonsim');
});
