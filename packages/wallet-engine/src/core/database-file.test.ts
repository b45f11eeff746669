import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasOtherName, openedFile } from './database-file.ts';

describe('the database file of a running process', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'database-file-'));
    file = join(folder, 'choonsim.db');
    for (const ending of ['', '-wal', '-shm']) writeFileSync(file + ending, 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const opened = () => {
    const known = openedFile(file);
    if (!known) throw new Error('no file');
    return known;
  };
  const replace = (path: string) => {
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
  };

  it('stays the same file however much is written to it', () => {
    const known = opened();
    for (const ending of ['', '-wal', '-shm']) writeFileSync(file + ending, 'more than before');
    expect(known.findLoss()).toBeNull();
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
    expect(loss?.sentence).toContain(`${file}${ending} ${words}`);
    expect(loss?.sentence).toContain('docs/backups.md');
    expect(loss?.sentence.split('\n')).toHaveLength(1);
    expect(loss?.isLogMissing).toBe(ending === '-wal' && words === 'was moved or deleted');
    expect(known.findLoss()).toEqual(loss);
  });

  it('may get its log later: from then on it must stay', () => {
    rmSync(`${file}-wal`);
    const known = opened();
    expect(known.findLoss()).toBeNull();
    writeFileSync(`${file}-wal`, 'first');
    expect(known.findLoss()).toBeNull();
    rmSync(`${file}-wal`);
    expect(known.findLoss()).toMatchObject({ isLogMissing: true });
  });

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
    expect(openedFile(':memory:')).toBeNull();
  });
});
