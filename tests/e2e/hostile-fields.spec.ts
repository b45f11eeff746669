import { AUTH_DOORS, type Door, ROUTE_DOORS } from '../../app/lib/doors.ts';
import { hostileTexts } from '../hostile-texts.ts';
import { expect, newVisitor, test } from './test.ts';

/** On average of a door's requests. The old patterns took seconds for one. */
const MOST_CPU_MS = 100;
/** Below the requests that one session may send in a minute. */
const REQUESTS_A_SESSION = 100;
/** Ten times what is wanted, for a machine with much else to do; it was 22 seconds. */
const MOST_WAIT_MS = 1_000;

const doors: [string, Door][] = [
  ...Object.entries(ROUTE_DOORS),
  ...Object.entries(AUTH_DOORS).map(([path, door]): [string, Door] => [`/api/auth${path}`, door]),
].map(([path, door]) => [path.replace(/:\w+/g, 'choonsim').replace('*', 'nowhere'), door]);

interface Hostile {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** All of them are tried on each rule and field in `doors.test.ts`. */
const SENT_TEXTS = Object.values(hostileTexts).slice(0, 5);

const FORM = 'application/x-www-form-urlencoded';

/** Each text in each field of the door, in one it does not have, and in the headers it reads. */
function attacks([path, { query = {}, form = {}, json = {} }]: [string, Door]): Hostile[] {
  return SENT_TEXTS.flatMap((text) => {
    const posts = (names: string[], type: string, encode: (name: string) => string) =>
      names.map((name) => ({
        path,
        method: 'POST' as const,
        headers: { 'Content-Type': type },
        body: encode(name),
      }));
    const short = text.slice(0, 3_000);
    return [
      ...posts([...Object.keys(form), 'image'], FORM, (name) =>
        new URLSearchParams({ [name]: text }).toString(),
      ),
      // As much as the door lets in.
      ...posts(Object.keys(form), FORM, (name) =>
        new URLSearchParams({ [name]: text.slice(0, 500) }).toString(),
      ),
      ...posts([...Object.keys(json), 'image'], 'application/json', (name) =>
        JSON.stringify({ [name]: text }),
      ),
      ...[...Object.keys(query), 'q'].map((name) => ({
        path: `${path}?${new URLSearchParams({ [name]: short })}`,
        method: 'GET' as const,
        headers: {},
      })),
      ...['Cookie', 'Accept-Language', 'User-Agent', 'X-Forwarded-For'].map((name) => ({
        path,
        method: 'GET' as const,
        headers: { [name]: short.replace(/[^\x20-\x7e]/g, '-') },
      })),
    ];
  });
}

test('hostile texts at every door cost next to nothing and hold nobody up', async ({ server }) => {
  test.setTimeout(180_000);
  const signUp = async () => {
    const answer = await fetch(`${server.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { Origin: server.url, 'Content-Type': 'application/json' },
      body: JSON.stringify(newVisitor()),
    });
    expect(answer.status).toBe(200);
    return answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  };
  let [Cookie, asked] = ['', 0];
  const cpuMs = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]) * 1_000;
  };
  let longestWaitMs = 0;
  for (const door of doors) {
    const sent = attacks(door);
    const before = await cpuMs();
    for (const { path, method, headers, body } of sent) {
      if (asked % REQUESTS_A_SESSION === 0) Cookie = await signUp();
      asked += 1;
      const answer = await fetch(`${server.url}${path}`, {
        method,
        redirect: 'manual',
        headers: { Origin: server.url, Cookie, ...headers },
        ...(body !== undefined && { body }),
      });
      await answer.body?.cancel();
      const isAnswered = answer.status < 500 && answer.status !== 429;
      expect([path, isAnswered || answer.status]).toEqual([path, true]);
      if (asked % 10 > 0) continue;
      const askedAt = performance.now();
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      longestWaitMs = Math.max(longestWaitMs, performance.now() - askedAt);
    }
    const each = ((await cpuMs()) - before) / sent.length;
    expect([door[0], each < MOST_CPU_MS ? 'quick' : each]).toEqual([door[0], 'quick']);
  }
  expect(longestWaitMs).toBeLessThan(MOST_WAIT_MS);
});
