import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { libsqlServerMissing, startLibsqlServer } from '#drizzle/testing/libsql-server.ts';
import { answerAuth } from './auth.server.ts';
import { closeDatabase, db, migrateDatabase } from './db.server.ts';
import { configureEnvironment } from './env.server.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-lost-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

type Loss = 'nothing' | 'answer' | 'question';

/** In front of a real server: loses what is asked about a new user, or the answer to it. */
async function startLossyDoor(target: string) {
  let loss: Loss = 'nothing';
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const lost = /insert into \\"User\\"/i.test(body) ? loss : 'nothing';
    if (lost === 'question') return void request.socket.destroy();
    const headers = { 'content-type': 'application/json' };
    const method = request.method ?? 'GET';
    const answer = await fetch(`${target}${request.url}`, {
      method,
      headers,
      ...(body && { body }),
    });
    if (lost === 'answer') return void request.socket.destroy();
    response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
  };
  const door = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${Object(door.address()).port}`,
    lose: (what: Loss) => {
      loss = what;
    },
    close() {
      door.closeAllConnections();
      door.close();
    },
  };
}

function call(path: string, body: object): Promise<Response> {
  const headers = { origin, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return answerAuth(new Request(`${origin}/api/auth${path}`, init));
}

test.skipIf(libsqlServerMissing())(
  'a sign-up whose commit is not answered is done, or a 503 and not there at all',
  { timeout: 60_000 },
  async () => {
    const server = await startLibsqlServer();
    const door = await startLossyDoor(server.url);
    configureEnvironment({ DATA_DIR: dataDir, DATABASE_URL: door.url, LOG_LEVEL: 'silent' });
    await migrateDatabase();
    const signUp = (email: string) =>
      call('/sign-up/email', { name: '유리', email, password: 'spring-heart-9' });
    const usersOf = (email: string) => db().select().from(user).where(eq(user.email, email));

    door.lose('question');
    const refused = await signUp('question@example.com');
    expect([refused.status, (await refused.json()).code]).toEqual([503, 'BUSY']);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await usersOf('question@example.com')).toEqual([]);

    door.lose('answer');
    const done = await signUp('answer@example.com');
    expect(done.status).toBe(200);
    expect(done.headers.getSetCookie().join()).toContain('session_token');
    expect(await usersOf('answer@example.com')).toMatchObject([{ walletStatus: 'PENDING' }]);

    door.lose('nothing');
    expect((await signUp('question@example.com')).status).toBe(200);
    closeDatabase();
    door.close();
    server.stop();
  },
);
