import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasOtherName, openedFile } from './database-file.ts';

describe('the database file of a running process', () => {
  let folder: string;
  let file: string;
  let sqlite: Database.Database;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'database-file-')));
    file = join(folder, 'choonsim.db');
    sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    sqlite.exec('CREATE TABLE "Row" ("text" text); CREATE INDEX "by_text" ON "Row" ("text")');
    add('early');
  });
  afterEach(() => {
    sqlite.close();
    rmSync(folder, { recursive: true });
  });
  const add = (text: string) => sqlite.prepare('INSERT INTO "Row" VALUES (?)').run(text);
  const changeAll = () => sqlite.exec(`UPDATE "Row" SET "text" = "text" || 'late'`);
  const opened = () => {
    const known = openedFile(file, sqlite);
    if (!known) throw new Error('no file');
    return known;
  };
  const replace = (path: string) => {
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
  };
  /** As the next process finds them. */
  const rowsIn = (path: string) => {
    copyFileSync(path, join(folder, 'left'));
    const left = new Database(join(folder, 'left'), { readonly: true });
    expect(left.pragma('integrity_check', { simple: true })).toBe('ok');
    const rows = left.prepare('SELECT "text" FROM "Row"').pluck().all();
    left.close();
    return rows;
  };
  const rescued = () => {
    const found = readdirSync(folder).filter((name) => name.includes('.rescued-'));
    return found.map((name) => join(folder, name));
  };

  it('stays the same file however much is written to it', () => {
    const known = opened();
    add('more');
    sqlite.pragma('wal_checkpoint(RESTART)');
    add('more');
    expect(known.findLoss()).toBeNull();
    known.close();
    expect(rowsIn(file)).toEqual(['early', 'more', 'more']);
  });

  it.each<[what: string, words: string, ending: string, change: (path: string) => void]>([
    ['another file moved over it', 'was replaced', '', replace],
    ['its deletion', 'was moved or deleted', '', rmSync],
    ['its being moved away', 'was moved or deleted', '', (path) => renameSync(path, `${path}.old`)],
    ['the deletion of its log', 'was moved or deleted', '-wal', rmSync],
    ['another log in place of its own', 'was replaced', '-wal', replace],
    ['the deletion of the index of its log', 'was moved or deleted', '-shm', rmSync],
  ])('is reported as lost after %s', (_what, words, ending, change) => {
    const known = opened();
    change(file + ending);
    const loss = known.findLoss();
    expect(loss).toContain(`${file}${ending} ${words}`);
    expect(loss).toContain('docs/backups.md');
    expect(loss?.split('\n')).toHaveLength(1);
    const before = readdirSync(folder);
    expect(known.findLoss()).toBe(loss);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('may get its log later: from then on it must stay', () => {
    sqlite.close();
    sqlite = new Database(file);
    const known = opened();
    expect(known.findLoss()).toBeNull();
    add('first');
    expect(known.findLoss()).toBeNull();
    rmSync(`${file}-wal`);
    expect(known.findLoss()).toContain('-wal was moved or deleted');
  });

  it.each(['all since it was opened', 'all since a checkpoint'])(
    'gets what is in a deleted log: %s',
    (since) => {
      const known = opened();
      if (since === 'all since a checkpoint') {
        sqlite.pragma('wal_checkpoint(FULL)');
        expect(known.findLoss()).toBeNull();
      }
      add('late');
      rmSync(`${file}-wal`);
      expect(known.findLoss()).toContain(`What it held is in ${file}.`);
      expect(rowsIn(file)).toEqual(['early', 'late']);
      expect(rescued()).toEqual([]);
    },
  );

  it.each<[when: string, steps: { before?: () => void; after?: () => void }]>([
    ['at once', { before: () => changeAll() }],
    ['after a look', { before: () => changeAll(), after: () => {} }],
    ['after the log began anew', { after: () => changeAll() }],
  ])('is not written over a copy restored by cp, with the log deleted %s', (_when, steps) => {
    const copy = join(folder, 'backup.db');
    sqlite.prepare('VACUUM INTO ?').run(copy);
    for (let count = 0; count < 500; count += 1) add(`${count} ${'x'.repeat(500)}`);
    const known = opened();
    sqlite.pragma('wal_checkpoint(FULL)');
    expect(known.findLoss()).toBeNull();
    steps.before?.();
    copyFileSync(copy, file);
    if (steps.after) {
      steps.after();
      expect(known.findLoss()).toBeNull();
    }
    rmSync(`${file}-wal`);
    rmSync(`${file}-shm`);
    expect(known.findLoss()).toContain('-wal was moved or deleted');
    known.close();
    expect(rowsIn(file)).toEqual(['early']);
  });

  it('is not written over a restored copy when a process ends by itself', () => {
    sqlite.prepare('VACUUM INTO ?').run(join(folder, 'backup.db'));
    sqlite.close();
    run(`
      for (let count = 0; count < 500; count += 1) sqlite.exec("INSERT INTO Row VALUES (hex(randomblob(300)))");
      const known = openedFile(file, sqlite);
      fs.copyFileSync(file.replace('choonsim', 'backup'), file);
      for (const ending of ['-wal', '-shm']) fs.rmSync(file + ending);
      if (known.findLoss() === null) throw new Error('no loss was found');`);
    expect(rowsIn(file)).toEqual(['early']);
  });

  it('has what a replaced log held beside it, for this user only', () => {
    const known = opened();
    add('late');
    for (const ending of ['-wal', '-shm']) rmSync(file + ending);
    run(`sqlite.exec('CREATE TABLE IF NOT EXISTS Other (id)')`);
    const loss = known.findLoss();
    expect(loss).toContain('-wal was replaced by another file');
    const [path = ''] = rescued();
    expect(loss).toContain(`is in ${path}: it may mix two states`);
    expect(rowsIn(path)).toEqual(['early', 'late']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('has its log beside the target of a symbolic link', () => {
    const link = join(folder, 'link.db');
    symlinkSync(file, link);
    const known = openedFile(link, sqlite);
    add('late');
    expect(known?.findLoss()).toBeNull();
    rmSync(`${file}-wal`);
    expect(known?.findLoss()).toContain(`${file}-wal was moved or deleted`);
    expect(rowsIn(file)).toEqual(['early', 'late']);
  });

  it('is lost when a symbolic link comes to name another one', () => {
    const link = join(folder, 'link.db');
    symlinkSync(file, link);
    const known = openedFile(link, sqlite);
    rmSync(link);
    copyFileSync(file, `${file}.other`);
    symlinkSync(`${file}.other`, link);
    expect(known?.findLoss()).toContain(`${link} was replaced by another file`);
  });

  it('says why nothing could be saved', () => {
    const known = opened();
    replace(`${file}-wal`);
    sqlite.exec('BEGIN');
    expect(known.findLoss()).toContain(
      '-wal was replaced by another file beneath this process, which writes nothing more: stop servers and workers before you touch it. What it held could not be saved: cannot VACUUM from within a transaction.',
    );
    expect(rescued()).toEqual([]);
  });

  /** Another process that has the file open; it ends by itself. */
  function run(code: string): void {
    const module = JSON.stringify(join(import.meta.dirname, 'database-file.ts'));
    const script = `
      import fs from 'node:fs';
      import Database from 'better-sqlite3';
      import { openedFile } from ${module};
      const file = ${JSON.stringify(file)};
      const sqlite = new Database(file);
      ${code}`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script]);
  }

  it('has another name by a hard link, and none by a symbolic one, which SQLite follows', () => {
    expect(hasOtherName(`${file}.missing`)).toBe(false);
    symlinkSync(file, `${file}.symbolic`);
    expect([file, `${file}.symbolic`].map(hasOtherName)).toEqual([false, false]);
    linkSync(file, `${file}.hard`);
    expect([file, `${file}.symbolic`, `${file}.hard`].map(hasOtherName)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is not there for a database in memory', () => {
    const memory = new Database(':memory:');
    expect(openedFile(':memory:', memory)).toBeNull();
    memory.close();
  });
});
