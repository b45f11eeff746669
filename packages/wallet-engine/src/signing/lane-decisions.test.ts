import { describe, expect, it } from 'vitest';
import type { LeasedLane } from '../ports/lane-store.ts';
import {
  askForLanes,
  fairShare,
  judgeLease,
  needsNoop,
  needsSecondNode,
  neverHungry,
  tooEarlySince,
} from './lane-decisions.ts';

const lane = (more: Partial<LeasedLane> = {}): LeasedLane => ({
  laneNumber: 1,
  publicKey: 'key',
  nonce: 10,
  isAddedAgain: false,
  fencingToken: 3,
  ...more,
});

describe('a leased lane', () => {
  const judge = (of: LeasedLane, onChain: number | undefined, more = {}) =>
    judgeLease({
      lane: of,
      derivedKey: 'key',
      onChain,
      tooEarlySinceMs: null,
      nowMs: 50_000,
      ...more,
    });

  it('continues from the greater of both nonces', () => {
    expect(judge(lane(), 10)).toEqual({ kind: 'usable', nonce: 10 });
    expect(judge(lane(), 7)).toEqual({ kind: 'usable', nonce: 10 });
    expect(judge(lane({ nonce: 0 }), 4_000_000)).toEqual({ kind: 'usable', nonce: 4_000_000 });
  });

  it('cannot be used with the key of an older service key, or without a key on the account', () => {
    expect(judge(lane(), 99, { derivedKey: 'another' })).toEqual({ kind: 'older key' });
    expect(judge(lane(), undefined)).toEqual({ kind: 'key missing' });
  });

  it('ahead on chain means an older database, unless it is the key an operator also uses', () => {
    expect(judge(lane(), 11)).toEqual({ kind: 'behind chain' });
    expect(judge(lane({ laneNumber: 0 }), 11)).toEqual({ kind: 'usable', nonce: 11 });
  });

  it('whose key was added again is given back while its old nonce is seen, for 30 s', () => {
    const again = lane({ isAddedAgain: true });
    const since = (onChain: number, sinceMs: number | null, nowMs: number) =>
      tooEarlySince({ lane: again, onChain, sinceMs, nowMs });
    expect([since(10, null, 5), since(10, 5, 9), since(11, 5, 9)]).toEqual([5, 5, null]);
    expect(tooEarlySince({ lane: lane(), onChain: 10, sinceMs: null, nowMs: 5 })).toBeNull();
    expect(judge(again, 10, { tooEarlySinceMs: 20_001 })).toEqual({ kind: 'seen too early' });
    expect(judge(again, 10, { tooEarlySinceMs: 20_000 })).toEqual({ kind: 'usable', nonce: 10 });
  });

  it('needs a second node unless it continues from what is stored', () => {
    const needs = (more: Partial<LeasedLane>, shown = ['key']) =>
      needsSecondNode([lane(), lane(more)], shown);
    expect(needs({})).toBe(false);
    expect([needs({ nonce: 0 }), needs({ isAddedAgain: true }), needs({}, ['other'])]).toEqual([
      true,
      true,
      true,
    ]);
  });
});

it('a noop frees a lane unless a newer transaction, or a noop that may execute, does', () => {
  const needs = (nonce: number, purpose: 'CREATE' | 'TOMBSTONE', isRejected: boolean) =>
    needsNoop({ nonce: 10 }, { nonce, purpose }, isRejected);
  expect([needs(10, 'CREATE', false), needs(10, 'CREATE', true)]).toEqual([true, true]);
  expect([needs(9, 'CREATE', true), needs(9, 'TOMBSTONE', true)]).toEqual([false, false]);
  expect([needs(10, 'TOMBSTONE', false), needs(10, 'TOMBSTONE', true)]).toEqual([false, true]);
});

describe('asking for lanes', () => {
  it('happens every 200 ms with some of its own; at once without any', () => {
    const asked = { triedAtMs: 1_000, sinceMs: 1_000 };
    expect(askForLanes(asked, { mine: 1, nowMs: 1_199 })).toBeNull();
    const next = { triedAtMs: 1_200, sinceMs: 1_200 };
    expect(askForLanes(asked, { mine: 1, nowMs: 1_200 })).toEqual(next);
    const hungry = { triedAtMs: 1_001, sinceMs: 1_000 };
    expect(askForLanes(asked, { mine: 0, nowMs: 1_001 })).toEqual(hungry);
  });

  it('hunger lasts while it asks at every poll, and starts again after a gap', () => {
    const asked = { triedAtMs: 5_000, sinceMs: 1_000 };
    expect(askForLanes(asked, { mine: 0, nowMs: 7_000 })?.sinceMs).toBe(1_000);
    expect(askForLanes(asked, { mine: 0, nowMs: 7_001 })?.sinceMs).toBe(7_001);
    expect(askForLanes(neverHungry, { mine: 0, nowMs: 5 })).toEqual({ triedAtMs: 5, sinceMs: 5 });
  });
});

describe("a process's share of lanes that others hold", () => {
  const share = (more: Partial<Parameters<typeof fairShare>[0]>) =>
    fairShare({ wanted: 9, mine: 0, usable: 8, others: [8], hungryForMs: 0, ...more });

  it('is an equal part, less what it holds', () => {
    expect(share({})).toEqual({ limit: 4, leaveEach: 4 });
    expect(share({ mine: 3, others: [3, 2] })).toBeNull();
    expect(share({ mine: 1, others: [5, 2] })).toEqual({ limit: 1, leaveEach: 2 });
    expect(share({ wanted: 1 })).toEqual({ limit: 1, leaveEach: 4 });
    expect(share({ others: [] })).toBeNull();
  });

  it('with more processes than lanes they take turns, after 5 s of hunger', () => {
    const few = { usable: 2, others: [1, 1] };
    expect(share({ ...few, hungryForMs: 4_999 })).toEqual({ limit: 1, leaveEach: 1 });
    expect(share({ ...few, hungryForMs: 5_000 })).toEqual({ limit: 1, leaveEach: 0 });
    // First from those that hold more than their share.
    expect(share({ usable: 2, others: [2], hungryForMs: 5_000 })).toEqual({
      limit: 1,
      leaveEach: 1,
    });
  });
});
