import { connect } from 'node:net';
import Database from 'better-sqlite3';
import { type AppServer, startAppServer } from './app-server.ts';
import { expect, newVisitor, test } from './test.ts';

const PINO_ERROR = 50;

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

interface Body {
  readonly type: string;
  readonly body: string;
}

const json = (value: unknown): Body => ({ type: 'application/json', body: JSON.stringify(value) });
const form = (fields: Record<string, string>): Body => ({
  type: 'application/x-www-form-urlencoded',
  body: new URLSearchParams(fields).toString(),
});

let server: AppServer;
test.beforeAll(async () => {
  server = await startAppServer();
});
test.afterAll(() => server.stop());

/** The log since `before`. @throws if a line is not JSON */
function linesSince(before: string): Line[] {
  const written = server.output().slice(before.length).trim();
  return written === '' ? [] : written.split('\n').map((line) => JSON.parse(line));
}

test('client errors get 4xx and are logged as JSON lines, not as server errors', async () => {
  const before = server.output();
  const visitor = newVisitor();
  const statuses: Record<string, number> = {};
  const post = async (name: string, path: string, { type, body }: Body) => {
    const headers = { Origin: server.url, 'Content-Type': type };
    statuses[name] = (
      await fetch(`${server.url}${path}`, { method: 'POST', headers, body })
    ).status;
  };
  const signUp = '/api/auth/sign-up/email';
  await post('signed up', signUp, json(visitor));
  await post('taken', signUp, json(visitor));
  await post('taken, by the form', '/signup', form({ ...visitor }));
  await post('short', signUp, json({ ...visitor, password: 'short' }));
  await post('half', signUp, json({ email: visitor.email }));
  await post('no name', signUp, json({ ...newVisitor(), name: ' ' }));
  const guess = { email: visitor.email, password: 'guess-guess' };
  await post('no JSON', signUp, { type: 'application/json', body: '{' });
  await post('form for JSON', signUp, form({ ...visitor }));
  await post('no such address', '/api/auth/nothing', json({}));
  const broken = { type: 'multipart/form-data; boundary=x', body: 'no form' };
  for (const path of ['/login', '/login.data', '/signup', '/theme', '/language']) {
    await post(`no form: ${path}`, path, broken);
  }
  await post('JSON for a form', '/login', json(guess));
  for (const path of ['/%E0%A4%A', '/chat/%', '/%E0%A4%A.data', '/api/auth/%ff']) {
    statuses[path] = await getRaw(path);
  }
  for (const target of ['http://evil.example/', '*']) {
    statuses[`target ${target}`] = await getRaw(target);
  }
  await post('wrong password', '/api/auth/sign-in/email', json(guess));
  const { 'signed up': signedUp, 'no such address': nowhere, ...refused } = statuses;
  expect([signedUp, nowhere]).toEqual([200, 404]);
  for (const [name, status] of Object.entries(refused)) {
    expect([name, status >= 400 && status < 500]).toEqual([name, true]);
  }
  expect(statuses).toMatchObject({
    'no JSON': 400,
    'no form: /login': 400,
    'no form: /login.data': 400,
    'JSON for a form': 400,
    '/chat/%': 400,
  });
  // Once the last request's line is there, the others are too.
  const lines = () => linesSince(before);
  await expect.poll(() => lines().map(({ msg }) => msg)).toContain('Invalid password');
  expect(lines().filter(({ level }) => level >= PINO_ERROR)).toEqual([]);
});

test('server errors get 500 and are logged as JSON lines with the cause', async ({ request }) => {
  const visitor = newVisitor();
  const headers = { Origin: server.url };
  await request.post(`${server.url}/api/auth/sign-up/email`, { headers, data: visitor });
  const database = new Database(server.databaseFile);
  database.exec('ALTER TABLE account RENAME TO account_away');
  try {
    const before = server.output();
    const signIn = await request.post(`${server.url}/api/auth/sign-in/email`, {
      headers,
      data: { email: visitor.email, password: visitor.password },
    });
    expect(signIn.status()).toBe(500);
    expect(await signIn.text()).toBe('{"code":"INTERNAL_SERVER_ERROR"}');
    await expect
      .poll(() => linesSince(before).filter(({ level }) => level >= PINO_ERROR))
      .toContainEqual(
        expect.objectContaining({
          err: expect.objectContaining({
            cause: expect.objectContaining({ message: 'no such table: Account' }),
          }),
        }),
      );
  } finally {
    database.exec('ALTER TABLE account_away RENAME TO account');
    database.close();
  }
});

/** Sends a request target that normal clients cannot send. @returns the status */
function getRaw(target: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port, host } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(Number(answer.split(' ')[1])));
  });
}
