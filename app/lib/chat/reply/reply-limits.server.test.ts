import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { message, user } from '#drizzle/schema.ts';
import { type FakeChatModel, startFakeChatModel } from '../../../../tests/fakes/fake-chat-model.ts';
import * as api from '../../../routes/api/chat.ts';
import * as page from '../../../routes/chat/$id.tsx';
import { answerAuth } from '../../auth.server.ts';
import { closeDatabase, databaseHandle, db, migrateDatabase } from '../../db.server.ts';
import { configureEnvironment } from '../../settings/env.server.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-reply-limits-'));
const A_DAY = 45;
const A_DAY_IN_ALL = 60;
let model: FakeChatModel;
let cookie: string;

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
    CHAT_REPLIES_PER_DAY: String(A_DAY),
    CHAT_REPLIES_PER_DAY_IN_ALL: String(A_DAY_IN_ALL),
  });
  await migrateDatabase();
  const handle = databaseHandle();
  // Hundreds of commits that need no durability.
  if (handle.kind === 'sqlite') handle.sqlite.pragma('synchronous = OFF');
  const email = 'ann@example.com';
  const made = await answerAuth(
    new Request(`${origin}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin },
      body: JSON.stringify({ name: 'Ann', email, password: 'spring-heart-9' }),
    }),
  );
  cookie = made.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  await db().update(user).set({ walletStatus: 'READY' }).where(eq(user.email, email));
});
beforeEach(() => db().run(sql`DELETE FROM "LimitCounter"`));
afterAll(async () => {
  closeDatabase();
  await model.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const routeArgs = (request: Request) => ({ request, params: { id: 'choonsim' } }) as never;

async function sendByApi(body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', Cookie: cookie };
  const request = new Request(`${origin}/api/chat/choonsim`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const answer = await api.action(routeArgs(request));
  await answer.clone().text();
  return answer;
}

/** Like the page's own form without scripts. @returns the status, and the page's text */
async function sendByForm(fields: Record<string, string>) {
  const request = new Request(`${origin}/chat/choonsim`, {
    method: 'POST',
    headers: { Cookie: cookie },
    body: new URLSearchParams(fields),
  });
  const answer = await page.action(routeArgs(request));
  if (answer instanceof Response) return { status: answer.status, error: null };
  return { status: answer.init?.status, error: answer.data.error };
}

async function countMessages(): Promise<number> {
  const [row] = await db().select({ count: count() }).from(message);
  return row?.count ?? 0;
}

async function countOf(most: number): Promise<unknown> {
  const [row] = await db().all<{ count: number }>(
    sql`SELECT "count" FROM "LimitCounter" WHERE "most" = ${most}`,
  );
  return row?.count ?? 0;
}

/** The next minute, for the limit of a minute; the day continues. */
async function passAMinute(): Promise<void> {
  await db().run(sql`DELETE FROM "LimitCounter" WHERE "most" = 30`);
}

test('thirty messages a minute, through any route', async () => {
  const asked = model.requests.length;
  const statuses: (number | undefined)[] = [];
  for (let sent = 0; sent < 40; sent += 1) {
    const isForm = sent % 2 === 0;
    const answer = isForm
      ? await sendByForm({ message: '안녕' })
      : await sendByApi({ message: '안녕' });
    statuses.push(answer.status);
  }
  expect(statuses.slice(0, 30).every((status) => status === 200 || status === 302)).toBe(true);
  expect(statuses.slice(30)).toEqual(Array(10).fill(429));
  expect(model.requests.length - asked).toBe(30);
  const notice = {
    error: 'TOO_MANY_REQUESTS',
    scope: 'you',
    retryAfterSeconds: expect.any(Number),
  };
  const stored = await countMessages();
  expect((await sendByForm({ message: '안녕' })).error).toEqual(notice);
  const refused = await sendByApi({ message: '안녕' });
  expect(await refused.json()).toEqual(notice);
  expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
  expect(await countMessages()).toBe(stored);
}, 60_000);

test('an existing reply costs nothing, however often it is requested', async () => {
  const sent = { message: '한 번만', messageId: 'only-once-12345' };
  const asked = model.requests.length;
  for (let times = 0; times < 40; times += 1) expect((await sendByApi(sent)).status).toBe(200);
  expect(model.requests.length - asked).toBe(1);
  const again = { ...sent, again: true };
  const statuses: number[] = [];
  for (let times = 0; times < 31; times += 1) statuses.push((await sendByApi(again)).status);
  expect(statuses.at(-1)).toBe(429);
}, 60_000);

test('a user has a daily number of a model’s replies, and is shown when more are available', async () => {
  const asked = model.requests.length;
  for (let sent = 0; sent < A_DAY; sent += 1) {
    if (sent % 25 === 0) await passAMinute();
    expect((await sendByApi({ message: '안녕' })).status).toBe(200);
  }
  await passAMinute();
  const { error, status } = await sendByForm({ message: '안녕' });
  expect([status, error]).toMatchObject([429, { scope: 'day' }]);
  const refused = await sendByApi({ message: '안녕' });
  expect(await refused.json()).toMatchObject({ scope: 'day' });
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(86_000);
  expect(model.requests.length - asked).toBe(A_DAY);
}, 60_000);

test('a reply that never began does not count for the day', async () => {
  model.behave(({ refuse }) => refuse(400));
  for (let sent = 0; sent < 5; sent += 1) {
    expect((await sendByApi({ message: '안녕' })).status).toBe(502);
  }
  expect([await countOf(A_DAY), await countOf(A_DAY_IN_ALL)]).toEqual([0, 0]);
}, 60_000);

test('a model that stayed silent or broke off counts for the day', async () => {
  model.behave(({ end }) => end());
  expect((await sendByApi({ message: '안녕' })).status).toBe(502);
  model.behave(({ think, cut }) => {
    think('hm');
    setImmediate(cut);
  });
  expect((await sendByApi({ message: '안녕' })).status).toBe(502);
  model.behave(({ refuse }) => refuse(504));
  expect((await sendByApi({ message: '안녕' })).status).toBe(504);
  expect([await countOf(A_DAY), await countOf(A_DAY_IN_ALL)]).toEqual([3, 3]);
}, 60_000);

test('all users together have a daily number of a model’s replies', async () => {
  model.behave(({ say, end }) => {
    say('봄이에요.');
    end();
  });
  await sendByApi({ message: '안녕' });
  await db().run(sql`UPDATE "LimitCounter" SET "count" = "most" WHERE "most" = ${A_DAY_IN_ALL}`);
  const asked = model.requests.length;
  const refused = await sendByApi({ message: '안녕' });
  expect([refused.status, await refused.json()]).toMatchObject([429, { scope: 'everybody' }]);
  expect(model.requests.length).toBe(asked);
  // The user's own share is unaffected.
  expect(await countOf(A_DAY)).toBe(1);
  expect((await sendByApi({ message: '죽고 싶어' })).status).toBe(200);
});

test('an empty or overlong message is rejected by every route', async () => {
  for (const [text, error] of [
    [' ', 'MESSAGE_EMPTY'],
    ['\u3164\u200b\u{e0041}', 'MESSAGE_EMPTY'],
    ['x'.repeat(2_001), 'MESSAGE_TOO_LONG'],
  ] as const) {
    expect(await sendByForm({ message: text })).toEqual({ status: 400, error });
    const refused = await sendByApi({ message: text });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: error }]);
  }
});

test('help is never held back', async () => {
  for (let sent = 0; sent < 31; sent += 1) await sendByApi({ message: '안녕' });
  expect((await sendByApi({ message: '안녕' })).status).toBe(429);
  const help = await sendByApi({ message: '죽고 싶어' });
  expect([help.status, await help.text()]).toEqual([200, expect.stringContaining('109')]);
}, 60_000);

test('excessive messages of distress are answered, but no longer stored', async () => {
  await sendByApi({ message: '죽고 싶어' });
  await db().run(sql`UPDATE "LimitCounter" SET "count" = "most" WHERE "most" = 300`);
  const stored = await countMessages();
  for (let sent = 0; sent < 3; sent += 1) {
    const help = await sendByApi({ message: '죽고 싶어' });
    expect([help.status, await help.text()]).toEqual([200, expect.stringContaining('109')]);
  }
  expect(await countMessages()).toBe(stored);
  expect(await countOf(300)).toBe(300);
});
