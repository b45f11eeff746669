import { createServer } from 'node:http';
import type { Client } from '@libsql/client';
import { createClient } from '@libsql/client/http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { libsqlServerMissing, startLibsqlServer } from '#drizzle/testing/libsql-server.ts';
import { libsqlDatabase } from '#engine/adapters/sqlite/libsql-database.ts';
import { fetchWithin, patientClient } from './patient-client.server.ts';

const refusal = { message: 'SQLite error: database is locked', code: 'SQLITE_BUSY' };

/** In front of a real server: refuses statements as a busy one does, as many as it is told. */
async function startBusyDoor(target: string) {
  let refusals = 0;
  let refused = 0;
  const door = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (request.method === 'POST' && refused < refusals) {
      refused += 1;
      const { requests } = JSON.parse(body) as { requests: unknown[] };
      const results = requests.map(() => ({ type: 'error', error: refusal }));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ baton: null, base_url: null, results }));
      return;
    }
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body && { body }),
    });
    response.statusCode = answer.status;
    response.setHeader('content-type', 'application/json');
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    refuse(count: number) {
      refusals = count;
      refused = 0;
    },
    refused: () => refused,
    close: () => new Promise((resolve) => door.close(resolve)),
  };
}

test('a server that takes the question and never answers is an error after a while', async () => {
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${Object(mute.address()).port}`;
  const client = patientClient(createClient({ url, fetch: fetchWithin(50) }));
  const database = libsqlDatabase(client);
  const busy = { code: 'DATABASE_BUSY' };
  await expect(database.read({ sql: 'SELECT 1', params: {} })).rejects.toMatchObject(busy);
  await expect(database.write([{ sql: 'SELECT 1', params: {} }])).rejects.toMatchObject(busy);
  client.close();
  mute.closeAllConnections();
  await new Promise((resolve) => mute.close(resolve));
});

/** Answers nothing until it is told to. */
function heldClient() {
  const asked: { sql: string; answer: () => void }[] = [];
  const hold = (sql: string) =>
    new Promise<void>((resolve) => asked.push({ sql, answer: resolve }));
  const client = {
    execute: (sql: string) => hold(sql),
    batch: (statements: string[]) => hold(statements.join('; ')),
  } as unknown as Client;
  return { asked, client, sqls: () => asked.map(({ sql }) => sql) };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('writes go to the server one at a time, reads beside them', async () => {
  const { asked, client, sqls } = heldClient();
  const patient = patientClient(client);
  const writes = [
    patient.execute('INSERT 1'),
    patient.batch(['INSERT 2'], 'write'),
    patient.execute('INSERT 3'),
  ];
  const reads = [patient.execute(' select 1'), patient.batch(['SELECT 2'], 'read')];
  await turn();
  expect(sqls()).toEqual(
    ['select 1', 'SELECT 2', 'INSERT 1'].map((sql) => expect.stringContaining(sql)),
  );
  for (const { answer } of [...asked]) answer();
  await turn();
  expect(sqls().slice(3)).toEqual(['INSERT 2']);
  asked[3]?.answer();
  await turn();
  expect(sqls().slice(4)).toEqual(['INSERT 3']);
  asked[4]?.answer();
  await Promise.all([...writes, ...reads]);
});

test('a write that has waited too long behind others is never sent', async () => {
  const { asked, client, sqls } = heldClient();
  let nowMs = 0;
  const patient = patientClient(client, { now: () => nowMs, sleep: async () => undefined });
  const first = patient.execute('INSERT 1');
  const second = patient.execute('INSERT 2');
  await turn();
  nowMs = 5_001;
  const third = patient.execute('INSERT 3');
  asked[0]?.answer();
  await first;
  await expect(second).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
  await turn();
  asked[1]?.answer();
  await third;
  expect(sqls()).toEqual(['INSERT 1', 'INSERT 3']);
});

if (libsqlServerMissing()) {
  test(`NOT RUN over a libSQL server: ${libsqlServerMissing()}`, () => {
    console.warn(libsqlServerMissing());
  });
} else {
  let server: Awaited<ReturnType<typeof startLibsqlServer>>;
  let door: Awaited<ReturnType<typeof startBusyDoor>>;
  let client: ReturnType<typeof createClient>;
  beforeEach(async () => {
    server = await startLibsqlServer();
    await server.client.execute('CREATE TABLE "t" ("x" UNIQUE)');
    door = await startBusyDoor(server.url);
    client = patientClient(createClient({ url: door.url, intMode: 'number' }));
  });
  afterEach(async () => {
    client.close();
    await door.close();
    server.stop();
  });
  const count = async () => (await server.client.execute('SELECT count(*) AS "n" FROM "t"')).rows;

  test('what a busy server refuses is sent again, and done once', async () => {
    door.refuse(2);
    await client.execute({ sql: 'INSERT INTO "t" VALUES (?)', args: [1] });
    expect(door.refused()).toBe(2);
    door.refuse(2);
    await client.batch(['INSERT INTO "t" VALUES (2)', 'INSERT INTO "t" VALUES (3)'], 'write');
    expect(door.refused()).toBe(2);
    expect(await count()).toMatchObject([{ n: 3 }]);
  });

  test('a server that stays busy is an error after a while', async () => {
    door.refuse(Number.POSITIVE_INFINITY);
    let nowMs = 0;
    const impatient = patientClient(createClient({ url: door.url }), {
      now: () => nowMs,
      sleep: async (delayMs) => {
        nowMs += delayMs;
      },
    });
    await expect(impatient.execute('INSERT INTO "t" VALUES (1)')).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
    });
    expect(nowMs).toBeGreaterThan(4_000);
    expect(nowMs).toBeLessThanOrEqual(5_000);
    impatient.close();
  });

  test('any other fault is told at once', async () => {
    await client.execute('INSERT INTO "t" VALUES (1)');
    await expect(client.execute('INSERT INTO "t" VALUES (1)')).rejects.toThrow(/UNIQUE/);
  });
}
