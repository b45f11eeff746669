import { expect, it } from 'vitest';
import { ServiceError } from '../core/errors.ts';
import { ensureLanes } from './add-lanes.ts';

interface Key {
  publicKey: string;
  nonce: number;
  fullAccess: boolean;
}
type Keys = Key[] | Error;
interface Lane extends Key {
  laneNumber: number;
  isAddedAgain: boolean;
}

const key = (laneNumber: number, nonce = 1_000_000): Key => ({
  publicKey: `key ${laneNumber}`,
  nonce,
  fullAccess: true,
});
const limited = (laneNumber: number): Key => ({ ...key(laneNumber, 9_000_000), fullAccess: false });
const lane = (laneNumber: number, more: Partial<Lane> = {}): Lane => ({
  laneNumber,
  ...key(laneNumber),
  isAddedAgain: false,
  ...more,
});

/** What one node shows, and two; by default both show `keys`. */
function sceneOf({
  stored = [],
  keys = [],
  agreed,
  wanted = 2,
  ownKey = true,
  signed = [],
  onOwnKey,
}: {
  stored?: Lane[];
  keys?: Key[];
  agreed?: Keys;
  wanted?: number;
  ownKey?: boolean;
  /** In order; SUCCEEDED, the keys being there then, when none is left. */
  signed?: string[];
  onOwnKey?: (scene: { stored: Lane[]; keys: Key[] }) => void;
}) {
  const added: number[][] = [];
  const asked: boolean[] = [];
  const own: object[] = [];
  const scene = { stored: [...stored], keys: [...keys] };
  const ensure = () =>
    ensureLanes({
      wanted,
      service: { deployment: { deploymentId: 'one', serviceAccountId: 'service.near' } } as never,
      lanes: {
        addOwnKey: async (ofOwn: object) => void own.push(ofOwn),
        readLanes: async () => [lane(0, { nonce: 5 }), ...scene.stored],
      } as never,
      chain: {
        viewAccessKeys: async (view: { agreed?: boolean }) => {
          asked.push(view.agreed === true);
          const shown = view.agreed ? (agreed ?? scene.keys) : scene.keys;
          if (shown instanceof Error) throw shown;
          return shown;
        },
      } as never,
      vault: {
        lanePublicKey: ({ laneNumber }: { laneNumber: number }) => `key ${laneNumber}`,
      } as never,
      pool: {
        takeOwnKey: async () => {
          onOwnKey?.(scene);
          return ownKey ? { laneNumber: 0 } : null;
        },
      } as never,
      signer: {
        signLaneKeys: async (_own: object, lanes: { laneNumber: number }[]) => {
          added.push(lanes.map(({ laneNumber }) => laneNumber));
          const status = signed.shift() ?? 'SUCCEEDED';
          if (status === 'SUCCEEDED') {
            for (const { laneNumber } of lanes) {
              scene.keys.push(key(laneNumber));
              if (!scene.stored.some((each) => each.laneNumber === laneNumber)) {
                scene.stored.push(lane(laneNumber));
              }
            }
          }
          return { status, failure: 'said the chain' };
        },
      } as never,
      signal: new AbortController().signal,
    });
  return { ensure, added, asked, own };
}

const unconfirmed = () => new ServiceError('UNCONFIRMED', '');
const both = [lane(1), lane(2)];
const otherKey = { publicKey: 'of an older service key' };

