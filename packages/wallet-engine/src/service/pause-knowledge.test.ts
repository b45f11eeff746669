import { expect, it } from 'vitest';
import { afterRefusedTry, isBeforeNextTry, noRefusedTries } from './pause-knowledge.ts';

const reason = 'TREASURY_TOKEN_LOW';
const first = afterRefusedTry(noRefusedTries, { reason, nowMs: 1_000 });

it('what the chain refused once is tried again as soon as a probe finds no reason', () => {
  expect(isBeforeNextTry(noRefusedTries, { reason, nowMs: 1_000 })).toBe(false);
  expect(isBeforeNextTry(first, { reason, nowMs: 1_000 })).toBe(false);
});

it('what it refuses again waits, from ten seconds to ten minutes', () => {
  let tries = first;
  let nowMs = 4_000;
  const waits: number[] = [];
  for (let times = 0; times < 8; times += 1) {
    tries = afterRefusedTry(tries, { reason, nowMs });
    const endMs = nowMs + tries.waitMs;
    expect(isBeforeNextTry(tries, { reason, nowMs: endMs - 1 })).toBe(true);
    expect(isBeforeNextTry(tries, { reason, nowMs: endMs })).toBe(false);
    waits.push(tries.waitMs / 1_000);
    nowMs = endMs + 119_999;
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 600, 600]);
});

it('after two minutes without, or for another reason, it is the first one', () => {
  const again = afterRefusedTry(first, { reason, nowMs: 4_000 });
  expect(again.waitMs).toBe(10_000);
  expect(afterRefusedTry(again, { reason, nowMs: 134_000 }).waitMs).toBe(0);
  const other = 'TOKEN_CONTRACT_MISSING';
  expect(afterRefusedTry(again, { reason: other, nowMs: 14_000 }).waitMs).toBe(0);
  expect(isBeforeNextTry(again, { reason: other, nowMs: 5_000 })).toBe(false);
});

it('a clock that is set back prolongs no wait', () => {
  const again = afterRefusedTry(first, { reason, nowMs: 4_000 });
  expect(isBeforeNextTry(again, { reason, nowMs: 4_000 })).toBe(true);
  expect(isBeforeNextTry(again, { reason, nowMs: 3_999 })).toBe(false);
});
