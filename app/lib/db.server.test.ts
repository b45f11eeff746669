import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFile } from './db.server.ts';

const FOLDER = 'drizzle/migrations';
let file: string;
let database: ReturnType<typeof openFile>;

function pragma(name: string): unknown {
  if (database.handle.kind !== 'sqlite') throw new Error('a file was expected');
  return database.handle.sqlite.pragma(name, { simple: true });
}

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'choonsim-db-')), 'missing', 'choonsim.db');
  database = openFile(file);
});

afterEach(() => database.close());

test('a file is opened durably, its folder made', () => {
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('busy_timeout')).toBe(5000);
  expect(pragma('foreign_keys')).toBe(1);
});

test('migrating again changes nothing and leaves foreign keys on', async () => {
  await database.migrate(FOLDER);
  await database.migrate(FOLDER);
  expect(await database.orm.query.user.findMany()).toEqual([]);
  expect(pragma('foreign_keys')).toBe(1);
});
