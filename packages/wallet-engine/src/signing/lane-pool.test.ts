import { expect, it } from 'vitest';
import { createSqlLaneStore } from '../adapters/sql/sql-lane-store.ts';
import { ServiceError, StoppedError } from '../core/errors.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { StoredTransaction } from '../ports/transaction-ledger.ts';
import { memoryDatabase } from '../testing/sql-databases.ts';
import { addLane } from '../testing/suites/table-fixtures.ts';
import type { HeldLane } from './held-lane.ts';
import { createLanePool } from './lane-pool.ts';
import type { Watch } from './settle-transaction.ts';
import type { SettledTransaction } from './settlement-writer.ts';

const startMs = 1_000_000;
const leaseDurationMs = 6_000;

interface Key {
  publicKey: string;
  nonce: number;
  fullAccess: boolean;
}

const keyOf = (laneNumber: number, nonce = 10): Key => ({
  publicKey: `ed25519:lane-${laneNumber}`,
  nonce,
  fullAccess: true,
});

const transactionOf = (laneNumber: number, nonce: number, purpose = 'CREATE') =>
  ({
    hash: `${laneNumber}/${nonce}`,
    publicKey: keyOf(laneNumber).publicKey,
    nonce,
    purpose,
  }) as StoredTransaction;

interface Scene {
  nowMs: number;
  store: LaneStore;
  /** What one node shows, and two; the same by default. */
  keys: Key[];
  agreedKeys: Key[] | Error | null;
  asked: ('one' | 'agreed')[];
  open: StoredTransaction[];
}

/** One database with lanes that have all signed up to nonce 10, and a chain that shows just that. */
async function sceneOf(laneNumbers: number[], { nonce = 10 } = {}) {
  const database = memoryDatabase();
  for (const laneNumber of laneNumbers) await addLane(database, { laneNumber, nonce });
  const scene: Scene = {
    nowMs: startMs,
    store: createSqlLaneStore(database),
    keys: laneNumbers.map((laneNumber) => keyOf(laneNumber)),
    agreedKeys: null,
    asked: [],
    open: [],
  };
  const setNonce = (laneNumber: number, to: number) =>
    database.write([
      {
        sql: 'UPDATE "ServiceKeyLane" SET "nonce" = :to WHERE "laneNumber" = :laneNumber',
        params: { laneNumber, to },
      },
    ]);
  const process = (holder: string, usable = laneNumbers) => poolOf({ scene, holder, usable });
  return { scene, process, setNonce };
}

interface Settling {
  transaction: StoredTransaction;
  watch: Watch;
  resolve: (settled: SettledTransaction) => void;
  reject: (error: unknown) => void;
}

/** Each call takes a turn of the event loop, as it may with a server. */
function slowly(store: LaneStore): LaneStore {
  return new Proxy(store, {
    get:
      (target, method: keyof LaneStore) =>
      async (...args: unknown[]) => {
        await untilNextTurn();
        return (target[method] as (...args: unknown[]) => unknown)(...args);
      },
  });
}

const untilNextTurn = () => new Promise((done) => setImmediate(done));

/** One process's pool, with its events and its calls. */
function poolOf({ scene, holder, usable }: { scene: Scene; holder: string; usable: number[] }) {
  const notified: string[] = [];
  const logged: unknown[] = [];
  const settling: Settling[] = [];
  const gate = { rechecks: 0, fault: null as Error | null };
  const pool = createLanePool({
    holder,
    lanes: slowly(scene.store),
    ledger: {
      readOpenTransactions: async (publicKeys: string[]) =>
        scene.open.filter(({ publicKey }) => publicKeys.includes(publicKey)),
    } as never,
    chain: {
      viewAccessKeys: async ({ agreed = false }) => {
        scene.asked.push(agreed ? 'agreed' : 'one');
        const shown = agreed ? (scene.agreedKeys ?? scene.keys) : scene.keys;
        if (shown instanceof Error) throw shown;
        return shown;
      },
    } as never,
    vault: {
      lanePublicKey: ({ laneNumber }: { laneNumber: number }) => keyOf(laneNumber).publicKey,
    } as never,
    settler: {
      settle: (transaction, watch = {}) =>
        new Promise((resolve, reject) => {
          settling.push({ transaction, watch, resolve, reject });
        }),
    },
    gate: {
      service: () => ({ deployment: { deploymentId: 'one' } }),
      recheck: async () => {
        gate.rechecks += 1;
        if (gate.fault) throw gate.fault;
      },
    } as never,
    clock: { now: () => scene.nowMs, sleep: async () => undefined },
    log: { info() {}, warn() {}, error: ({ error }) => void logged.push(error) },
    serviceAccountId: 'service.near',
    events: {
      free: () => void notified.push('free'),
      stuck: ({ laneNumber }) => void notified.push(`stuck ${laneNumber}`),
      keyMissing: () => void notified.push('key missing'),
    },
  });
  pool.setUsable(usable);
  /** Signs with a lane that is free. @returns what the settler was asked to watch */
  const sign = (lane: HeldLane, nonce: number, purpose?: string) => {
    pool.watch(lane, transactionOf(lane.laneNumber, nonce, purpose)).catch(() => undefined);
    return settling.at(-1) as Settling;
  };
  const take = async (wanted: number) => numbers(await pool.takeFree(wanted));
  return { ...{ pool, take, sign, notified, logged, settling, gate }, asks: scene.asked };
}

