import { describe, expect, it } from 'vitest';
import { dayMs } from '../../core/engine-config.ts';
import {
  agreesWith,
  canFollow,
  canFollowFast,
  isBehind,
  isOfAnotherTime,
  isOld,
} from './chain-pace.ts';

const seen = { height: 5_000, timestampMs: 1_000_000, atMs: 2_000_000 };
const msLater = (ms: number) => seen.atMs + ms;

it('a block dated more than a day ahead is implausible', () => {
  expect(isOfAnotherTime({ height: 1, timestampMs: dayMs + 7 }, 7)).toBe(false);
  expect(isOfAnotherTime({ height: 1, timestampMs: dayMs + 8 }, 7)).toBe(true);
});

describe('how far a chain can have come', () => {
  // Since the sighting; the highest block and the latest time that can be.
  it.each([
    ['at once', canFollow, 0, 50, 120_000],
    ['in a second', canFollow, 1_000, 60, 121_000],
    ['by a clock that was set back', canFollow, -5_000, 50, 120_000],
    ['at once, a fast one', canFollowFast, 0, 1_000, 120_000],
    ['in a second, a fast one', canFollowFast, 1_000, 1_200, 121_000],
  ])('%s', (_name, can, passedMs, blocks, ms) => {
    const highest = { height: seen.height + blocks, timestampMs: seen.timestampMs + ms };
    expect(can(highest, seen, msLater(passedMs))).toBe(true);
    expect(can({ ...highest, height: highest.height + 1 }, seen, msLater(passedMs))).toBe(false);
    const younger = { ...highest, timestampMs: highest.timestampMs + 1 };
    expect(can(younger, seen, msLater(passedMs))).toBe(false);
  });
});

it('a higher block is two minutes older at most', () => {
  const oldest = { height: seen.height + 1, timestampMs: seen.timestampMs - 120_000 };
  const older = { ...oldest, timestampMs: oldest.timestampMs - 1 };
  expect(canFollow(oldest, seen, msLater(0))).toBe(true);
  expect(canFollow(older, seen, msLater(0))).toBe(false);
  expect(canFollow({ ...older, height: seen.height }, seen, msLater(0))).toBe(true);
});

it('a head agrees with a block up to a thousand blocks and two minutes below it', () => {
  const lowest = { height: seen.height - 1_000, timestampMs: seen.timestampMs - 120_000 };
  expect(agreesWith(lowest, seen)).toBe(true);
  expect(agreesWith({ ...lowest, height: lowest.height - 1 }, seen)).toBe(false);
  expect(agreesWith({ ...lowest, timestampMs: lowest.timestampMs - 1 }, seen)).toBe(false);
});

describe('a block is old after ten seconds', () => {
  const block = (timestampMs: number) => ({ height: 1, timestampMs });

  it('of chain time, once the chain was seen to advance', () => {
    expect(isOld(block(seen.timestampMs - 7_000), seen, msLater(3_000))).toBe(false);
    expect(isOld(block(seen.timestampMs - 7_001), seen, msLater(3_000))).toBe(true);
  });

  it("of this machine's clock, before that", () => {
    expect(isOld(block(90_000), null, 100_000)).toBe(false);
    expect(isOld(block(89_999), null, 100_000)).toBe(true);
  });
});

it.each([
  [1, 10_001, true],
  [1, 10_000, false],
  [0, 10_001, false],
  [-1, 10_001, false],
])('a block %i lower and %i ms older than the best is behind: %s', (lower, older, is) => {
  const block = { height: seen.height - lower, timestampMs: seen.timestampMs - older };
  expect(isBehind(block, seen)).toBe(is);
});
