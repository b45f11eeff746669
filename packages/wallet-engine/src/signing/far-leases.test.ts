import { expect, it } from 'vitest';
import type { FarLease } from '../ports/lane-store.ts';
import type { FarWait } from '../ports/wallet-store.ts';
import { createFarLeases } from './far-leases.ts';

const startMs = 1_000_000_000;
const minuteMs = 60_000;
const longestWaitMs = 750_000;
const held: FarWait = { userId: 'ann', status: 'CREATING', claimToken: 'a', availableAtMs: 9 };
const failed: FarWait = { userId: 'bob', status: 'FAILED', claimToken: null, availableAtMs: 8 };
const asked: FarWait = { userId: 'cem', status: 'PENDING', claimToken: null, availableAtMs: 9 };
const lease: FarLease = { laneNumber: 1, fencingToken: 2, leasedUntilMs: 7 };

function sceneOf(waits: FarWait[], leases: FarLease[]) {
  const found = { waits, leases };
  let atMs = startMs;
  const beyond: object[] = [];
  const ended: object[] = [];
  const reported: object[] = [];
  const far = createFarLeases({
    store: {
      readFarWaits: async (asked: object) => {
        beyond.push(asked);
        return found.waits;
      },
      endFarWaits: async (end: object) => void ended.push(end),
    } as never,
    lanes: {
      readFarLeases: async (asked: object) => {
        beyond.push(asked);
        return found.leases;
      },
      endFarLeases: async (end: object) => void ended.push(end),
    } as never,
    clock: { now: () => atMs, sleep: async () => undefined },
    log: { info() {}, error() {}, warn: (fields) => void reported.push(fields) },
  });
  /** @returns what is ended at a poll this long after the start */
  const lookAt = async (sinceStartMs: number) => {
    atMs = startMs + sinceStartMs;
    await far.endThem();
    return ended.splice(0);
  };
  return { lookAt, found, beyond, reported };
}

it('queries what is due later than a lease or a retry, with clocks a minute apart', async () => {
  const { lookAt, beyond, reported } = sceneOf([], []);
  expect(await lookAt(0)).toEqual([]);
  expect(await lookAt(2 * longestWaitMs)).toEqual([]);
  const beyondMs = startMs + 6_000 + minuteMs;
  expect(beyond.slice(0, 2)).toEqual([
    { claimedBeyondMs: beyondMs, failedBeyondMs: startMs + longestWaitMs + minuteMs },
    { beyondMs },
  ]);
  expect(reported).toEqual([]);
});

it.each([
  ['a claim', [held], [], minuteMs, { waits: [held] }],
  ['a request', [asked], [], minuteMs, { waits: [asked] }],
  ['a retry', [failed], [], longestWaitMs, { waits: [failed] }],
  ['a lane’s lease', [], [lease], minuteMs, { leases: [lease] }],
])('%s ends once it was unchanged for long enough', async (_what, waits, leases, forMs, end) => {
  const { lookAt, reported } = sceneOf(waits, leases);
  expect(await lookAt(0)).toEqual([]);
  expect(await lookAt(forMs - 1)).toEqual([]);
  expect(reported).toEqual([]);
  expect(await lookAt(forMs)).toEqual([{ ...end, nowMs: startMs + forMs }]);
  expect(reported).toEqual([{ wallets: waits.length, lanes: leases.length }]);
});

it('also counts time when the clock is set back', async () => {
  const { lookAt } = sceneOf([held], []);
  await lookAt(0);
  expect(await lookAt(1 - minuteMs)).toEqual([]);
  expect(await lookAt(-minuteMs)).toHaveLength(1);
});

it.each<[what: string, waits: FarWait[], leases: FarLease[]]>([
  ['renewed claim', [{ ...held, availableAtMs: 10 }], []],
  ['claim of another', [{ ...held, claimToken: 'b' }], []],
  ['other wallet', [{ ...held, userId: 'eve' }], []],
  ['renewed lease', [], [{ ...lease, leasedUntilMs: 8 }]],
  ['lease of another', [], [{ ...lease, fencingToken: 3 }]],
  ['other lane', [], [{ ...lease, laneNumber: 2 }]],
])('starts again with a %s', async (_what, waits, leases) => {
  const { lookAt, found } = sceneOf([held], [lease]);
  await lookAt(0);
  Object.assign(found, { waits, leases });
  expect(await lookAt(minuteMs)).toEqual([]);
  expect(await lookAt(2 * minuteMs)).toHaveLength(1);
});

it('starts again with one that was gone meanwhile', async () => {
  const { lookAt, found } = sceneOf([held], [lease]);
  await lookAt(0);
  Object.assign(found, { waits: [], leases: [] });
  await lookAt(1_000);
  Object.assign(found, { waits: [held], leases: [lease] });
  expect(await lookAt(minuteMs)).toEqual([]);
});