const numbers = (lanes: HeldLane[]) => lanes.map(({ laneNumber }) => laneNumber);

const oneLane = async (...more: Parameters<typeof sceneOf>) => {
  const { scene, process, setNonce } = await sceneOf(...more);
  const worker = process('worker');
  const [lane] = await worker.pool.takeFree(1);
  if (!lane) throw new Error('no lane is free');
  return { scene, process, setNonce, worker, lane };
};

it('leases as many of the usable lanes as are wanted, each to one process', async () => {
  const { process } = await sceneOf([1, 2, 3, 4]);
  const [one, other] = [process('one', [1, 2, 3]), process('other', [1, 2, 3, 4])];
  expect(await one.take(2)).toEqual([1, 2]);
  expect(await other.take(2)).toEqual([3, 4]);
  expect(one.pool.counts()).toEqual({ held: 2, busy: 0 });
  // Enough: no other process loses a lane.
  expect(await one.take(1)).toEqual([1]);
  expect(one.pool.counts()).toEqual({ held: 2, busy: 0 });
});

it('leases no more than it lacks', async () => {
  const { scene, process } = await sceneOf([1, 2, 3, 4]);
  const worker = process('worker');
  await worker.take(1);
  scene.nowMs += 200;
  expect(await worker.take(2)).toEqual([1, 2]);
  expect(worker.pool.counts().held).toBe(2);
});

it('takes no share of others’ lanes where it has enough, or there are no others', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  const refuse = () => Promise.reject(new Error('nobody is to be asked'));
  scene.store = { ...scene.store, takeHeldLanes: refuse };
  expect(await process('worker').take(9)).toEqual([1, 2]);
  scene.store = { ...scene.store, countHeldLanes: refuse };
  scene.nowMs += leaseDurationMs;
  expect(await process('heir').take(2)).toEqual([1, 2]);
});

it('does not lease again what it holds, even when its lease is over', async () => {
  const { scene, worker, lane } = await oneLane([1, 2]);
  worker.sign(lane, 11);
  scene.nowMs += leaseDurationMs;
  expect(await worker.take(1)).toEqual([2]);
});

it('leases nothing before any lane is usable, or when none is wanted', async () => {
  const { process } = await sceneOf([1]);
  const worker = process('worker', []);
  expect(await worker.take(1)).toEqual([]);
  worker.pool.setUsable([1]);
  expect(await worker.take(0)).toEqual([]);
  expect(worker.pool.counts()).toEqual({ held: 0, busy: 0 });
  expect(worker.asks).toEqual([]);
});

it('starts from the greater nonce of database and chain', async () => {
  const { scene, process } = await sceneOf([1]);
  scene.keys = [keyOf(1, 8)];
  const [lane] = await process('worker').pool.takeFree(1);
  expect(lane).toMatchObject({ nonce: 10, storedNonce: 10, newestHash: null, fencingToken: 1 });
});

it('a lane is busy from its signature until a block has the transaction', async () => {
  const { worker, lane } = await oneLane([1]);
  const { watch } = worker.sign(lane, 11);
  expect(lane).toMatchObject({ nonce: 11, newestHash: '1/11' });
  expect(worker.pool.counts()).toEqual({ held: 1, busy: 1 });
  expect([await worker.take(1), worker.notified]).toEqual([[], []]);
  watch.onIncluded?.();
  expect(worker.notified).toEqual(['free']);
  expect(worker.pool.counts()).toEqual({ held: 1, busy: 0 });
  expect(await worker.take(1)).toEqual([1]);
});

