import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { message, user } from '#drizzle/schema.ts';
import { closeDatabase, db, migrateDatabase } from '../../db.server.ts';
import { configureEnvironment } from '../../settings/env.server.ts';
import { warmUpChat } from '../care/warm-up.server.ts';
import { streamReply } from './reply.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-crowd-'));
const CROWD = 200;
const LONGEST_HOLD_MS = 100;

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
  warmUpChat();
  const at = new Date();
  const times = { createdAt: at, updatedAt: at };
  const ids = Array.from({ length: CROWD }, (_, index) => `user-${index}`);
  await db()
    .insert(user)
    .values(ids.map((id) => ({ id, name: id, email: `${id}@example.com`, ...times })));
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

/** CPU milliseconds of the longest turn while this ran: the time that other work waits for it. */
async function longestHoldMs(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  let longest = 0;
  while (!isDone) {
    const before = process.cpuUsage();
    await nextTurn();
    const { user: own, system } = process.cpuUsage(before);
    longest = Math.max(longest, (own + system) / 1_000);
  }
  return longest;
}

function send(index: number) {
  return streamReply({
    userId: `user-${index}`,
    characterId: 'choonsim',
    text: `안녕, 오늘 ${index}번째 봄이야`,
    messageId: null,
    isAgain: false,
    language: 'ko',
  });
}

test('two hundred concurrent messages leave other work its turn', async () => {
  // The minimum of several crowds: other load on the machine rarely disturbs all of them.
  let least = Number.POSITIVE_INFINITY;
  for (let crowd = 1; crowd <= 3 && least >= LONGEST_HOLD_MS; crowd += 1) {
    const all = Promise.all(Array.from({ length: CROWD }, (_, index) => send(index)));
    least = Math.min(least, await longestHoldMs(all));
    for (const stream of await all) await stream.cancel();
    expect(await db().$count(message)).toBeGreaterThanOrEqual(CROWD * crowd);
  }
  expect(least).toBeLessThan(LONGEST_HOLD_MS);
});
