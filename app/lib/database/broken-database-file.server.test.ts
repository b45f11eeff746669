import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { catchLog, signUp, visitBroken, visitor } from '../../../tests/broken-database.ts';
import { closeDatabase, databaseHandle, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';

const root = join(import.meta.dirname, '../../..');
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-broken-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test('a database file whose tables fail during a request leaks no personal data into the log', {
  timeout: 60_000,
}, async () => {
  const lines = catchLog();
  configureEnvironment({ DATA_DIR: dataDir });
  await migrateDatabase();
  const { cookie, secrets } = await signUp();
  const handle = databaseHandle();
  if (handle.kind !== 'sqlite') throw new Error('a file was expected');
  handle.sqlite.exec(
    'ALTER TABLE "Session" RENAME TO "Gone"; ALTER TABLE "User" DROP COLUMN "image"',
  );
  const { statuses, printed } = await visitBroken(cookie);
  for (const status of statuses) expect(status).toBeGreaterThanOrEqual(401);
  const commands = [
    ['wallet.ts', 'status', visitor.email],
    ['wallet.ts', 'retry', visitor.email, '--json'],
    ['scripts/admin-link.ts', visitor.email],
  ].map(([script = '', ...args]) =>
    spawnSync(process.execPath, [join(root, script), ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, ADMIN_EMAILS: visitor.email },
      encoding: 'utf8',
    }),
  );
  closeDatabase();
  const terminals = commands.map(({ stdout, stderr }) => `${stdout}\n${stderr}`).join('\n');
  const log = lines.join('\n');
  for (const [place, text] of Object.entries({ log, printed, terminals })) {
    for (const secret of secrets) expect(text, place).not.toContain(secret);
    // The check is meaningful: the failed query is in the log.
    expect(text, place).toMatch(/Failed query: (select|insert|update)/);
    expect(text, place).toMatch(/no such (table|column)/);
  }
  const [, retry] = commands;
  expect(JSON.parse(retry?.stdout ?? '')).toMatchObject({ error: { code: 'UNEXPECTED_ERROR' } });
});
