import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../packages/wallet-engine/src/core/errors.ts';
import { ExplainedError, errorAsJson, explainError } from './explain-error.ts';

const root = join(import.meta.dirname, '..');

describe('an error that ends a process', () => {
  it('is a sentence where one was written, with the remedy of its code', () => {
    expect(explainError(new ExplainedError('Port 1 is used.'))).toBe('Port 1 is used.');
    const away = new ServiceError('NODE_UNREACHABLE', 'query: connect ECONNREFUSED 127.0.0.1:9');
    expect(explainError(away)).toMatch(/^NODE_UNREACHABLE: query: connect.+\nCheck NEAR_NODE_URL/);
    const busy = new ServiceError('DATABASE_BUSY', 'it does not answer');
    expect(explainError(busy)).toBe('DATABASE_BUSY: it does not answer');
  });

  it.each([
    ['ENOSPC', 'The disk is full'],
    ['SQLITE_FULL', 'The disk is full'],
    ['EACCES', 'may not read or write'],
    ['SQLITE_READONLY_DBMOVED', 'may not read or write'],
    ['SQLITE_CANTOPEN', 'may not read or write'],
    ['SQLITE_BUSY_SNAPSHOT', 'holds the lock'],
    ['SQLITE_CORRUPT', 'Restore it'],
    ['ERR_MODULE_NOT_FOUND', 'npm run build'],
    ['EADDRINUSE', 'Nobody can listen'],
  ])('of the machine, %s, is a sentence however deep it lies', (code, remedy) => {
    const cause = Object.assign(new Error('the reason'), { code });
    const wrapped = new Error('Failed query: insert … values (a secret)', { cause });
    for (const error of [cause, wrapped]) {
      expect(explainError(error)).toMatch(new RegExp(`^${code}: the reason\n.*${remedy}`));
    }
  });

  it('keeps its stack when nobody foresaw it', () => {
    const told = explainError(new TypeError('x is not a function'));
    expect(told).toMatch(/^TypeError: x is not a function\n {4}at .+explain-error.test.ts/);
  });

  it('is an object for a program, its code among it', () => {
    const busy = new ServiceError('DATABASE_BUSY', 'it does not answer');
    expect(errorAsJson(busy)).toEqual({
      error: { code: 'DATABASE_BUSY', message: 'it does not answer' },
    });
    const secret = new Error('Failed query: x\nparams: ann@example.com');
    expect(errorAsJson(secret)).toEqual({
      error: { code: 'UNEXPECTED_ERROR', message: 'Failed query: x\nparams: [removed]' },
    });
  });
});

describe('a worker that cannot start', { timeout: 60_000 }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'choonsim-start-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['its database is a folder', () => ({ DATABASE_URL: `file:${root}` }), 'DATABASE_URL: '],
    [
      'its database server is down',
      () => ({ DATABASE_URL: 'postgres://ann@127.0.0.1:1/app' }),
      'DATABASE_URL: ',
    ],
    [
      'its data folder is a file',
      () => ({ DATA_DIR: import.meta.filename }),
      'DATA_DIR: use a folder',
    ],
    // Node's own way to make folders never returns there.
    [
      'nothing can be made in its data folder',
      () => ({ DATA_DIR: '/proc/1/x' }),
      'DATA_DIR: use a',
    ],
    [
      'a secret file is missing',
      () => ({ BETTER_AUTH_SECRET_FILE: join(folder, 'none') }),
      'BETTER_AUTH_SECRET_FILE: the file cannot be read',
    ],
    [
      'its file of master keys is empty',
      () => {
        writeFileSync(join(folder, 'wallet-encryption-keys'), '');
        return {};
      },
      'WALLET_ENCRYPTION_KEYS: the file ',
    ],
  ])('because %s names the variable, without a stack', (_name, prepare, words) => {
    const env = { PATH: process.env.PATH, DATA_DIR: folder, ...prepare() };
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'worker.ts')], {
      cwd: root,
      env,
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(readdirSync(folder)).not.toContain('choonsim.db');
  });
});
