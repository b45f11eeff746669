import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { libsqlServerMissing, startLibsqlServer } from '#drizzle/testing/libsql-server.ts';
import { catchLog, signUp, visitBroken } from '../../tests/broken-database.ts';
import { closeDatabase, migrateDatabase } from './db.server.ts';
import { configureEnvironment } from './env.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-broken-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test.skipIf(libsqlServerMissing())(
  'neither does a database server that goes away, and what it did not answer is a 503',
  { timeout: 60_000 },
  async () => {
    const lines = catchLog();
    const server = await startLibsqlServer();
    configureEnvironment({ DATA_DIR: dataDir, DATABASE_URL: server.url });
    await migrateDatabase();
    const { cookie, secrets } = await signUp();
    server.stop();
    const { statuses, printed } = await visitBroken(cookie);
    closeDatabase();
    expect(statuses).toEqual([503, 503, 503, 503]);
    const log = lines.join('\n');
    for (const [place, text] of Object.entries({ log, printed })) {
      for (const secret of secrets) expect(text, place).not.toContain(secret);
    }
    expect(printed).toContain('the database (DATABASE_URL) does not answer');
    expect(log).toContain('the database is busy');
  },
);
