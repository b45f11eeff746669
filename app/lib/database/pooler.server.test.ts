import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPgSessions } from '#engine/adapters/postgres/pg-sessions.ts';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '#engine/testing/postgres-server.ts';
import { missingTimeLimits } from './pooler.server.ts';

describe.skipIf(postgresServerMissing())('between us and PostgreSQL', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgresServer();
  });
  afterAll(() => server.stop());

  test('time limits that a pooler drops are noticed', async () => {
    const options = { url: server.url, applicationName: 'test', mostConnections: 1 };
    const onError = () => undefined;
    const unlimited = createPgSessions({ ...options, onError, isUnhurried: true });
    expect(await missingTimeLimits(unlimited)).toEqual(['statement_timeout', 'lock_timeout']);
    await unlimited.close();
    const limited = createPgSessions({ ...options, onError });
    expect(await missingTimeLimits(limited)).toEqual([]);
    await limited.close();
  });
});
