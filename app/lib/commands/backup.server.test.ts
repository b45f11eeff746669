import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '#engine/testing/postgres-server.ts';
import { countUsersOfDump, libpqEnvironment } from '../database/postgres-dump.server.ts';
import { closeDatabase, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { backup } from './backup.server.ts';

const hasPrograms = spawnSync('pg_dump', ['--version']).status === 0;
const missing =
  postgresServerMissing() ?? (hasPrograms ? null : 'pg_dump is not installed (postgresql-client)');
if (missing) console.warn(`NOT RUN: ${missing}`);

describe('the address of a database, for libpq', () => {
  it.each([
    [
      'postgres://an%20n:p%40ss@db.example.org:6432/choon%20sim?sslmode=verify-full&sslrootcert=/ca.pem',
      {
        ...{ PGHOST: 'db.example.org', PGPORT: '6432', PGUSER: 'an n', PGPASSWORD: 'p@ss' },
        ...{ PGDATABASE: 'choon sim', PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/ca.pem' },
      },
    ],
    [
      'postgres://db/choonsim?sslmode=verify-full',
      {
        ...{ PGHOST: 'db', PGDATABASE: 'choonsim' },
        ...{ PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' },
      },
    ],
    [
      'postgres://ann@x/choonsim?host=/run/postgresql',
      { PGHOST: '/run/postgresql', PGUSER: 'ann', PGDATABASE: 'choonsim' },
    ],
    ['postgres://[::1]/choonsim', { PGHOST: '::1', PGDATABASE: 'choonsim' }],
  ])('%s', (url, expected) => {
    expect(libpqEnvironment(url)).toEqual(expected);
  });
});

describe.skipIf(missing)('backup of a PostgreSQL database', () => {
  const path = process.env.PATH;
  let server: PostgresServer;
  let folder: string;
  beforeAll(async () => {
    server = await startPostgresServer();
    configureEnvironment({ DATA_DIR: tmpdir(), DATABASE_URL: withPassword(server.url) });
    await migrateDatabase('drizzle/migrations');
    for (const id of ['ann', 'bob']) {
      await server.query(`INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
        VALUES ('${id}', E'two\\nlines\\t\\\\.', '${id}@example.org', 1, 1)`);
    }
  }, 60_000);
  afterAll(async () => {
    const opened: Map<string, unknown> = Object(globalThis).choonsimSingletons;
    if (opened.has('database')) closeDatabase();
    await server?.stop();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'choonsim-backup-'));
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  const withPassword = (url: string) => url.replace('postgres@', 'postgres:hunter2@');
  const copy = () => backup({ actor: 'command ann', file: join(folder, 'choonsim.dump') });
  /** Found before the real program. */
  const replaceDump = (script: string) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'pg_dump'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'pg_dump'), 0o755);
    process.env.PATH = `${bin}:${path}`;
  };

  it('is verified, recorded, and can be restored', async () => {
    const file = join(folder, 'choonsim.dump');
    expect(await copy()).toMatchObject({ exitCode: 0, json: { file, users: 2 } });
    const [recorded] = await server.query('SELECT * FROM "OperatorAction"');
    expect(recorded).toMatchObject({
      ...{ actor: 'command ann', action: 'BACKUP', detail: JSON.stringify({ file, users: 2 }) },
    });
    await server.query('CREATE DATABASE "restored"');
    const url = server.url.replace(/postgres$/, 'restored');
    const args = ['--no-owner', '--exit-on-error', '--dbname', url, file];
    expect(spawnSync('pg_restore', args, { encoding: 'utf8' })).toMatchObject({ status: 0 });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query('SELECT "id" FROM "User" ORDER BY "rowid"');
    await client.end();
    expect(rows).toEqual([{ id: 'ann' }, { id: 'bob' }]);
  });

  it('gives the password to pg_dump in its environment only, and no other secret', async () => {
    const log = join(folder, 'log');
    replaceDump(`{ echo "$@"; env; } > ${log}; exit 1`);
    process.env.BETTER_AUTH_SECRET = 'of the app';
    await copy();
    delete process.env.BETTER_AUTH_SECRET;
    const [args, ...environment] = readFileSync(log, 'utf8').split('\n');
    expect(args).not.toContain('hunter2');
    expect(environment).toContain('PGPASSWORD=hunter2');
    expect(environment.join()).not.toContain('of the app');
  });

  it('leaves nothing behind when pg_dump fails or writes half a file', async () => {
    replaceDump('echo "pg_dump: error: server version mismatch" >&2; touch "$5"; exit 1');
    expect(await copy()).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/^Nothing was copied to .+: pg_dump: error: server version/),
    });
    expect(readdirSync(folder)).toEqual(['bin']);
    process.env.PATH = folder;
    expect((await copy()).text).toContain('pg_dump is not installed');
    expect(existsSync(join(folder, 'choonsim.dump'))).toBe(false);
  });

  it('a dump that was cut off is not taken for one', async () => {
    await copy();
    const file = join(folder, 'choonsim.dump');
    expect(await countUsersOfDump(file)).toBe(2);
    truncateSync(file, readFileSync(file).length - 200);
    await expect(countUsersOfDump(file)).rejects.toThrow(/pg_restore/);
  });
});
