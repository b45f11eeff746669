import { expect, test, vi } from 'vitest';
import { takeTurn } from './rate-limit.server.ts';

test('a limit holds within its window, for each key apart', () => {
  vi.useFakeTimers();
  const take = (key: string) => takeTurn({ key, limit: 2, windowMs: 1_000 });
  expect([take('a'), take('a'), take('a'), take('b')]).toEqual([true, true, false, true]);
  vi.advanceTimersByTime(1_001);
  expect(take('a')).toBe(true);
  vi.useRealTimers();
});
