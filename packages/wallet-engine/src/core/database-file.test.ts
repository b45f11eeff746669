import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findReplacement, identityOf } from './database-file.ts';

describe('the database file of a running process', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'database-file-'));
    file = join(folder, 'choonsim.db');
    writeFileSync(file, 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const opened = () => {
    const identity = identityOf(file);
    if (!identity) throw new Error('no file');
    return identity;
  };

  it('stays the same file however much is written to it', () => {
    const identity = opened();
    writeFileSync(file, 'more than before');
    expect(findReplacement(file, identity)).toBeNull();
  });

  it.each([
    [
      'another file moved over it',
      'was replaced',
      () => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
    ['its deletion', 'was moved or deleted', () => rmSync(file)],
    ['its being moved away', 'was moved or deleted', () => renameSync(file, `${file}.old`)],
  ])('is reported as replaced after %s', (_what, words, change) => {
    const identity = opened();
    change();
    const sentence = findReplacement(file, identity);
    expect(sentence).toContain(`${file} ${words}`);
    expect(sentence).toContain('docs/backups.md');
    expect(sentence?.split('\n')).toHaveLength(1);
  });
});
