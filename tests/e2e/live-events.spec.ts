import type { APIRequestContext } from '@playwright/test';
import { startAppServer, temporaryDataDir } from './app-server.ts';
import { changeUser } from './database.ts';
import { type OpenStream, openEventStream } from './event-stream.ts';
import { expect, newVisitor, test, type Visitor } from './test.ts';

const IN_AN_HOUR_MS = 3_600_000;

/** Signs up over HTTP. @returns the session's cookie */
async function signUpOver(request: APIRequestContext, url: string, visitor: Visitor) {
  const answer = await request.post(`${url}/api/auth/sign-up/email`, { data: visitor });
  expect(answer.status()).toBe(200);
  const { cookies } = await request.storageState();
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

const views = (stream: OpenStream) =>
  stream.parts.filter(({ kind }) => kind === 'data').map(({ text }) => JSON.parse(text));
const statuses = (stream: OpenStream) => views(stream).map(({ status }) => status);

test('the stream sends the status object at every change, and ends after READY', async ({
  request,
  server,
}) => {
  await server.chain({ kind: 'halt' });
  const cookie = await signUpOver(request, server.url, newVisitor());
  const stream = await openEventStream(`${server.url}/api/wallet/events`, cookie);
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(stream.headers.get('cache-control')).toContain('no-store');
  expect(stream.headers.get('x-accel-buffering')).toBe('no');
  await expect.poll(() => views(stream).length).toBeGreaterThan(0);
  const status = await (await request.get(`${server.url}/api/wallet/status`)).json();
  expect(Object.keys(views(stream)[0])).toEqual(Object.keys(status));
  expect(views(stream)[0].accountId).toBe(status.accountId);

  await server.chain({ kind: 'resume' });
  await stream.ended;
  const last = await (await request.get(`${server.url}/api/wallet/status`)).json();
  expect(views(stream).at(-1)).toEqual(last);
  expect(last).toMatchObject({ status: 'READY', step: null, balance: '100' });
  // Nothing is sent twice.
  const told = views(stream).map((view) => JSON.stringify(view));
  expect(new Set(told).size).toBe(told.length);

  const again = await openEventStream(`${server.url}/api/wallet/events`, cookie);
  await again.ended;
  expect(statuses(again)).toEqual(['READY']);
});

test('without a session there is no stream', async ({ server }) => {
  const stream = await openEventStream(`${server.url}/api/wallet/events`);
  expect(stream.status).toBe(401);
});

test('a quiet stream sends a comment every 15 s', async ({ request, server }) => {
  const visitor = newVisitor();
  await server.chain({ kind: 'halt' });
  const cookie = await signUpOver(request, server.url, visitor);
  changeUser(server.databaseFile, visitor.email, {
    walletStatus: 'FAILED',
    walletAvailableAt: Date.now() + IN_AN_HOUR_MS,
  });
  await server.chain({ kind: 'resume' });
  const stream = await openEventStream(`${server.url}/api/wallet/events`, cookie);
  const comments = () => stream.parts.filter(({ kind }) => kind === 'comment').length;
  await expect.poll(comments).toBe(1);
  await expect.poll(comments, { timeout: 20_000 }).toBe(2);
  stream.close();
  await expect(stream.ended).rejects.toThrow();
});

test('a user’s ninth stream ends the first, and no other', async ({ request, server }) => {
  const visitor = newVisitor();
  await server.chain({ kind: 'halt' });
  const cookie = await signUpOver(request, server.url, visitor);
  changeUser(server.databaseFile, visitor.email, {
    walletStatus: 'FAILED',
    walletAvailableAt: Date.now() + IN_AN_HOUR_MS,
  });
  await server.chain({ kind: 'resume' });
  const streams: OpenStream[] = [];
  for (let count = 0; count < 9; count += 1) {
    streams.push(await openEventStream(`${server.url}/api/wallet/events`, cookie));
  }
  await streams[0]?.ended;
  await expect
    .poll(() => streams.slice(1).map((each) => statuses(each)))
    .toEqual(Array.from({ length: 8 }, () => ['FAILED']));
  changeUser(server.databaseFile, visitor.email, { walletStatus: 'READY' });
  await Promise.all(streams.map(({ ended }) => ended));
});

test.describe('two web processes over one database', () => {
  test('each reports the other’s changes, and stopping one ends its streams at once', async ({
    request,
  }) => {
    const dataDir = temporaryDataDir();
    const first = await startAppServer({ dataDir });
    const second = await startAppServer({ dataDir, devnetPort: first.devnetPort });
    try {
      await first.chain({ kind: 'halt' });
      const visitor = newVisitor();
      const cookie = await signUpOver(request, first.url, visitor);
      const open = ({ url }: { url: string }) =>
        openEventStream(`${url}/api/wallet/events`, cookie);
      const atFirst = await open(first);
      const atSecond = await open(second);
      await expect.poll(() => [views(atFirst).length, views(atSecond).length]).not.toContain(0);
      await first.chain({ kind: 'resume' });
      await Promise.all([atFirst.ended, atSecond.ended]);
      for (const stream of [atFirst, atSecond]) {
        expect(views(stream).at(-1)).toMatchObject({ status: 'READY', balance: '100' });
      }

      changeUser(first.databaseFile, visitor.email, {
        walletStatus: 'FAILED',
        walletAvailableAt: Date.now() + IN_AN_HOUR_MS,
      });
      const open2 = await open(second);
      await expect.poll(() => statuses(open2)).toEqual(['FAILED']);
      const stoppedAt = Date.now();
      const stopping = second.stop();
      await open2.ended;
      await stopping;
      // Well before the 3 s grace period of other open responses.
      expect(Date.now() - stoppedAt).toBeLessThan(2_500);
    } finally {
      await second.stop();
      await first.stop();
    }
  });
});