it('an older transaction neither frees a lane nor sets its nonce back', async () => {
  const { worker, lane } = await oneLane([1]);
  const older = worker.sign(lane, 11);
  worker.sign(lane, 12);
  older.watch.onIncluded?.();
  expect(worker.notified).toEqual([]);
  expect(worker.pool.counts().busy).toBe(1);
  worker.sign(lane, 9);
  expect(lane.nonce).toBe(12);
});

it('asks the database for more at most every 200 ms while it has some', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  const [worker, other] = [process('worker'), process('other')];
  await other.take(1);
  expect(await worker.take(2)).toEqual([2]);
  await other.pool.release();
  scene.nowMs += 199;
  expect(await worker.take(2)).toEqual([2]);
  scene.nowMs += 1;
  expect(await worker.take(2)).toEqual([2, 1]);
});

it('asks at once while it has none', async () => {
  const { process } = await sceneOf([1]);
  const [worker, other] = [process('worker'), process('other')];
  await other.take(1);
  expect(await worker.take(1)).toEqual([]);
  // No lane was leased: no node is asked about any.
  expect(worker.asks).toEqual(['one']);
  await other.pool.release();
  expect(await worker.take(1)).toEqual([1]);
});

it.each<[what: string, nonce: number, purpose: string, isRefused: boolean, isStuck: boolean]>([
  ['its newest transaction', 12, 'CREATE', false, true],
  ['an older one', 11, 'CREATE', true, false],
  ['a noop that is sent on', 12, 'TOMBSTONE', false, false],
  ['a noop that may never execute', 12, 'TOMBSTONE', true, true],
])('of %s, a lane is stuck or not', async (_what, nonce, purpose, isRefused, isStuck) => {
  const { worker, lane } = await oneLane([1]);
  worker.sign(lane, 12).watch.onIncluded?.();
  const { watch } = worker.sign(lane, nonce, purpose);
  watch.onIncluded?.();
  worker.notified.splice(0);
  watch.onStuck?.(isRefused);
  expect(worker.notified).toEqual(isStuck ? ['stuck 1'] : []);
  // A block had it and was reverted: the lane is no longer free.
  expect(lane.newestHash).toBe(isStuck ? '1/12' : null);
});

it('a lane that this process no longer holds gets no noop from it', async () => {
  const { worker, lane } = await oneLane([1]);
  const { watch } = worker.sign(lane, 11);
  worker.pool.forget(lane);
  watch.onStuck?.(true);
  expect(worker.notified).toEqual([]);
});

it('forgets a lane, but not one leased again since', async () => {
  const { worker, lane } = await oneLane([1]);
  worker.pool.forget({ ...lane });
  expect(await worker.take(1)).toEqual([1]);
  worker.pool.forget(lane);
  expect(worker.pool.counts().held).toBe(0);
});

it.each<[reason: string, laneNumber: number, notified: string[], rechecks: number]>([
  ['InvalidAccessKeyError', 1, ['key missing'], 0],
  ['InvalidAccessKeyError', 0, [], 1],
  ['NotEnoughBalance', 1, [], 1],
  ['InvalidNonce', 1, [], 0],
])('%s of lane %d is examined', async (reason, laneNumber, notified, rechecks) => {
  const { worker, lane } = await oneLane([1]);
  const { watch } = worker.sign({ ...lane, laneNumber }, 11);
  watch.onRejected?.(reason);
  expect([worker.notified, worker.gate.rechecks]).toEqual([notified, rechecks]);
});

it('a failed check of the service is logged', async () => {
  const { worker, lane } = await oneLane([1]);
  worker.gate.fault = new Error('no node answers');
  worker.sign(lane, 11).watch.onRejected?.('NotEnoughBalance');
  await untilNextTurn();
  expect(worker.logged).toEqual([worker.gate.fault]);
});

