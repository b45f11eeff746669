import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import { libsqlServerMissing, startLibsqlServer } from '#drizzle/testing/libsql-server.ts';
import { closeDatabase, isDurable, migrateDatabase, openFile, openServer } from './db.server.ts';
import { configureEnvironment } from './env.server.ts';

const FOLDER = 'drizzle/migrations';
let folder: string;
let file: string;
let database: ReturnType<typeof openFile>;

function pragma(name: string): unknown {
  if (database.handle.kind !== 'sqlite') throw new Error('a file was expected');
  return database.handle.sqlite.pragma(name, { simple: true });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'choonsim-db-'));
  file = join(folder, 'missing', 'choonsim.db');
  database = openFile(file);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

test('a file is opened durably, its folder made', () => {
  expect(pragma('journal_mode')).toBe('wal');
  expect(pragma('synchronous')).toBe(2);
  expect(pragma('busy_timeout')).toBe(0);
  expect(pragma('foreign_keys')).toBe(1);
  expect(pragma('wal_autocheckpoint')).toBe(4000);
});

test('migrating again changes nothing and leaves foreign keys on', async () => {
  await database.migrate(FOLDER);
  await database.migrate(FOLDER);
  expect(await database.orm.query.user.findMany()).toEqual([]);
  expect(pragma('foreign_keys')).toBe(1);
});

const at = new Date('2026-11-23T00:00:00Z');
const person = (id: string) => ({
  id,
  name: id,
  email: `${id}@example.com`,
  createdAt: at,
  updatedAt: at,
});

async function expectAtomicWrites(opened: ReturnType<typeof openServer>): Promise<void> {
  const { orm } = opened;
  await opened.migrate(FOLDER);
  await opened.write([
    orm.insert(user).values(person('ann')),
    orm.update(user).set({ name: 'Ann', deletedAt: at }),
  ]);
  const again = [orm.insert(user).values(person('bob')), orm.insert(user).values(person('ann'))];
  await expect(opened.write(again)).rejects.toThrow(/UNIQUE/);
  const stored = await orm.query.user.findMany();
  expect(stored).toMatchObject([{ id: 'ann', name: 'Ann', deletedAt: at, createdAt: at }]);
}

test('several writes are one commit, in a file', () => expectAtomicWrites(database));

test.skipIf(libsqlServerMissing())(
  'several writes are one commit, on a libSQL server',
  async () => {
    const server = await startLibsqlServer();
    const opened = openServer(server.url, null);
    try {
      await expectAtomicWrites(opened);
    } finally {
      opened.close();
      server.stop();
    }
  },
);

test.skipIf(libsqlServerMissing())(
  'a server that answers commits before they are on its disk is found out',
  async () => {
    const server = await startLibsqlServer();
    try {
      expect(await isDurable(server.client)).toBe(false);
      await server.setDurability('strong');
      expect(await isDurable(server.client)).toBe(true);
    } finally {
      server.stop();
    }
    expect(await isDurable(server.client)).toBeNull();
  },
);

/** What a server or worker says that cannot open its database. */
async function refusal(url: string): Promise<string> {
  configureEnvironment({ DATA_DIR: folder, DATABASE_URL: url });
  return migrateDatabase(FOLDER).then(
    () => {
      closeDatabase();
      return 'it was opened';
    },
    (error: unknown) => `${error}`,
  );
}

test('what cannot be opened is told with the variable, the reason and the remedy', async () => {
  const wrong = join(folder, 'wrong');
  mkdirSync(wrong);
  writeFileSync(join(wrong, 'letter.txt'), 'Dear Ann, '.repeat(100));
  const files: [string, RegExp][] = [
    [wrong, /unable to open database file/],
    [join(wrong, 'letter.txt'), /file is not a database/],
    [join(wrong, 'letter.txt', 'a.db'), /ENOTDIR|EEXIST/],
  ];
  for (const [path, reason] of files) {
    const told = await refusal(`file:${path}`);
    expect(told).toMatch(/DatabaseUnusableError: DATABASE_URL: .+ Name a SQLite file/);
    expect(told).toContain(path);
    expect(told).toMatch(reason);
  }
  expect(await refusal('http://127.0.0.1:1')).toMatch(
    /libSQL server at 127\.0\.0\.1:1 does not answer: .+DATABASE_AUTH_TOKEN/,
  );
});
