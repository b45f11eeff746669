import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { user } from '#drizzle/schema.ts';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '#engine/testing/postgres-server.ts';
import {
  closeDatabase,
  databasePlace,
  isDurable,
  migrateDatabase,
  openFile,
  openPostgres,
} from './db.server.ts';
import { configureEnvironment } from './settings/env.server.ts';

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

test('a file is opened durably, its folder created', () => {
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

async function expectAtomicWrites(opened: ReturnType<typeof openFile>): Promise<void> {
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

describe.skipIf(postgresServerMissing())('on a PostgreSQL server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgresServer();
  }, 60_000);
  afterAll(() => server?.stop());

  test('several writes are one commit', async () => {
    const opened = openPostgres(server.url, { mostConnections: 2 });
    await expectAtomicWrites(opened);
    expect(await opened.countPendingMigrations(FOLDER)).toBe(0);
    if (opened.handle.kind !== 'postgres') throw new Error('a server was expected');
    // The test server runs with fsync off.
    expect(await isDurable(opened.handle.sessions)).toBe(false);
    opened.close();
  });

  test('the tables are created once when several processes start together', async () => {
    await server.query('CREATE DATABASE "together"');
    const url = server.url.replace(/postgres$/, 'together');
    const all = Array.from({ length: 4 }, () => openPostgres(url, { mostConnections: 2 }));
    const [first] = all;
    expect(await first?.countPendingMigrations(FOLDER)).toBeGreaterThan(0);
    await Promise.all(all.map((each) => each.migrate(FOLDER)));
    expect(await first?.countPendingMigrations(FOLDER)).toBe(0);
    for (const each of all) each.close();
  });

  test('a migration takes its time, whatever limit the user has', async () => {
    await server.query('CREATE DATABASE "slow"');
    await server.query(`ALTER DATABASE "slow" SET statement_timeout = '300ms'`);
    const opened = openPostgres(server.url.replace(/postgres$/, 'slow'), { mostConnections: 2 });
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', '0000_slow.sql'), 'SELECT pg_sleep(0.5)');
    await opened.migrate(join(folder, 'migrations'));
    expect(await opened.countPendingMigrations(join(folder, 'migrations'))).toBe(0);
    opened.close();
  });

  test('tables are not made again in a schema that has come to stand before theirs', async () => {
    await server.query('CREATE DATABASE "ann"');
    const url = server.url.replace(/postgres$/, 'ann');
    expect(await openingError(url)).toBe('opened');
    const opened = openPostgres(url, { mostConnections: 2 });
    if (opened.handle.kind !== 'postgres') throw new Error('a server was expected');
    // The first place of search_path is the user's own schema, if there is one.
    await opened.handle.sessions.use((session) => session.command('CREATE SCHEMA "postgres"'));
    opened.close();
    expect(await openingError(url)).toMatch(
      /are in the schema "public", but search_path begins with "postgres"/,
    );
  });

  test('reports what the server lacks with a remedy, and creates nothing', async () => {
    await server.query(`CREATE ROLE "ann" LOGIN`);
    await server.query(`CREATE DATABASE "narrow" ENCODING 'SQL_ASCII' TEMPLATE template0`);
    const narrow = await openingError(server.url.replace(/postgres$/, 'narrow'));
    expect(narrow).toMatch(
      /127\.0\.0\.1:\d+\/narrow .+ a database with the encoding UTF8 is needed/,
    );
    const poor = await openingError(server.url.replace('postgres@', 'ann@'));
    expect(poor).toMatch(/permission denied for schema public.+GRANT CREATE ON SCHEMA/);
    const absent = await openingError(server.url.replace(/postgres$/, 'absent'));
    expect(absent).toMatch(/database "absent" does not exist.+check address, user/);
    await server.query('CREATE DATABASE "replica"');
    await server.query('ALTER DATABASE "replica" SET default_transaction_read_only = on');
    const replica = await openingError(server.url.replace(/postgres$/, 'replica'));
    expect(replica).toMatch(/in a read-only transaction.+name the primary server/);
    await server.query('CREATE ROLE "many" LOGIN CONNECTION LIMIT 0');
    const full = await openingError(server.url.replace('postgres@', 'many@'));
    expect(full).toMatch(/too many connections for role.+Raise max_connections/);
  });
});

/** The error of a server or worker that cannot open its database. */
async function openingError(url: string): Promise<string> {
  configureEnvironment({ DATA_DIR: folder, DATABASE_URL: url });
  try {
    await migrateDatabase(FOLDER);
    return 'opened';
  } catch (error) {
    return `${error}`;
  } finally {
    const opened: Map<string, unknown> = Object(globalThis).choonsimSingletons;
    if (opened.has('database')) closeDatabase();
    opened.delete('database');
  }
}

test('an error while opening names variable, reason and remedy', async () => {
  const wrong = join(folder, 'wrong');
  mkdirSync(wrong);
  writeFileSync(join(wrong, 'letter.txt'), 'Dear Ann, '.repeat(100));
  const files: [string, RegExp][] = [
    [join(wrong, 'letter.txt'), /file is not a database/],
    [join(wrong, 'letter.txt', 'a.db'), /ENOTDIR|EEXIST/],
  ];
  for (const [path, reason] of files) {
    const error = await openingError(`file:${path}`);
    expect(error).toMatch(/DatabaseUnusableError: DATABASE_URL: .+ Name a SQLite file/);
    expect(error).toContain(path);
    expect(error).toMatch(reason);
  }
  const away = await openingError('postgres://ann:hunter2@127.0.0.1:1/app');
  expect(away).toMatch(
    /PostgreSQL server at 127\.0\.0\.1:1\/app does not answer: .*ECONNREFUSED.*sslmode/,
  );
  expect(away).not.toContain('hunter2');
});

test('the place of a database shows no credentials, and tells servers of one machine apart', () => {
  const placeOf = (url: string) => {
    configureEnvironment({ DATA_DIR: folder, DATABASE_URL: url });
    return databasePlace();
  };
  expect(placeOf('postgres://ann:hunter2@db.example.org:5433/app?sslmode=verify-full')).toBe(
    'db.example.org:5433/app',
  );
  const socket = 'postgres://ann:hunter2@localhost/app?host=/run';
  expect(placeOf(`${socket}/one`)).toBe('localhost/app (socket in /run/one)');
  expect(placeOf(`${socket}/two`)).toBe('localhost/app (socket in /run/two)');
});