it('a lane that is no longer watched is left to its next holder', async () => {
  const { scene, process, worker, lane } = await oneLane([1]);
  worker.sign(lane, 11).reject(new Error('it cannot be settled here'));
  await untilNextTurn();
  expect(worker.pool.counts().held).toBe(0);
  const heir = process('heir');
  expect(await heir.take(1)).toEqual([]);
  scene.nowMs += leaseDurationMs;
  expect(await heir.take(1)).toEqual([1]);
});

it('a process that stops releases the lanes of its open transactions too', async () => {
  const { process, worker, lane } = await oneLane([1]);
  worker.sign(lane, 11).reject(new StoppedError());
  await untilNextTurn();
  await worker.pool.release();
  expect(await process('heir').take(1)).toEqual([1]);
});

it('the end of a transaction is returned to its watcher, and the lane stays', async () => {
  const { worker, lane } = await oneLane([1]);
  const settled = { hash: '1/11', status: 'SUCCEEDED', failure: null } as const;
  const watching = worker.pool.watch(lane, transactionOf(1, 11));
  worker.settling[0]?.resolve(settled);
  expect(await watching).toBe(settled);
  expect(worker.pool.counts().held).toBe(1);
});

it('settles what a lane has open, and signs nothing with it until then', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  scene.open = [transactionOf(1, 9), transactionOf(1, 10)];
  const worker = process('worker');
  expect(await worker.take(2)).toEqual([2]);
  expect(worker.settling.map(({ transaction }) => transaction.hash)).toEqual(['1/9', '1/10']);
  worker.settling[0]?.watch.onIncluded?.();
  expect(worker.notified).toEqual([]);
  worker.settling[1]?.watch.onIncluded?.();
  expect(await worker.take(2)).toEqual([1, 2]);
});

it.each([
  [new StoppedError(), 0],
  [new TypeError('broke'), 1],
])('%s of what was open is logged unless the process stops', async (error, times) => {
  const { scene, process } = await sceneOf([1]);
  scene.open = [transactionOf(1, 10)];
  const worker = process('worker');
  await worker.take(1);
  worker.settling[0]?.reject(error);
  await untilNextTurn();
  expect(worker.logged).toHaveLength(times);
});

const limited = { ...keyOf(1, 9_000_000), fullAccess: false };
it.each([
  ['is not on the account', [keyOf(2)]],
  ['is there without full access', [limited, keyOf(2)]],
])(
  'holds no lane whose key %s, and reports it; what it has open is settled',
  async (_what, keys) => {
    const { scene, process } = await sceneOf([1, 2]);
    scene.keys = keys;
    scene.open = [transactionOf(1, 10)];
    const worker = process('worker');
    expect(await worker.take(2)).toEqual([2]);
    expect(worker.notified).toEqual(['key missing']);
    expect(worker.settling.map(({ transaction }) => transaction.hash)).toEqual(['1/10']);
    expect(worker.asks).toEqual(['one', 'agreed']);
  },
);

it('a single node is not believed that a key is missing, whatever other keys it shows', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  scene.agreedKeys = scene.keys;
  scene.keys = [keyOf(2)];
  const worker = process('worker', [1]);
  expect(await worker.take(1)).toEqual([1]);
  expect(worker.notified).toEqual([]);
});

it('skips a lane of an older service key', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  await scene.store.adoptLanes([{ laneNumber: 3, publicKey: 'of an older key', nonce: 5 }]);
  scene.keys.push({ publicKey: 'of an older key', nonce: 5, fullAccess: true });
  const worker = process('worker', [1, 2, 3]);
  expect(await worker.take(3)).toEqual([1, 2]);
  expect(worker.notified).toEqual([]);
});

it('believes a single node that nothing has changed', async () => {
  const { process } = await sceneOf([1, 2]);
  const worker = process('worker');
  await worker.take(2);
  expect(worker.asks).toEqual(['one']);
});

it('asks a second node about a lane that has signed nothing yet', async () => {
  const { scene, process } = await sceneOf([1, 2], { nonce: 0 });
  scene.keys = [keyOf(1, 7_000_000), keyOf(2, 7_000_000)];
  const worker = process('worker');
  const [lane] = await worker.pool.takeFree(1);
  expect(lane).toMatchObject({ nonce: 7_000_000, storedNonce: 0 });
  expect(worker.asks).toEqual(['one', 'agreed']);
});

