import { describe, expect, it } from 'vitest';
import {
  ended,
  firstSent,
  newSending,
  proofTried,
  rejected,
  seenInBlock,
  stillInBlock,
  stuck,
  stuckFromHeight,
} from './sending-state.ts';

const fresh = newSending({ referenceHeight: 100, nowMs: 1_000 });
const inBlock = seenInBlock(fresh, { seenAtMs: 2_000, nowMs: 2_500, finalHeight: 110 }).state;

describe('in a block', () => {
  it('is reported once, and keeps the time when it was first seen', () => {
    expect(seenInBlock(fresh, { seenAtMs: 2_000, nowMs: 2_500, finalHeight: 110 })).toEqual({
      isFirst: true,
      state: {
        ...fresh,
        isIncluded: true,
        includedSinceMs: 2_500,
        absentSinceMs: 2_000,
        absentSinceHeight: 110,
      },
    });
    const again = seenInBlock(inBlock, { seenAtMs: 9_000, nowMs: 9_500, finalHeight: 120 });
    expect(again.isFirst).toBe(false);
    expect(again.state).toEqual({ ...inBlock, absentSinceMs: 9_000, absentSinceHeight: 120 });
  });

  it('keeps the height it knows while no node answers', () => {
    const seen = seenInBlock(fresh, { seenAtMs: 2_000, nowMs: 2_000, finalHeight: null });
    expect(seen.state.absentSinceHeight).toBe(100);
    expect(firstSent(fresh, null).absentSinceHeight).toBe(100);
    expect(firstSent(fresh, 105).absentSinceHeight).toBe(105);
  });

  it('is doubted after 30 s without an outcome, and again after as long', () => {
    expect(stillInBlock(inBlock, 32_499)).toEqual({ state: inBlock, isDoubtful: false });
    const doubted = stillInBlock(inBlock, 32_500);
    expect(doubted).toEqual({
      state: { ...inBlock, includedSinceMs: 32_500 },
      isDoubtful: true,
    });
    expect(stillInBlock(doubted.state, 62_499).isDoubtful).toBe(false);
    expect(stillInBlock(doubted.state, 62_500).isDoubtful).toBe(true);
  });

  it('an end is reported unless a block had it before', () => {
    expect(ended(fresh)).toEqual({ state: { ...fresh, isIncluded: true }, isFirst: true });
    expect(ended(inBlock)).toEqual({ state: inBlock, isFirst: false });
  });
});

describe('in no block', () => {
  const at = (nowMs: number, purpose: 'CREATE' | 'TOMBSTONE' = 'CREATE') =>
    stuckFromHeight(fresh, { purpose, nowMs });

  it('asks for no height within 30 s, a noop within two minutes', () => {
    expect([at(30_999), at(31_000)]).toEqual([null, 110]);
    expect([at(120_999, 'TOMBSTONE'), at(121_000, 'TOMBSTONE')]).toEqual([null, 110]);
  });

  it('once stuck, waits for the same time and blocks again, and may be reported in a block again', () => {
    const first = stuck(inBlock, { nowMs: 40_000, agreedHeight: 150 });
    expect(first).toEqual({
      ...inBlock,
      isIncluded: false,
      isStuck: true,
      absentSinceMs: 40_000,
      absentSinceHeight: 150,
    });
    const next = (nowMs: number) => stuckFromHeight(first, { purpose: 'REWARD', nowMs });
    expect([next(69_999), next(70_000)]).toEqual([null, 160]);
    const seen = seenInBlock(first, { seenAtMs: 50_000, nowMs: 50_000, finalHeight: 155 });
    expect(seen.isFirst).toBe(true);
    // Whoever takes the lane then need not wait as long again.
    expect(seen.state.isStuck).toBe(true);
  });

  it('remembers that a node has rejected it', () => {
    expect([fresh.isRejected, rejected(fresh).isRejected]).toEqual([false, true]);
  });
});

describe('that no node can say whether it was executed', () => {
  const tried = (state: typeof fresh, nowMs: number) =>
    proofTried(state, { proof: 'pending', nowMs });

  it('is reported after ten minutes, then once an hour', () => {
    const first = tried(fresh, 5_000);
    expect(first).toEqual({ state: { ...fresh, unprovenSinceMs: 5_000 }, isReported: false });
    expect(tried(first.state, 604_999).isReported).toBe(false);
    const reported = tried(first.state, 605_000);
    expect(reported.isReported).toBe(true);
    expect(tried(reported.state, 4_204_999).isReported).toBe(false);
    expect(tried(reported.state, 4_205_000).isReported).toBe(true);
  });

  it('starts again once it could execute or a node has answered', () => {
    const since = tried(fresh, 5_000).state;
    for (const proof of ['unproven', 'included', 'final', 'unknown', 'rejected'] as const) {
      const other = proofTried(since, { proof, nowMs: 605_000 });
      expect(other).toEqual({ state: fresh, isReported: false });
    }
  });
});
