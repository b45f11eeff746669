import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { postgresServerMissing, startPostgresServer } from '#engine/testing/postgres-server.ts';
import { catchLog, signUp, visitBroken } from '../../../tests/broken-database.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-broken-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test.skipIf(postgresServerMissing())(
  'neither does a database server that goes away: what it did not answer is a 503, and all goes on by itself',
  { timeout: 60_000 },
  async () => {
    const lines = catchLog();
    const server = await startPostgresServer();
    configureEnvironment({ DATA_DIR: dataDir, DATABASE_URL: server.url });
    await migrateDatabase();
    const { cookie, secrets } = await signUp();

    const before = lines.length;
    await server.kill();
    const { statuses, printed } = await visitBroken(cookie);
    expect(statuses).toEqual([503, 503, 503, 503]);
    expect(printed).toContain('the database (DATABASE_URL) does not answer');
    const told = lines.slice(before).join('\n');
    expect(told.match(/does not answer/g)).toHaveLength(1);
    expect(told).not.toContain('stack');

    await server.start();
    const again = await visitBroken(cookie);
    expect(again.statuses.slice(0, 3)).toEqual([200, 200, 200]);

    // Tables that fail in the middle.
    await db().run('ALTER TABLE "Session" RENAME TO "Gone"');
    await db().run('ALTER TABLE "User" DROP COLUMN "image"');
    const torn = await visitBroken(cookie);
    for (const status of torn.statuses) expect(status).toBeGreaterThanOrEqual(401);
    expect(torn.printed).toMatch(/Failed query: (select|insert|update)/);
    expect(torn.printed).toMatch(/(relation|column) .+ does not exist/);

    closeDatabase();
    await server.stop();
    const texts = { log: lines.join('\n'), printed, again: again.printed, torn: torn.printed };
    for (const [place, text] of Object.entries(texts)) {
      for (const secret of secrets) expect(text, place).not.toContain(secret);
    }
  },
);