it('a single node suffices for it where no other answers', async () => {
  const { scene, process } = await sceneOf([1], { nonce: 0 });
  scene.keys = [keyOf(1, 7_000_000)];
  scene.agreedKeys = new ServiceError('UNCONFIRMED', '');
  const worker = process('worker');
  expect(await worker.take(1)).toEqual([1]);
  expect(worker.asks).toEqual(['one', 'agreed', 'one']);
});

it('unknown nonces stop the lanes, which are given back, once two nodes show them', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  scene.keys = [keyOf(1), keyOf(2, 11)];
  const worker = process('worker');
  await expect(worker.take(2)).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
  expect(worker.asks).toEqual(['one', 'agreed']);
  const { nowMs, store } = scene;
  expect(await store.countHeldLanes({ laneNumbers: [1, 2], nowMs })).toEqual([]);
});

it('a single node that shows unknown nonces stops nothing', async () => {
  const { scene, process } = await sceneOf([1]);
  scene.agreedKeys = scene.keys;
  scene.keys = [keyOf(1, 11)];
  expect(await process('worker').take(1)).toEqual([1]);
});

it('waits where a single node shows unknown nonces and no other answers', async () => {
  const { scene, process } = await sceneOf([1], { nonce: 0 });
  scene.keys = [keyOf(1, 11)];
  scene.agreedKeys = new ServiceError('UNCONFIRMED', '');
  await expect(process('worker').take(1)).rejects.toMatchObject({ code: 'UNCONFIRMED' });
});

it('a key that is added again is waited for, 30 s at most', async () => {
  const { scene, process, setNonce } = await sceneOf([1]);
  await setNonce(1, -10);
  const worker = process('worker');
  for (const afterMs of [0, 29_999]) {
    scene.nowMs = startMs + afterMs;
    expect(await worker.take(1)).toEqual([]);
    // It goes back meanwhile.
    expect((await scene.store.readOrphanedLanes({ nowMs: scene.nowMs })).length).toBe(0);
    expect(await scene.store.countHeldLanes({ laneNumbers: [1], nowMs: scene.nowMs })).toEqual([]);
  }
  scene.nowMs = startMs + 30_000;
  expect(await worker.take(1)).toEqual([1]);
  expect(worker.asks.slice(0, 2)).toEqual(['one', 'agreed']);
});

it('a key that was added again starts from its nonce on chain', async () => {
  const { scene, process, setNonce } = await sceneOf([1]);
  await setNonce(1, -10);
  const worker = process('worker');
  await worker.take(1);
  scene.keys = [keyOf(1, 3_000_000)];
  const [lane] = await worker.pool.takeFree(1);
  expect(lane).toMatchObject({ nonce: 3_000_000, storedNonce: 10 });
  // Missing once more, it is waited for from then on.
  await worker.pool.release();
  scene.keys = [keyOf(1)];
  scene.nowMs += 40_000;
  expect(await worker.take(1)).toEqual([]);
});

it('a lease lost while the nodes were asked is not used', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  const { store } = scene;
  const slow = { ...store, renewLanes: async () => [2] };
  scene.store = slow;
  const worker = process('worker');
  expect(await worker.take(2)).toEqual([2]);
  expect(worker.pool.counts().held).toBe(1);
});

it('keeps its leases as long as it renews them', async () => {
  const { scene, process, worker, lane } = await oneLane([1]);
  worker.sign(lane, 11);
  const heir = process('heir');
  for (let renewals = 0; renewals < 4; renewals += 1) {
    scene.nowMs += 5_999;
    await worker.pool.renew();
    expect(await heir.take(1)).toEqual([]);
  }
  scene.nowMs += leaseDurationMs;
  expect(await heir.take(1)).toEqual([1]);
  await worker.pool.renew();
  expect(worker.pool.counts().held).toBe(0);
});

it('gives a lane back that was idle for 5 s, and none that is not', async () => {
  const { scene, process } = await sceneOf([1, 2, 3]);
  const worker = process('worker');
  const [busy, used] = await worker.pool.takeFree(3);
  if (!busy || !used) throw new Error('no lanes are free');
  worker.sign(busy, 11);
  scene.nowMs += 1;
  worker.sign(used, 11).watch.onIncluded?.();
  scene.nowMs += 4_998;
  await worker.pool.renew();
  expect(worker.pool.counts().held).toBe(3);
  scene.nowMs += 1;
  await worker.pool.renew();
  expect(worker.pool.counts()).toEqual({ held: 2, busy: 1 });
  const lease = { holder: 'other', laneNumbers: [1, 2, 3], limit: 9, leaseDurationMs };
  expect(await scene.store.leaseLanes({ ...lease, nowMs: scene.nowMs })).toMatchObject([
    { laneNumber: 3 },
  ]);
});

