import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '../../adapters/sql/sql-database.ts';
import type { LaneStore } from '../../ports/lane-store.ts';
import { addLane, addTransaction, readTables } from './table-fixtures.ts';

export interface LaneStoreUnderTest {
  name: string;
  create: () => Promise<{ lanes: LaneStore; database: SqlDatabase }>;
}

const nowMs = 1_000_000;
const leaseDurationMs = 6_000;
const expiredMs = nowMs + leaseDurationMs;

/** The contract of {@link LaneStore}, for any adapter over the tables of `drizzle/`. */
export function describeLaneStore({ name, create }: LaneStoreUnderTest): void {
  describe(`a lane store over ${name}`, () => {
    let lanes: LaneStore;
    let database: SqlDatabase;
    beforeEach(async () => {
      ({ lanes, database } = await create());
    });
    const addLanes = async (...numbers: number[]) => {
      for (const laneNumber of numbers) await addLane(database, { laneNumber });
    };
    const lease = (holder: string, laneNumbers: number[], { limit = 10, atMs = nowMs } = {}) =>
      lanes.leaseLanes({ holder, laneNumbers, limit, nowMs: atMs, leaseDurationMs });
    const numbers = (leased: { laneNumber: number }[]) =>
      leased.map(({ laneNumber }) => laneNumber).sort();

    it('lists every lane by number, held or not', async () => {
      expect(await lanes.readLanes()).toEqual([]);
      await addLanes(2, 10, 1);
      await lease('worker', [10]);
      expect(await lanes.readLanes()).toEqual(
        [1, 2, 10].map((laneNumber) => ({
          laneNumber,
          publicKey: `ed25519:lane-${laneNumber}`,
          nonce: 0,
          isAddedAgain: false,
        })),
      );
    });

    it('marks a lane whose key is being added again', async () => {
      await addLanes(1, 2);
      await database.write([
        { sql: 'UPDATE "ServiceKeyLane" SET "nonce" = -7 WHERE "laneNumber" = 2', params: {} },
      ]);
      const facts = { laneNumber: 2, nonce: 7, isAddedAgain: true };
      expect((await lanes.readLanes())[1]).toMatchObject(facts);
      expect((await lease('a', [2]))[0]).toMatchObject(facts);
      expect((await lease('a', [1]))[0]).toMatchObject({ nonce: 0, isAddedAgain: false });
    });

    it("keeps the own key's nonce and resets it for a different key", async () => {
      await lanes.addOwnKey({ publicKey: 'own' });
      await database.write([{ sql: 'UPDATE "ServiceKeyLane" SET "nonce" = 7', params: {} }]);
      await lanes.addOwnKey({ publicKey: 'own' });
      expect(await lanes.readLanes()).toEqual([
        { laneNumber: 0, publicKey: 'own', nonce: 7, isAddedAgain: false },
      ]);
      await lanes.addOwnKey({ publicKey: 'new' });
      expect(await lanes.readLanes()).toEqual([
        { laneNumber: 0, publicKey: 'new', nonce: 0, isAddedAgain: false },
      ]);
    });

    it('takes the own lane from its holder when the own key changes', async () => {
      await lanes.addOwnKey({ publicKey: 'own' });
      const [held] = await lease('a', [0]);
      await lanes.addOwnKey({ publicKey: 'own' });
      expect(await lease('b', [0])).toEqual([]);
      await lanes.addOwnKey({ publicKey: 'new' });
      const [taken] = await lease('b', [0]);
      expect(taken?.fencingToken).toBeGreaterThan(held?.fencingToken ?? 0);
    });

    it('adopts lanes, and keeps the higher nonce for a key it has', async () => {
      const adopt = (...found: [laneNumber: number, nonce: number, publicKey?: string][]) =>
        lanes.adoptLanes(
          found.map(([laneNumber, nonce, publicKey = `ed25519:lane-${laneNumber}`]) => ({
            laneNumber,
            nonce,
            publicKey,
          })),
        );
      const nonces = async () =>
        (await lanes.readLanes()).map(({ nonce, isAddedAgain }) => [nonce, isAddedAgain]);
      await adopt([1, 5], [2, 5], [3, 5]);
      expect(numbers(await lanes.readLanes())).toEqual([1, 2, 3]);
      await adopt([1, 4], [2, 6], [3, 9, 'ed25519:another']);
      expect(await nonces()).toEqual([5, 6, 5].map((nonce) => [nonce, false]));
      await database.write([{ sql: 'UPDATE "ServiceKeyLane" SET "nonce" = -7', params: {} }]);
      await adopt([1, 6], [2, 8]);
      expect(await nonces()).toEqual([
        [7, false],
        [8, false],
        [7, true],
      ]);
      // An adopted lane is free; adopting it again does not take it from its holder.
      const [held] = await lease('a', [1]);
      await adopt([1, 9]);
      expect(await lease('b', [1])).toEqual([]);
      const renewal = { holder: 'a', lanes: held ? [held] : [], nowMs, leaseDurationMs };
      expect(await lanes.renewLanes(renewal)).toEqual([1]);
    });

    it('accepts a renewal only from the holder, even if another process knows the token', async () => {
      await addLanes(1);
      const held = await lease('a', [1]);
      const before = await readTables(database);
      const renewal = { nowMs: nowMs + 1, leaseDurationMs };
      expect(await lanes.renewLanes({ holder: 'b', lanes: held, ...renewal })).toEqual([]);
      await lanes.releaseLanes({ holder: 'b', lanes: held });
      expect(await readTables(database)).toEqual(before);
    });

    it('takes only the named lanes of others, the highest of each holder first', async () => {
      await addLanes(1, 2, 3, 4);
      await lease('rich', [1, 2, 3]);
      await lease('taker', [4]);
      const take = (laneNumbers: number[], limit: number) =>
        lanes.takeHeldLanes({
          ...{ holder: 'taker', laneNumbers, limit, leaveEach: 0 },
          ...{ nowMs: nowMs + 1, leaseDurationMs },
        });
      expect(numbers(await take([1, 4], 9))).toEqual([1]);
      expect(numbers(await take([1, 2, 3], 1))).toEqual([3]);
      // For as long as a lease is.
      expect(await lease('late', [3], { atMs: expiredMs })).toEqual([]);
      expect(numbers(await lease('late', [3], { atMs: expiredMs + 1 }))).toEqual([3]);
    });

    it('reports no far lease of an unheld lane, or one that ends exactly at the limit', async () => {
      await addLanes(1, 2);
      await lease('far', [1, 2], { atMs: nowMs + 1 });
      await database.write([
        { sql: 'UPDATE "ServiceKeyLane" SET "holder" = NULL WHERE "laneNumber" = 1', params: {} },
      ]);
      const far = (beyondMs: number) => lanes.readFarLeases({ beyondMs });
      expect(numbers(await far(expiredMs))).toEqual([2]);
      expect(await far(expiredMs + 1)).toEqual([]);
    });

    it('leases only lanes that are named and free, up to the limit', async () => {
      await addLanes(1, 2, 3, 4);
      expect(numbers(await lease('a', [2, 3, 4, 9], { limit: 2 }))).toEqual([2, 3]);
      expect(numbers(await lease('b', [1, 2, 3], { limit: 5 }))).toEqual([1]);
      expect(await lease('c', [1, 2, 3])).toEqual([]);
      expect(await lease('c', [])).toEqual([]);
      expect(await lease('c', [4], { limit: 0 })).toEqual([]);
    });

    it('gives each lane to one holder under concurrent requests', async () => {
      await addLanes(1, 2, 3, 4, 5, 6);
      const shares = await Promise.all(
        ['a', 'b', 'c', 'd'].map((holder) => lease(holder, [1, 2, 3, 4, 5, 6], { limit: 2 })),
      );
      expect(numbers(shares.flat())).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('takes over an expired lease under a higher fencing token, never before', async () => {
      await addLanes(1);
      const [first] = await lease('dead', [1]);
      expect(await lease('heir', [1], { atMs: expiredMs - 1 })).toEqual([]);
      const [second] = await lease('heir', [1], { atMs: expiredMs });
      if (!first || !second) throw new Error('no lane was leased');
      expect(second.fencingToken).toBeGreaterThan(first.fencingToken);

      const before = await readTables(database);
      const renewal = { nowMs: expiredMs, leaseDurationMs };
      expect(await lanes.renewLanes({ holder: 'dead', lanes: [first], ...renewal })).toEqual([]);
      expect(await lanes.renewLanes({ holder: 'heir', lanes: [first], ...renewal })).toEqual([]);
      await lanes.releaseLanes({ holder: 'dead', lanes: [first] });
      await lanes.releaseLanes({ holder: 'heir', lanes: [first] });
      expect(await readTables(database)).toEqual(before);
    });

    it('renews the lanes still held and returns them', async () => {
      await addLanes(1, 2);
      const held = await lease('worker', [1, 2]);
      const renewed = await lanes.renewLanes({
        holder: 'worker',
        lanes: held.map((lane) => (lane.laneNumber === 2 ? { ...lane, fencingToken: 99 } : lane)),
        nowMs: nowMs + 4_000,
        leaseDurationMs,
      });
      expect(renewed).toEqual([1]);
      expect(numbers(await lease('other', [1, 2], { atMs: expiredMs }))).toEqual([2]);
      expect(numbers(await lease('other', [1], { atMs: expiredMs + 4_000 }))).toEqual([1]);
    });

    it('frees released lanes at once, under a new token for the next holder', async () => {
      await addLanes(1);
      const [first] = await lease('a', [1]);
      if (!first) throw new Error('no lane was leased');
      await lanes.releaseLanes({ holder: 'a', lanes: [first] });
      const [second] = await lease('b', [1]);
      expect(second?.fencingToken).toBeGreaterThan(first.fencingToken);
      await lanes.releaseLanes({ holder: 'a', lanes: [first] });
      expect(await lease('c', [1])).toEqual([]);
    });

    it('counts how many of the named lanes each process holds', async () => {
      await addLanes(1, 2, 3, 4, 5);
      await lease('b', [1, 2]);
      await lease('a', [3, 5]);
      const count = (laneNumbers: number[], atMs = nowMs) =>
        lanes.countHeldLanes({ laneNumbers, nowMs: atMs });
      expect(await count([1, 2, 3, 4])).toEqual([
        { holder: 'a', lanes: 1 },
        { holder: 'b', lanes: 2 },
      ]);
      expect(await count([4])).toEqual([]);
      expect(await count([1, 2, 3, 4, 5], expiredMs)).toEqual([]);
    });

    it('takes lanes from the largest holders, leaves each its share, and fences them off', async () => {
      await addLanes(1, 2, 3, 4, 5, 6, 7);
      const before = await lease('rich', [1, 2, 3, 4]);
      await lease('poor', [5]);
      await lease('taker', [6]);
      const all = [1, 2, 3, 4, 5, 6, 7];
      const take = (limit: number, leaveEach: number, atMs = nowMs) =>
        lanes.takeHeldLanes({
          holder: 'taker',
          laneNumbers: all,
          limit,
          leaveEach,
          nowMs: atMs,
          leaseDurationMs,
        });
      expect(await take(5, 4)).toEqual([]);
      const [taken, ...others] = await take(5, 3);
      expect(others).toEqual([]);
      const lost = before.find(({ laneNumber }) => laneNumber === taken?.laneNumber);
      expect(taken?.fencingToken).toBeGreaterThan(lost?.fencingToken ?? Number.NaN);
      const renewal = { holder: 'rich', lanes: before, nowMs, leaseDurationMs };
      expect(await lanes.renewLanes(renewal)).toHaveLength(3);
      expect(await take(1, 1)).toHaveLength(1);
      expect(await take(9, 1)).toHaveLength(1);
      expect(await take(9, 1)).toEqual([]);
      expect(await take(1, 0)).toHaveLength(1);
      // An unheld lane is leased, not taken; so is one with an expired lease.
      expect(await take(9, 0, expiredMs)).toEqual([]);
      expect(numbers(await lease('late', all, { atMs: expiredMs }))).toEqual(all);
    });

    it('reports and ends leases set by a clock far ahead, unless they change meanwhile', async () => {
      await addLanes(1, 2, 3);
      await lease('far', [1, 2], { atMs: nowMs + 3_600_000 });
      await lease('near', [3]);
      const far = await lanes.readFarLeases({ beyondMs: expiredMs });
      expect(far.map(({ laneNumber }) => laneNumber)).toEqual([1, 2]);
      await lanes.renewLanes({
        holder: 'far',
        lanes: far.slice(1),
        nowMs: nowMs + 3_602_000,
        leaseDurationMs,
      });
      await lanes.endFarLeases({ leases: far, nowMs });
      expect(numbers(await lease('next', [1, 2, 3]))).toEqual([1]);
    });

    it('finds unheld lanes with open transactions', async () => {
      await addLanes(1, 2, 3);
      await lease('worker', [1]);
      const signed = { SIGNED: 1, SENT: 2, SUCCEEDED: 3 } as const;
      for (const [status, laneNumber] of Object.entries(signed)) {
        const hash = await addTransaction(database, {
          userId: 'ann',
          purpose: status === 'SENT' ? 'CREATE' : 'REWARD',
          status: 'DEAD',
          nonce: laneNumber,
        });
        await database.write([
          {
            sql: `UPDATE "ChainTransaction" SET "status" = :status, "publicKey" = :publicKey
              WHERE "hash" = :hash`,
            params: { hash, status, publicKey: `ed25519:lane-${laneNumber}` },
          },
        ]);
      }
      expect(await lanes.readOrphanedLanes({ nowMs })).toEqual([2]);
      expect((await lanes.readOrphanedLanes({ nowMs: expiredMs })).sort()).toEqual([1, 2]);
    });
  });
}
