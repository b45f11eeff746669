import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test, vi } from 'vitest';
import { databaseFile, databaseHandle, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { endIfDatabaseFileWasReplaced, watchDatabaseFile } from './database-file.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-log-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test('a process whose log was deleted ends, and what was in it is in the database', async () => {
  configureEnvironment({ DATA_DIR: dataDir });
  await migrateDatabase();
  endIfDatabaseFileWasReplaced();
  const handle = databaseHandle();
  if (handle.kind !== 'sqlite') throw new Error('a file was expected');
  handle.sqlite.exec('CREATE TABLE "Late" ("id" integer); INSERT INTO "Late" VALUES (7)');
  endIfDatabaseFileWasReplaced();

  const watching = watchDatabaseFile();
  const file = String(databaseFile());
  rmSync(`${file}-wal`);
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  // It is deleted while the server stops: nothing may be written any more, by the last close either.
  expect(() => watching.stop()).toThrow('process.exit');
  expect(printed.mock.calls.join()).toContain('-wal was moved or deleted');

  // As the next process finds it.
  copyFileSync(file, `${file}.left`);
  const left = new Database(`${file}.left`, { readonly: true });
  expect(left.prepare('SELECT "id" FROM "Late"').all()).toEqual([{ id: 7 }]);
  left.close();
});