it.each<[what: string, scene: Parameters<typeof sceneOf>[0], present: number[], added: number[][]]>(
  [
    ['are all there', { stored: both, keys: [key(1), key(2)] }, [1, 2], []],
    ['are more than wanted', { stored: both, keys: [key(1), key(2)], wanted: 1 }, [1, 2], []],
    ['are none yet', {}, [1, 2], [[1, 2]]],
    [
      'are limited by the word of one node, which two deny',
      { stored: both, keys: [limited(1), limited(2)], agreed: [key(1), key(2)] },
      [1, 2],
      [],
    ],
    [
      'are limited by the word of one node alone',
      { stored: both, keys: [limited(1), key(2)], agreed: unconfirmed() },
      [2],
      [],
    ],
    ['are too few', { stored: [lane(1)], keys: [key(1)] }, [1, 2], [[2]]],
    ['have lost a key', { stored: both, keys: [key(2)] }, [1, 2], [[1]]],
    [
      'have lost a key that is not wanted any more',
      { stored: both, keys: [key(2)], wanted: 1 },
      [2],
      [],
    ],
    [
      'have lost one key of two, and one is wanted more',
      { stored: both, keys: [key(2)], wanted: 3 },
      [2, 1, 3].toSorted(),
      [[1, 3]],
    ],
    [
      'are of an older service key',
      { stored: [lane(1, otherKey)], keys: [], wanted: 1 },
      [2],
      [[2]],
    ],
    ['are being added by another', { stored: [lane(1)], keys: [key(1)], ownKey: false }, [1], []],
    [
      'have been added meanwhile',
      {
        onOwnKey: (scene) => {
          scene.stored = both;
          scene.keys = [key(1), key(2)];
        },
      },
      [1, 2],
      [],
    ],
    [
      'are added at the second go',
      { signed: ['DEAD'] },
      [1, 2],
      [
        [1, 2],
        [1, 2],
      ],
    ],
    [
      'are not added, as often as wanted',
      { signed: ['DEAD', 'DEAD', 'DEAD'] },
      [],
      [
        [1, 2],
        [1, 2],
      ],
    ],
    [
      'are missing by one node’s word alone',
      { stored: both, keys: [key(1)], agreed: unconfirmed() },
      [1],
      [],
    ],
    [
      'are missing by one node’s word, which two deny',
      { stored: both, keys: [key(1)], agreed: [key(1), key(2)] },
      [1, 2],
      [],
    ],
    [
      'have lost the full access of a key',
      { stored: both, keys: [limited(1), key(2)] },
      [2, 3],
      [[3]],
    ],
    [
      'have lost the full access of all keys',
      { stored: both, keys: [limited(1), limited(2)] },
      [3, 4],
      [[3, 4]],
    ],
    [
      'are ahead by one node’s word, which two deny',
      { stored: both, keys: [key(1, 1_000_001), key(2)], agreed: [key(1), key(2)] },
      [1, 2],
      [],
    ],
    [
      'are new on chain and never used',
      { stored: [lane(1, { nonce: 0 }), lane(2)], keys: [key(1, 7_000_000), key(2)] },
      [1, 2],
      [],
    ],
    [
      'are added again and start anew',
      {
        stored: [lane(1, { isAddedAgain: true }), lane(2)],
        keys: [key(1, 7_000_000), key(2)],
      },
      [1, 2],
      [],
    ],
  ],
)('lanes that %s', async (_what, scene, present, added) => {
  const { ensure, added: madeOf, own } = sceneOf(scene);
  expect(await ensure()).toEqual(present);
  expect(madeOf).toEqual(added);
  expect(own).toEqual([{ publicKey: 'key 0' }]);
});

it('a single node suffices where nothing is missing', async () => {
  const { ensure, asked } = sceneOf({ stored: both, keys: [key(1), key(2)] });
  await ensure();
  expect(asked).toEqual([false]);
});

const ahead = [key(1, 1_000_001), key(2, 1_000_001)];
it.each<[what: string, scene: Parameters<typeof sceneOf>[0], reported: object]>([
  [
    'a nonce above ours',
    { stored: both, keys: ahead },
    {
      code: 'DATABASE_BEHIND_CHAIN',
      message: 'the access key of lane 1 has nonce 1000001 on chain, but 1000000 in the database',
    },
  ],
  [
    'a nonce above ours and a lane unknown here',
    { stored: both, keys: [...ahead, key(3)] },
    { message: 'the access key of lane 1 has nonce 1000001 on chain, but 1000000 in the database' },
  ],
  [
    'lanes unknown here',
    { stored: both, keys: [key(1), key(2), key(3), key(4)] },
    {
      code: 'DATABASE_BEHIND_CHAIN',
      message: 'the access key of lane 3 is on the account, but not in the database',
    },
  ],
  [
    'a lane unknown here, as far ahead as may be',
    { stored: both, keys: [key(1), key(2), key(4)] },
    { message: 'the access key of lane 4 is on the account, but not in the database' },
  ],
  [
    'a nonce above ours, by one node alone',
    { stored: both, keys: ahead, agreed: unconfirmed() },
    { code: 'UNCONFIRMED' },
  ],
  [
    'a missing key, and two nodes disagree',
    { stored: both, keys: [key(1)], agreed: new ServiceError('NODES_DISAGREE', '') },
    { code: 'NODES_DISAGREE' },
  ],
  [
    'a missing key, and two nodes show a nonce above ours',
    { stored: both, keys: [key(1)], agreed: ahead },
    { code: 'DATABASE_BEHIND_CHAIN' },
  ],
  [
    'that it takes no keys',
    { signed: ['FAILED'] },
    {
      code: 'LANES_REFUSED',
      message: 'the access keys (lanes) could not be added to the service account: said the chain',
    },
  ],
])('stops where the chain shows %s', async (_what, scene, reported) => {
  await expect(sceneOf(scene).ensure()).rejects.toMatchObject(reported);
});

it('is not stopped by a failure when another process has added the keys', async () => {
  const keys: Key[] = [];
  const scene = sceneOf({ stored: both, keys: [key(1)], signed: ['FAILED'], agreed: keys });
  keys.push(key(1));
  const ensured = scene.ensure();
  // Seen by the two nodes from the second asking on.
  scene.added.push = (...made) => {
    keys.push(key(2));
    return Array.prototype.push.apply(scene.added, made);
  };
  expect(await ensured).toEqual([1, 2]);
});

it('an unknown lane beyond the wanted number is not searched for', async () => {
  const { ensure } = sceneOf({ stored: both, keys: [key(1), key(2), key(5)] });
  expect(await ensure()).toEqual([1, 2]);
});
