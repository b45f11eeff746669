import { expect, it } from 'vitest';
import { ServiceError } from '../core/errors.ts';
import { createLaneKeeper } from './keep-lanes.ts';
import { LaneEvents } from './lane-events.ts';

/** A keeper of two lanes over an account with these lanes' keys. */
function sceneOf({ onAccount = [1, 2], openness = 'open' } = {}) {
  const scene = {
    nowMs: 1_000_000,
    openness,
    onAccount,
    /** What the account says to new keys; null: another process has its own key. */
    added: null as { status: string; failure: string | null } | null,
    failure: null as Error | null,
    reads: 0,
    usable: [] as number[][],
    readyTimes: 0,
    reported: [] as unknown[],
    signedKeys: 0,
    stopping: new AbortController(),
    /** Called when the account's keys are read, and when its own key is taken. */
    onRead: (): void => undefined,
    onOwnKey: (): void => undefined,
  };
  const keyOf = (laneNumber: number) => `lane-${laneNumber}`;
  const events = new LaneEvents();
  events.listen({
    onUsable: () => {
      scene.readyTimes += 1;
    },
  });
  const keeper = createLaneKeeper({
    wanted: 2,
    signing: {
      events,
      pool: {
        setUsable: (laneNumbers: number[]) => void scene.usable.push(laneNumbers),
        takeOwnKey: async () => {
          scene.onOwnKey();
          return scene.added ? { laneNumber: 0 } : null;
        },
      } as never,
      signer: {
        signLaneKeys: async () => {
          scene.signedKeys += 1;
          return scene.added;
        },
      } as never,
    },
    lanes: {
      addOwnKey: async () => {},
      readLanes: async () =>
        [1, 2].map((laneNumber) => ({ laneNumber, publicKey: keyOf(laneNumber), nonce: 7 })),
    } as never,
    chain: {
      viewAccessKeys: async () => {
        scene.reads += 1;
        scene.onRead();
        if (scene.failure) throw scene.failure;
        return scene.onAccount.map((laneNumber) => ({
          publicKey: keyOf(laneNumber),
          nonce: 7,
          fullAccess: true,
        }));
      },
    } as never,
    vault: {
      lanePublicKey: ({ laneNumber }: { laneNumber: number }) => keyOf(laneNumber),
    } as never,
    gate: {
      check: async () => scene.openness,
      service: () => ({ deployment: { deploymentId: 'one', serviceAccountId: 'service.near' } }),
    } as never,
    clock: { now: () => scene.nowMs, sleep: async () => undefined },
    log: { info() {}, warn() {}, error() {} },
    reportError: async (error) => void scene.reported.push(error) as undefined,
    signal: scene.stopping.signal,
  });
  return { scene, keeper, events };
}

it('lanes whose keys are there can be signed with, and are compared once', async () => {
  const { scene, keeper } = sceneOf();
  expect(keeper.canSign()).toBe(false);
  await Promise.all([keeper.ensureReady(), keeper.ensureReady()]);
  await keeper.ensureReady();
  expect(keeper.canSign()).toBe(true);
  expect(scene).toMatchObject({ reads: 1, usable: [[1, 2]], readyTimes: 1, reported: [] });
});

it('a missing key makes the lanes be compared again', async () => {
  const { scene, keeper, events } = sceneOf();
  await keeper.ensureReady();
  events.keyMissing();
  await keeper.ensureReady();
  expect(scene).toMatchObject({
    reads: 2,
    usable: [
      [1, 2],
      [1, 2],
    ],
    readyTimes: 1,
  });
});

it('nothing is compared while the gate is not open, and it stays due', async () => {
  const { scene, keeper } = sceneOf({ openness: 'settling-only' });
  await keeper.ensureReady();
  expect([scene.reads, keeper.canSign()]).toEqual([0, false]);
  scene.openness = 'open';
  await keeper.ensureReady();
  expect(keeper.canSign()).toBe(true);
});

it('with fewer lanes than wanted it signs, and compares again', async () => {
  const { scene, keeper } = sceneOf({ onAccount: [1] });
  await keeper.ensureReady();
  expect([scene.usable, keeper.canSign(), scene.readyTimes]).toEqual([[[1]], true, 1]);
  scene.onAccount = [1, 2];
  await keeper.ensureReady();
  expect([scene.usable.at(-1), scene.readyTimes]).toEqual([[1, 2], 2]);
});

it('an error is reported, and the next call tries again at once', async () => {
  const { scene, keeper } = sceneOf();
  scene.failure = new ServiceError('NODE_UNREACHABLE', '');
  await keeper.ensureReady();
  expect(scene.reported).toEqual([scene.failure]);
  scene.failure = null;
  await keeper.ensureReady();
  expect(keeper.canSign()).toBe(true);
});

it('after the account has rejected the keys nothing is tried for a minute', async () => {
  const { scene, keeper } = sceneOf({ onAccount: [1] });
  scene.added = { status: 'FAILED', failure: 'no' };
  await keeper.ensureReady();
  expect(scene.reported).toMatchObject([{ code: 'LANES_REFUSED' }]);
  const { reads } = scene;
  scene.nowMs += 59_999;
  await keeper.ensureReady();
  expect(scene.reads).toBe(reads);
  scene.nowMs += 1;
  await keeper.ensureReady();
  expect(scene.reads).toBeGreaterThan(reads);
});

it('after a stop nothing is compared', async () => {
  const { scene, keeper } = sceneOf();
  scene.stopping.abort();
  await keeper.ensureReady();
  expect([scene.reads, keeper.canSign()]).toEqual([0, false]);
});

it('a stop while keys are compared: the own key of the account is not taken', async () => {
  const { scene, keeper } = sceneOf({ onAccount: [1] });
  let taken = 0;
  scene.onRead = () => scene.stopping.abort();
  scene.onOwnKey = () => {
    taken += 1;
  };
  await keeper.ensureReady();
  expect([taken, scene.signedKeys]).toEqual([0, 0]);
});

it('a stop while the own key is taken: no keys are signed', async () => {
  const { scene, keeper } = sceneOf({ onAccount: [1] });
  scene.added = { status: 'SUCCEEDED', failure: null };
  scene.onOwnKey = () => scene.stopping.abort();
  await keeper.ensureReady();
  expect(scene.signedKeys).toBe(0);
});

it('a call after a stop returns when the work that was begun before has ended', async () => {
  const { scene, keeper } = sceneOf();
  const begun = keeper.ensureReady();
  scene.stopping.abort();
  let isOver = false;
  void begun.then(() => {
    isOver = true;
  });
  await keeper.ensureReady();
  expect(isOver).toBe(true);
});