it('signs with no lane that it is about to give back', async () => {
  const { scene, worker, lane } = await oneLane([1]);
  scene.nowMs += 5_000;
  const renewing = worker.pool.renew();
  const [taken] = await worker.pool.takeFree(1);
  await renewing;
  expect(taken?.fencingToken).toBe(lane.fencingToken + 1);
});

it('renews nothing and gives nothing back while it holds nothing', async () => {
  const { scene, process } = await sceneOf([1]);
  const refuse = () => Promise.reject(new Error('nothing is to be written'));
  scene.store = { ...scene.store, renewLanes: refuse, releaseLanes: refuse, leaseLanes: refuse };
  const { pool } = process('worker');
  await pool.renew();
  await pool.release();
  await pool.takeOverOrphans();
});

it('after a refused commit it forgets lanes that another process has', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  const worker = process('worker');
  const lanes = await worker.pool.takeFree(2);
  const [first] = lanes.map((lane) => ({ ...lane }));
  if (!first) throw new Error('no lane is free');
  await scene.store.releaseLanes({ holder: 'worker', lanes: [first] });
  await worker.pool.keepHeld(lanes);
  expect(await worker.take(2)).toEqual([2]);
});

it('and all of them when it still has all, since something else is wrong', async () => {
  const { process } = await sceneOf([1, 2]);
  const { pool } = process('worker');
  await pool.keepHeld(await pool.takeFree(2));
  expect(pool.counts().held).toBe(0);
});

it('takes over lanes with open transactions whose holder is gone, usable or not', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  scene.store = { ...scene.store, readOrphanedLanes: async () => [1, 2] };
  const worker = process('worker', []);
  await worker.pool.takeOverOrphans();
  expect(worker.pool.counts().held).toBe(2);
  await worker.pool.takeOverOrphans();
  expect(worker.pool.counts().held).toBe(2);
});

it('gives all lanes back when it stops', async () => {
  const { scene, process } = await sceneOf([1, 2]);
  const [worker, heir] = [process('worker'), process('heir')];
  await worker.take(2);
  await worker.pool.release();
  expect(worker.pool.counts()).toEqual({ held: 0, busy: 0 });
  const { nowMs, store } = scene;
  expect(await store.countHeldLanes({ laneNumbers: [1, 2], nowMs })).toEqual([]);
  expect(await heir.take(2)).toEqual([1, 2]);
});

it('the own key is taken once nothing of it is open, and is never among the free lanes', async () => {
  const { scene, process } = await sceneOf([0, 1]);
  scene.open = [transactionOf(0, 10)];
  const worker = process('worker', [1]);
  let own: HeldLane | null = null;
  const taking = worker.pool.takeOwnKey().then((lane) => {
    own = lane;
  });
  for (let turn = 0; turn < 5; turn += 1) await untilNextTurn();
  expect(own).toBe(null);
  // Once for the lane, and once for the waiting caller.
  expect(worker.settling).toHaveLength(2);
  for (const { resolve } of worker.settling) {
    resolve({ hash: '0/10', status: 'SUCCEEDED', failure: null });
  }
  await taking;
  expect(own).toMatchObject({ laneNumber: 0, nonce: 10 });
  worker.settling[0]?.watch.onIncluded?.();
  expect(await worker.take(2)).toEqual([1]);
  // Another process does not get it meanwhile.
  expect(await process('other', [1]).pool.takeOwnKey()).toBe(null);
});

it('the own key may be ahead: its operator may use it elsewhere', async () => {
  const { scene, process } = await sceneOf([0]);
  scene.keys = [keyOf(0, 99)];
  expect(await process('worker', []).pool.takeOwnKey()).toMatchObject({ nonce: 99 });
});

it('a process without lanes takes a fair share of what others hold', async () => {
  const { process } = await sceneOf([1, 2, 3, 4, 5, 6]);
  const [rich, poor, third] = [process('rich'), process('poor'), process('third')];
  await rich.take(6);
  expect(await poor.take(9)).toHaveLength(3);
  expect(await third.take(9)).toHaveLength(2);
  for (const each of [rich, poor, third]) await each.pool.renew();
  expect([rich, poor, third].map(({ pool }) => pool.counts().held)).toEqual([2, 2, 2]);
});

