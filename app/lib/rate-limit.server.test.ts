import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { configureEnvironment } from './env.server.ts';
import { takeTurn } from './rate-limit.server.ts';

beforeAll(() => {
  configureEnvironment({
    BETTER_AUTH_SECRET: 's'.repeat(40),
    WALLET_ENCRYPTION_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
  });
});
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a limit holds within its window, for each key apart', async () => {
  const take = (key: string) => takeTurn({ key, limit: 2, windowMs: 1_000 });
  expect([await take('a'), await take('a'), await take('a')]).toEqual([true, true, false]);
  expect(await take('b')).toBe(true);
  vi.advanceTimersByTime(1_001);
  expect(await take('a')).toBe(true);
});

test('no number of other keys makes it forget one', async () => {
  const take = (key: string) => takeTurn({ key, limit: 1, windowMs: 60_000 });
  expect(await take('victim')).toBe(true);
  for (let key = 0; key < 12_000; key += 1) await take(`key ${key}`);
  expect(await take('victim')).toBe(false);
});
