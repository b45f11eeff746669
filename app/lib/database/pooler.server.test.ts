import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createPgSessions, type PgSessionsOptions } from '#engine/adapters/postgres/pg-sessions.ts';
import { freePort } from '#engine/testing/free-ports.ts';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '#engine/testing/postgres-server.ts';
import { closeDatabase, reachDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { findPoolerFault, poolerFaultOf } from './pooler.server.ts';

test('a pooler that refuses our time limits stops the start, with the remedy', async () => {
  const fields = ['SFATAL', 'C08P01', 'Munsupported startup parameter: statement_timeout', ''];
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''));
  const head = Buffer.from('E....');
  head.writeUInt32BE(body.length + 4, 1);
  const pooler = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.concat([head, body])));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => pooler.listen(port, '127.0.0.1', resolve));
  configureEnvironment({
    DATABASE_URL: `postgres://ann:secret@127.0.0.1:${port}/choonsim`,
    DATA_DIR: mkdtempSync(join(tmpdir(), 'choonsim-pooler-')),
    LOG_LEVEL: 'silent',
  });
  onTestFinished(() => {
    closeDatabase();
    pooler.close();
  });
  await expect(reachDatabase()).rejects.toMatchObject({
    code: 'DATABASE_POOLER_UNSUITABLE',
    error: expect.stringContaining(`A connection pooler at 127.0.0.1:${port}/choonsim refuses`),
    remedy: expect.stringContaining('ignore_startup_parameters'),
  });
});

describe.skipIf(postgresServerMissing())('between us and PostgreSQL', () => {
  let server: PostgresServer;
  const opened: { close(): Promise<void> }[] = [];
  const connect = (own: Partial<PgSessionsOptions> = {}) => {
    const sessions = createPgSessions({
      url: server.url,
      applicationName: 'test',
      mostConnections: 1,
      onError: () => undefined,
      ...own,
    });
    opened.push(sessions);
    return sessions;
  };

  beforeAll(async () => {
    server = await startPostgresServer();
  }, 60_000);
  afterAll(() => server.stop());
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  test('no pooler has no fault', async () => {
    expect(await findPoolerFault(connect(), connect())).toBeNull();
  });

  test('time limits that a pooler drops are noticed', async () => {
    const fault = await findPoolerFault(connect({ isUnhurried: true }), connect());
    expect(fault?.error).toContain('drops the time limits');
    expect(fault?.error).toContain('statement_timeout, lock_timeout.');
  });

  test('two connections that share a session, as pooled per transaction, are noticed', async () => {
    const shared = connect();
    const fault = await findPoolerFault(shared, shared);
    expect(fault?.error).toContain('mixes up the prepared statements');
    expect(fault?.remedy).toContain('max_prepared_statements');
  });
});

test('the errors of a pooler are told from others, behind any wrapper', () => {
  const behind = (code: string, message: string) =>
    poolerFaultOf(
      new Error('Failed query', { cause: Object.assign(new Error(message), { code }) }),
    );
  expect(behind('42P05', 'prepared statement "x" already exists')?.error).toContain('mixes up');
  expect(behind('26000', 'prepared statement "x" does not exist')?.error).toContain('mixes up');
  const refused = behind('08P01', 'unsupported startup parameter: statement_timeout');
  expect(refused?.error).toBe(
    'refuses our connections: unsupported startup parameter: statement_timeout.',
  );
  expect(refused?.remedy).toContain('ignore_startup_parameters');
  expect(behind('08P01', 'invalid frontend message type 0')).toBeNull();
  expect(behind('28P01', 'password authentication failed')).toBeNull();
});