it('takes no more from others than it wants, and no more than its share', async () => {
  const { scene, process } = await sceneOf([1, 2, 3, 4]);
  const [rich, poor] = [process('rich'), process('poor')];
  await rich.take(4);
  expect(await poor.take(1)).toHaveLength(1);
  expect(poor.pool.counts().held).toBe(1);
  scene.nowMs += 200;
  expect(await poor.take(4)).toHaveLength(2);
  scene.nowMs += 200;
  expect(await poor.take(4)).toHaveLength(2);
});

it('a process with more than its share takes none, and keeps them until another asks', async () => {
  const { scene, process } = await sceneOf([1, 2, 3, 4, 5, 6, 7]);
  const [one, other, third] = [process('one'), process('other'), process('third')];
  await one.take(3);
  await other.take(3);
  await third.take(1);
  scene.nowMs += 200;
  expect(await one.take(9)).toHaveLength(3);
  await other.pool.renew();
  expect(other.pool.counts().held).toBe(3);
});

it('the own key does not count towards a share', async () => {
  const { process } = await sceneOf([0, 1, 2]);
  const [rich, poor] = [process('rich', [1, 2]), process('poor', [1, 2])];
  await rich.take(2);
  await poor.pool.takeOwnKey();
  expect(await poor.take(2)).toHaveLength(1);
});

it('with fewer lanes than processes each waits 5 s for its turn', async () => {
  const { scene, process } = await sceneOf([1]);
  const [worker, next] = [process('worker'), process('next')];
  await worker.take(1);
  const takes = [];
  for (let sinceMs = 0; sinceMs <= 5_000; sinceMs += 1_000) {
    scene.nowMs = startMs + sinceMs;
    await worker.pool.renew();
    takes.push(await next.take(1));
    if (sinceMs === 0) worker.sign((await worker.pool.takeFree(1))[0] as HeldLane, 11);
  }
  expect(takes).toEqual([[], [], [], [], [], [1]]);
});

it('a process that did not ask for 2 s waits again', async () => {
  const { scene, process } = await sceneOf([1]);
  const [worker, next] = [process('worker'), process('next')];
  worker.sign((await worker.pool.takeFree(1))[0] as HeldLane, 11);
  const takeAt = async (sinceMs: number) => {
    scene.nowMs = startMs + sinceMs;
    await worker.pool.renew();
    return next.take(1);
  };
  await takeAt(0);
  for (const sinceMs of [2_000, 4_001, 6_001, 8_001, 9_000]) {
    expect(await takeAt(sinceMs)).toEqual([]);
  }
  expect(await takeAt(9_001)).toEqual([1]);
});

it('a process that asks every 2 s has asked all the time', async () => {
  const { scene, process } = await sceneOf([1]);
  const [worker, next] = [process('worker'), process('next')];
  worker.sign((await worker.pool.takeFree(1))[0] as HeldLane, 11);
  const takes = [];
  for (const sinceMs of [0, 2_000, 4_000, 5_000]) {
    scene.nowMs = startMs + sinceMs;
    await worker.pool.renew();
    takes.push(await next.take(1));
  }
  expect(takes).toEqual([[], [], [], [1]]);
});

it('after its turn it takes from processes with more than their share', async () => {
  const { scene, process } = await sceneOf([1, 2, 3, 4, 5, 6, 7]);
  const [last, rich, next] = [process('last', [1]), process('rich'), process('next', [1])];
  last.sign((await last.pool.takeFree(1))[0] as HeldLane, 11);
  for (const lane of await rich.pool.takeFree(6)) rich.sign(lane, 11);
  for (let sinceMs = 0; sinceMs < 5_000; sinceMs += 1_000) {
    scene.nowMs = startMs + sinceMs;
    for (const { pool } of [last, rich]) await pool.renew();
    expect(await next.take(1)).toEqual([]);
  }
  scene.nowMs = startMs + 5_000;
  next.pool.setUsable([1, 2, 3, 4, 5, 6, 7]);
  await next.take(9);
  await last.pool.renew();
  expect(last.pool.counts().held).toBe(1);
  expect(next.pool.counts().held).toBe(2);
});
