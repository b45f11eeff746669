import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateSqlite } from '#drizzle/migrate.ts';
import { readMovedMark, writeMovedMark } from '#drizzle/moved-mark.ts';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '#engine/testing/postgres-server.ts';
import { requireDatabase } from '../database/require-database.server.ts';
import { closeDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import type { CommandResult } from './command.ts';
import { moveDatabase } from './move-database.server.ts';

const migrationsFolder = 'drizzle/migrations';

describe.skipIf(postgresServerMissing())('move-database, into a PostgreSQL server', () => {
  let server: PostgresServer;
  let folder: string;
  let file: string;
  let url: string;
  let made = 0;
  beforeAll(async () => {
    server = await startPostgresServer();
  }, 60_000);
  afterAll(() => server?.stop());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'choonsim-move-'));
    file = join(folder, 'choonsim.db');
    made += 1;
    await server.query(`CREATE DATABASE "target_${made}"`);
    url = server.url.replace(/postgres$/, `target_${made}`);
    const sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    migrateSqlite(sqlite, migrationsFolder);
    const add = sqlite.prepare(`INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
      VALUES (:id, '춘심', :id || '@example.org', 1, 1)`);
    for (const id of ['ann', 'bob']) add.run({ id });
    sqlite.exec(
      `INSERT INTO "Wallet" ("id", "ownerId", "status", "updatedAt") VALUES ('ann', 'ann', 'PENDING', 1)`,
    );
    sqlite.close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const over = async <T>(databaseUrl: string, work: () => Promise<T>): Promise<T> => {
    configureEnvironment({ DATA_DIR: folder, DATABASE_URL: databaseUrl });
    try {
      return await work();
    } finally {
      const opened: Map<string, unknown> = Object(globalThis).choonsimSingletons;
      if (opened.has('database')) closeDatabase();
      opened.delete('database');
    }
  };
  const move = (databaseUrl = url): Promise<CommandResult> =>
    over(databaseUrl, () => moveDatabase({ actor: 'command ann', file, migrationsFolder }));
  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const changeFile = (sql: string) => {
    const sqlite = new Database(file);
    sqlite.exec(sql);
    sqlite.close();
  };
  const mark = () => {
    const sqlite = new Database(file, { readonly: true });
    const found = readMovedMark(sqlite);
    sqlite.close();
    return found;
  };

  it('moves all rows, records it, and closes the file to servers and workers', async () => {
    const done = await move();
    expect([done.text, done.exitCode]).toEqual([
      expect.stringMatching(/^Moved 5 rows of \d+ tables from .+ into 127\.0\.0\.1:\d+\/target_1/),
      0,
    ]);
    expect(await query('SELECT "id", "walletStatus" FROM "User" ORDER BY "rowid"')).toEqual([
      { id: 'ann', walletStatus: 'PENDING' },
      { id: 'bob', walletStatus: null },
    ]);
    expect(await query('SELECT "action", "detail" FROM "OperatorAction"')).toEqual([
      { action: 'MOVE_DATABASE', detail: JSON.stringify({ from: file, rows: 5 }) },
    ]);
    expect(mark()).toMatchObject({ isDone: true });
    const start = over(`file:${file}`, () => requireDatabase({ migrationsFolder }));
    await expect(start).rejects.toMatchObject({
      code: 'DATABASE_MOVED',
      error: expect.stringMatching(
        /was moved into the PostgreSQL database 127\.0\.0\.1:\d+\/target_1/,
      ),
    });
    const again = await move();
    expect([again.text, again.exitCode]).toEqual([
      expect.stringMatching(
        /^Nothing was moved .+ The file was moved into .+\nUse that database\./,
      ),
      1,
    ]);
  });

  it.each([
    ['before its commit', false],
    ['after its commit', true],
  ])('completes a move that was cut off %s', async (_when, isCommitted) => {
    if (isCommitted) await move();
    const sqlite = new Database(file);
    if (isCommitted) await query('DELETE FROM "OperatorAction"');
    const to = `${new URL(url).host}${new URL(url).pathname}`;
    writeMovedMark(sqlite, { to, atMs: 1, isDone: false });
    sqlite.close();
    const start = over(`file:${file}`, () => requireDatabase({ migrationsFolder }));
    await expect(start).rejects.toThrow('move-database with this file again');
    const elsewhere = await move(server.url);
    expect(elsewhere.text).toContain(`perhaps not to the end`);
    expect((await move()).exitCode).toBe(0);
    expect(mark()).toMatchObject({ isDone: true });
    expect(await query('SELECT count(*)::int AS "users" FROM "User"')).toEqual([{ users: 2 }]);
  });

  it('refuses while a server or worker is connected to the target', async () => {
    const other = new pg.Client({ connectionString: url, application_name: 'choonsim' });
    await other.connect();
    const refused = await move();
    await other.end();
    expect([refused.text, refused.exitCode]).toEqual([
      expect.stringMatching(
        /connected to the target \(1 connections from 127\.0\.0\.1\)\.\nStop every/,
      ),
      1,
    ]);
    expect(mark()).toBeNull();
    expect((await move()).exitCode).toBe(0);
  });

  it('refuses a file in use and a target with rows, and changes neither', async () => {
    const worker = new Database(file);
    worker.prepare('SELECT 1 FROM "User"').get();
    expect((await move()).text).toMatch(/Another process has the file open\.\nStop every server/);
    worker.close();
    await move();
    const [, second] = [file, join(folder, 'second.db')];
    const sqlite = new Database(second);
    migrateSqlite(sqlite, migrationsFolder);
    sqlite.close();
    file = second;
    expect((await move()).text).toMatch(/not empty: there are rows in .*User.*\nName an empty/);
    expect(mark()).toBeNull();
  });

  it('moves nothing when a value cannot be moved', async () => {
    changeFile(`UPDATE "User" SET "name" = char(0) WHERE "id" = 'bob'`);
    const refused = await move();
    expect(refused.text).toMatch(
      /\n"User" id=bob: "name" contains a NUL character\nCorrect or delete/,
    );
    expect(mark()).toBeNull();
    changeFile(`UPDATE "User" SET "name" = 'Bob' WHERE "id" = 'bob'`);
    expect((await move()).exitCode).toBe(0);
  });

  it('is called wrongly without a file, and with a file as the target', async () => {
    await expect(move(`file:${join(folder, 'other.db')}`)).rejects.toThrow(
      'set DATABASE_URL to the PostgreSQL database',
    );
    file = join(folder, 'missing.db');
    await expect(move()).rejects.toThrow('there is no');
    file = folder;
    await expect(move()).rejects.toThrow('is a folder');
  });
});
