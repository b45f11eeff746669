import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { postgresServerMissing, startPostgresServer } from '#engine/testing/postgres-server.ts';
import { answerAuth } from '../auth.server.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';

const origin = 'http://localhost:3000';
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-lost-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** Once: before a commit's statements, its COMMIT, or the response to that. */
type Loss = 'nothing' | 'work' | 'question' | 'answer';

/** A proxy in front of a real server that breaks a connection at a given moment. */
async function startLossyDoor(target: URL) {
  let loss: Loss = 'nothing';
  const sockets = new Set<Socket>();
  const door = createServer((inner) => {
    const outer = createConnection(Number(target.port), target.hostname);
    let isAnswerLost = false;
    const cut = () => {
      for (const socket of [inner, outer]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    inner.on('data', (bytes) => {
      const asked = bytes.toString('latin1');
      const isLost =
        (loss === 'work' && asked.includes('pg_advisory_xact_lock')) ||
        (loss === 'question' && asked.includes('COMMIT\0'));
      isAnswerLost = loss === 'answer' && asked.includes('COMMIT\0');
      if (isLost || isAnswerLost) loss = 'nothing';
      if (isLost) cut();
      else outer.write(bytes);
    });
    outer.on('data', (bytes) => (isAnswerLost ? cut() : inner.write(bytes)));
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String(Object(door.address()).port);
  return {
    url: url.href,
    lose: (what: Loss) => {
      loss = what;
    },
    hasLost: () => loss === 'nothing',
    close() {
      for (const socket of sockets) socket.destroy();
      door.close();
    },
  };
}

function call(path: string, body: object): Promise<Response> {
  const headers = { origin, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return answerAuth(new Request(`${origin}/api/auth${path}`, init));
}

test.skipIf(postgresServerMissing())(
  'a sign-up whose commit is not answered is done, or a 503 and not there at all',
  { timeout: 60_000 },
  async () => {
    const server = await startPostgresServer();
    const door = await startLossyDoor(new URL(server.url));
    configureEnvironment({ DATA_DIR: dataDir, DATABASE_URL: door.url, LOG_LEVEL: 'silent' });
    await migrateDatabase();
    const signUp = async (email: string, what: Loss) => {
      door.lose(what);
      const answer = await call('/sign-up/email', {
        name: '유리',
        email,
        password: 'spring-heart-9',
      });
      expect(door.hasLost()).toBe(true);
      return answer;
    };
    const usersOf = (email: string) => db().select().from(user).where(eq(user.email, email));

    const refused = await signUp('question@example.com', 'question');
    expect([refused.status, (await refused.json()).code]).toEqual([503, 'BUSY']);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await usersOf('question@example.com')).toEqual([]);

    // In the first case nothing was stored, in the second everything.
    for (const what of ['work', 'answer'] as const) {
      const done = await signUp(`${what}@example.com`, what);
      expect(done.status, what).toBe(200);
      expect(done.headers.getSetCookie().join()).toContain('session_token');
      expect(await usersOf(`${what}@example.com`)).toMatchObject([{ walletStatus: 'PENDING' }]);
    }
    expect((await signUp('question@example.com', 'nothing')).status).toBe(200);

    // The server closes all connections, as at a restart: reads are retried.
    await server.query(`SELECT pg_terminate_backend("pid") FROM "pg_stat_activity"
      WHERE "application_name" = 'choonsim'`);
    expect(await usersOf('work@example.com')).toHaveLength(1);
    closeDatabase();
    door.close();
    await server.stop();
  },
);
