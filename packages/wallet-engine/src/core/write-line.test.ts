import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { createWriteLine, DATABASE_PATIENCE_MS } from './write-line.ts';

let folder: string;
let ours: Database.Database;
let theirs: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'choonsim-line-'));
  ours = new Database(join(folder, 'a.db'), { timeout: 0 });
  ours.pragma('journal_mode = WAL');
  ours.exec('CREATE TABLE "Note" ("id" INTEGER PRIMARY KEY, "text" TEXT NOT NULL UNIQUE)');
  theirs = new Database(join(folder, 'a.db'), { timeout: 0 });
});
afterEach(() => {
  theirs.close();
  ours.close();
  rmSync(folder, { recursive: true });
});

/** Time advances only by sleeping; `atMs` runs when it is reached. */
function clockWith(events: Record<number, () => void> = {}): Clock & { slept: number[] } {
  let nowMs = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => nowMs,
    sleep: async (delayMs) => {
      slept.push(delayMs);
      nowMs += delayMs;
      for (const [atMs, happen] of Object.entries(events)) {
        if (Number(atMs) > nowMs) continue;
        delete events[Number(atMs)];
        happen();
      }
      await new Promise(setImmediate);
    },
  };
}

const add = (text: string) => () =>
  Number(ours.prepare('INSERT INTO "Note" ("text") VALUES (?)').run(text).lastInsertRowid);
const texts = () => theirs.prepare('SELECT "text" FROM "Note" ORDER BY "id"').pluck().all();

test('a write is durable when it resolves, and runs at once while no other waits', async () => {
  const line = createWriteLine(ours, clockWith());
  const writing = line.write(add('a'));
  expect(texts()).toEqual(['a']);
  expect(await writing).toBe(1);
});

test('writers wait for another program’s lock; readers do not, and no call blocks', async () => {
  theirs.exec('BEGIN IMMEDIATE');
  const clock = clockWith({ 2000: () => theirs.exec('COMMIT') });
  const line = createWriteLine(ours, clock);
  const writing = Promise.all(['a', 'b', 'c'].map((text) => line.write(add(text))));
  const count = () => ours.prepare('SELECT count(*) FROM "Note"').pluck().get();
  expect(await line.read(count)).toBe(0);
  expect(await writing).toEqual([1, 2, 3]);
  // One tries for all, so that three hundred who wait cost what one costs.
  expect(clock.slept.length).toBeLessThan(100);
  expect(texts()).toEqual(['a', 'b', 'c']);
});

test('a timeout rejects with the busy error, and nothing is written later', async () => {
  theirs.exec('BEGIN IMMEDIATE');
  const clock = clockWith({ [DATABASE_PATIENCE_MS + 2_000]: () => theirs.exec('COMMIT') });
  const line = createWriteLine(ours, clock);
  const writing = line.write(add('late'));
  await expect(writing).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  theirs.exec('COMMIT');
  expect(await line.write(add('next'))).toBe(1);
  expect(texts()).toEqual(['next']);
});

test('writes of one turn share a commit, and a failing one does not affect the others', async () => {
  const line = createWriteLine(ours, clockWith());
  const answers = await Promise.allSettled(
    ['a', 'b', 'b', 'c'].map((text) => line.write(add(text))),
  );
  expect(answers.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(texts()).toEqual(['a', 'b', 'c']);
});

test('several statements of one writer are all or nothing, also among others', async () => {
  const line = createWriteLine(ours, clockWith());
  const both = (first: string, second: string) => () => {
    add(first)();
    add(second)();
  };
  const answers = await Promise.allSettled([
    line.write(both('a', 'b')),
    line.write(both('c', 'a')),
    line.write(both('d', 'e')),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(texts()).toEqual(['a', 'b', 'd', 'e']);
});
