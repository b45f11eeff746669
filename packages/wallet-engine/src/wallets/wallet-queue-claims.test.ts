import { expect, it } from 'vitest';
import { ClaimLostError, ServiceError, WalletError } from '../core/errors.ts';
import type { Claim, ClaimedWallet, ClaimTerms } from '../ports/wallet-store.ts';
import { VirtualClock } from '../testing/simulator/world/virtual-clock.ts';
import { createWalletOnChain } from './create-wallet-on-chain.ts';
import { createWalletWorker } from './process-wallet-queue.ts';

type Due = Partial<ClaimedWallet> & { userId: string };
interface Asked {
  of: 'owners' | 'stock';
  limit: number;
  only?: ClaimTerms['only'];
  claimToken: string;
  nowMs: number;
  leaseDurationMs: number;
}

const named = (count: number): Due[] =>
  Array.from({ length: count }, (_, index) => ({ userId: `user${index}` }));

/** What the ports of a worker answer, and what they were asked. */
function newScene() {
  return {
    due: [] as Due[],
    /** Wallets without an owner that are due, and how many are wanted. */
    dueStock: [] as Due[],
    stock: 0,
    openness: 'open' as 'open' | 'settling-only' | 'closed',
    canSign: true,
    mayClaim: true,
    backlog: 0,
    /** Claims that are lost by the time their wallet is complete. */
    lost: [] as string[],
    onComplete: null as Error | null,
    onEnd: null as Error | null,
    claims: [] as Asked[],
    completed: [] as string[][],
    ended: [] as string[],
    reported: [] as object[],
    errors: [] as unknown[],
    checks: 0,
    /** How long a look at the chain takes. */
    checkMs: 0,
    stopping: new AbortController(),
    /** Ends the work on a wallet: all is done on chain, or it fails so. */
    end: new Map<string, (error?: Error) => void>(),
  };
}
type Scene = ReturnType<typeof newScene>;

/** The work on a wallet lasts until the scene ends it. */
const partsOf = ({ end }: Scene) => ({
  config: { serviceAccountId: 'service.near' },
  ledger: {
    readWalletTransactions: ([userId = '']: string[]) =>
      new Promise((resolve, reject) => {
        const done = { status: 'SUCCEEDED', live: true };
        const history = [
          { ...done, walletPurpose: 'CREATE' },
          { ...done, walletPurpose: 'REWARD' },
        ];
        end.set(userId, (error) => (error ? reject(error) : resolve(history)));
      }),
    readCompletedReward: async () => ({ amount: '7', tokenContract: 'token.near' }),
  },
  vault: { verifyWalletKey() {} },
  gate: {
    service: () => ({
      deployment: { epoch: 0 },
      reward: { tokenContract: 'token.near', baseUnits: 7n, decimals: 0 },
    }),
    lossesHiddenForMs: () => 0,
  },
  chain: {
    readFinalBlock: async () => ({ height: 7 }),
    viewTokenBalance: async () => 7n,
  },
});

const storeOf = (scene: Scene, turn: () => Promise<void>) => ({
  claimWallets: async (asked: Asked) => {
    await turn();
    scene.claims.push(asked);
    const { claimToken } = asked;
    const due = asked.of === 'stock' ? scene.dueStock : scene.due;
    return due.splice(0, asked.limit).map((due) => claimedOf(due, claimToken));
  },
  claimWallet: async ({ userId, claimToken }: Claim) => {
    const [due] = scene.due.splice(
      scene.due.findIndex((each) => each.userId === userId),
      1,
    );
    return due ? claimedOf(due, claimToken) : null;
  },
  completeWallets: async ({ wallets }: { wallets: Claim[] }) => {
    await turn();
    if (scene.onComplete) throw scene.onComplete;
    scene.completed.push(wallets.map(({ userId, claimToken }) => `${userId} ${claimToken}`));
    return wallets.map(({ userId }) => userId).filter((userId) => !scene.lost.includes(userId));
  },
  failWallet: async ({ userId }: Claim) => {
    await turn();
    if (scene.onEnd) throw scene.onEnd;
    scene.ended.push(`${userId} failed`);
  },
  handBackWallets: async ({ claims }: { claims: Claim[] }) => {
    await turn();
    for (const { userId } of claims) scene.ended.push(`${userId} handed back`);
  },
  renewClaims: async ({ claims }: { claims: Claim[] }) => {
    await turn();
    for (const { userId } of claims) scene.ended.push(`${userId} renewed`);
  },
});

const claimedOf = ({ userId, ...more }: Due, claimToken: string) => ({
  ...{ userId, claimToken, accountId: `${userId}.service.near`, epoch: 0 },
  ...{ attempts: 1, takeovers: 0, isFirstClaim: true, requestedAtMs: null },
  ...more,
});

/** One lane, and claims of five wallets: at most thirteen at work. */
function sceneOf(changes: Partial<Scene> = {}) {
  const scene = { ...newScene(), ...changes };
  const clock = new VirtualClock();
  const startMs = clock.now();
  const turn = () => new Promise<void>((done) => setImmediate(done));
  let tokens = 0;
  const worker = createWalletWorker({
    config: { lanes: 1, batchSize: 5, maxAttempts: 3, stock: scene.stock } as never,
    store: storeOf(scene, turn) as never,
    gate: {
      check: async () => {
        await turn();
        scene.checks += 1;
        await clock.advance(scene.checkMs);
        return scene.openness;
      },
      report: async ({ code }: ServiceError) => {
        await turn();
        scene.ended.push(code);
      },
    } as never,
    createWallet: (wallet) => createWalletOnChain(wallet, partsOf(scene) as never),
    signer: { waiting: () => scene.backlog, waitingForOwners: () => scene.backlog },
    laneKeeper: { canSign: () => scene.canSign },
    permit: { mayClaim: () => scene.mayClaim },
    clock,
    log: {
      info() {},
      warn() {},
      error: ({ error, cause }) => void scene.errors.push(error ?? cause),
    },
    observer: {
      walletClaimed: (claim: object) => void scene.reported.push(claim),
      walletReady: (end: object) => void scene.reported.push(end),
      walletFailed: (end: object) => void scene.reported.push(end),
    } as never,
    signal: scene.stopping.signal,
    newToken: () => {
      tokens += 1;
      return `token${tokens}`;
    },
    random: () => 0,
  });
  /** All that follows at this moment. */
  const settle = async () => {
    for (let turns = 0; turns < 10; turns += 1) {
      await clock.advance(0);
      await turn();
    }
  };
  return { scene, worker, clock, startMs, settle };
}

it('claims what is due, five at a time, until there is no more', async () => {
  const { scene, worker, settle, startMs } = sceneOf({ due: named(7) });
  const processing = worker.processQueue();
  await settle();
  await processing;
  expect(worker.active()).toBe(7);
  const claim = {
    of: 'owners',
    limit: 5,
    only: undefined,
    leaseDurationMs: 6_000,
    nowMs: startMs,
  };
  expect(scene.claims).toEqual([
    { ...claim, claimToken: 'token1' },
    { ...claim, claimToken: 'token2' },
  ]);
  // Checked before each claim: the first wallet may have met an error.
  expect(scene.checks).toBe(2);
  expect(scene.reported[0]).toEqual({ kind: 'first', waitedMs: null });
});

it('claims no more than lanes can sign for', async () => {
  const { scene, worker, settle } = sceneOf({ due: named(99) });
  void worker.processQueue();
  await settle();
  // 8 for the lane and 5 of a claim: after the third claim it is over that.
  expect([worker.active(), scene.claims.length]).toEqual([15, 3]);
});

const ownerless = (count: number): Due[] =>
  Array.from({ length: count }, (_, index) => ({ userId: `stock${index}`, ownerId: null }));

it('begins wallets for the stock only while fewer than four a lane are at work', async () => {
  const { scene, worker, clock, settle } = sceneOf({
    ...{ due: named(5), dueStock: ownerless(9), stock: 9 },
  });
  void worker.processQueue();
  await settle();
  expect([worker.active(), scene.dueStock.length]).toEqual([5, 9]);
  for (const userId of ['user0', 'user1', 'user2']) scene.end.get(userId)?.();
  await settle();
  await clock.advance(40);
  await settle();
  expect([worker.active(), scene.dueStock.length]).toEqual([4, 7]);
});

it.each<[what: string, changes: Partial<Scene>]>([
  ['signatures wait for the lane', { backlog: 1 }],
  ['nobody may be taken up', { mayClaim: false }],
  ['the chain may not be used', { openness: 'closed' }],
  ['the process stops', { stopping: abortedController() }],
])('claims nothing while %s', async (_what, changes) => {
  const { scene, worker, settle } = sceneOf({ due: named(1), ...changes });
  void worker.processQueue();
  await settle();
  expect([scene.claims, worker.active()]).toEqual([[], 0]);
});

it.each<[changes: Partial<Scene>, only: ClaimTerms['only']]>([
  [{}, undefined],
  [{ openness: 'settling-only' }, 'signed'],
  [{ canSign: false }, 'signed'],
])('with %o it claims only what is %s', async (changes, only) => {
  const { scene, worker, settle } = sceneOf(changes);
  void worker.processQueue();
  await settle();
  expect(scene.claims).toMatchObject([{ only }]);
});

it('after a break for refusals one wallet is claimed, also when the break ends during a look at the chain', async () => {
  const { scene, worker, clock, settle } = sceneOf({ due: named(2) });
  void worker.processQueue();
  await settle();
  for (const userId of ['user0', 'user1']) {
    scene.end.get(userId)?.(new WalletError('REWARD_REFUSED', ''));
    await settle();
  }
  await clock.advance(9_999);
  await settle();
  scene.due = named(7);
  const before = scene.claims.length;
  scene.checkMs = 1;
  void worker.processQueue();
  await settle();
  const made = scene.claims.slice(before).map(({ only, limit }) => [only, limit]);
  expect(made).toEqual([
    [undefined, 1],
    ['untried', 5],
    ['untried', 5],
  ]);
});

it('lets a claim’s wallets ask for signatures before it claims again', async () => {
  const { scene, worker, settle } = sceneOf({ due: named(9) });
  let asks = 0;
  const { set } = scene.end;
  scene.end.set = (userId, end) => {
    asks += 1;
    scene.backlog = asks;
    return set.call(scene.end, userId, end);
  };
  void worker.processQueue();
  await settle();
  expect(scene.claims).toHaveLength(1);
});

it('wallets that arrive within 40 ms while others are worked on are claimed together', async () => {
  const { scene, worker, clock, settle } = sceneOf({ due: named(1) });
  void worker.processQueue();
  await settle();
  scene.due = [{ userId: 'ann' }];
  void worker.processQueue();
  await clock.advance(39);
  expect(scene.claims).toHaveLength(1);
  scene.due.push({ userId: 'bob' });
  await clock.advance(1);
  await settle();
  expect(scene.claims).toHaveLength(2);
  expect(worker.active()).toBe(3);
});

it('a call during another makes that one claim once more, and both wait for it', async () => {
  const { scene, worker, settle } = sceneOf();
  const first = worker.processQueue();
  expect(worker.processQueue()).toBe(first);
  await settle();
  await first;
  expect(scene.claims).toHaveLength(2);
  const next = worker.processQueue();
  expect(next).not.toBe(first);
  await settle();
  await next;
  expect(scene.claims).toHaveLength(3);
});

it('a failed run is logged, and the next one works', async () => {
  const { scene, worker, settle } = sceneOf();
  const broken = new TypeError('broken');
  const { due } = scene;
  scene.due = {
    splice: () => {
      throw broken;
    },
  } as never;
  const processing = worker.processQueue();
  await settle();
  await processing;
  expect(scene.errors).toEqual([broken]);
  scene.due = due;
  const next = worker.processQueue();
  await settle();
  await next;
  expect(scene.claims).toHaveLength(2);
});

it('reports how long a wallet was waited for, and that it is ready', async () => {
  const { scene, worker, clock, startMs, settle } = sceneOf();
  scene.due = [{ userId: 'ann', requestedAtMs: startMs - 300 }];
  void worker.processQueue();
  await settle();
  await clock.advance(100);
  scene.end.get('ann')?.();
  await settle();
  expect(scene.completed).toEqual([['ann token1']]);
  expect(scene.reported).toEqual([{ kind: 'first', waitedMs: 300 }, { tookMs: 400 }]);
  expect(worker.active()).toBe(0);
});

it.each<[kind: string, due: Partial<Due>, waitedMs: number | null]>([
  ['first', { requestedAtMs: Number.MAX_SAFE_INTEGER }, 0],
  ['takeover', { isFirstClaim: false, takeovers: 1, requestedAtMs: 1 }, null],
  ['again', { isFirstClaim: false, requestedAtMs: 1 }, null],
])('reports a claim that is the %s', async (kind, due, waitedMs) => {
  const { scene, worker, settle } = sceneOf({ due: [{ userId: 'ann', ...due }] });
  void worker.processQueue();
  await settle();
  expect(scene.reported).toEqual([{ kind, waitedMs }]);
});

it('reports nothing for a wallet whose claim was lost before it was complete', async () => {
  const { scene, worker, settle } = sceneOf({ due: [{ userId: 'ann' }], lost: ['ann'] });
  void worker.processQueue();
  await settle();
  scene.end.get('ann')?.();
  await settle();
  expect(scene.completed).toEqual([['ann token1']]);
  expect(scene.reported).toHaveLength(1);
  expect([scene.ended, scene.errors]).toEqual([[], []]);
});

it('an older claim of a wallet completes nothing for the newer one', async () => {
  const { scene, worker, clock, settle } = sceneOf({ due: [{ userId: 'ann' }, { userId: 'bob' }] });
  void worker.processQueue();
  await settle();
  const endOlder = scene.end.get('ann');
  // Its lease ran out unnoticed, and this same process has claimed it again.
  scene.due = [{ userId: 'ann', isFirstClaim: false }];
  void worker.processQueue();
  await settle();
  await clock.advance(40);
  await settle();
  endOlder?.();
  scene.end.get('bob')?.();
  await settle();
  expect(scene.completed).toEqual([['bob token1']]);
  expect(worker.active()).toBe(1);
  scene.end.get('ann')?.();
  await settle();
  expect(scene.completed.at(-1)).toEqual(['ann token2']);
  expect(worker.active()).toBe(0);
});

it('claims more when the work on a wallet has ended', async () => {
  const { scene, worker, settle } = sceneOf({ due: [{ userId: 'ann' }] });
  void worker.processQueue();
  await settle();
  scene.due = [{ userId: 'bob' }];
  scene.end.get('ann')?.();
  await settle();
  expect([...scene.end.keys()]).toEqual(['ann', 'bob']);
});

it.each([
  ['another has the claim', new ClaimLostError(), 0],
  ['the database is gone', new TypeError('gone'), 1],
])('a failure that cannot be written is left to the next holder: %s', async (...scenes) => {
  const [, onEnd, times] = scenes;
  const { scene, worker, settle } = sceneOf({ due: [{ userId: 'ann' }], onEnd });
  void worker.processQueue();
  await settle();
  scene.end.get('ann')?.(new TypeError('why it fails'));
  await settle();
  expect(scene.errors.filter((error) => error === onEnd)).toHaveLength(times);
  expect(scene.reported).toHaveLength(1);
  expect(worker.active()).toBe(0);
});

it('a wallet that cannot be completed now is reported as its own failure', async () => {
  const onComplete = new ServiceError('DATABASE_BUSY', '');
  const { scene, worker, settle } = sceneOf({ due: [{ userId: 'ann' }], onComplete });
  void worker.processQueue();
  await settle();
  scene.end.get('ann')?.();
  await settle();
  expect(scene.ended).toEqual(['DATABASE_BUSY', 'ann handed back']);
});

it('works on a wallet until its end is stored', async () => {
  const { scene, worker, settle } = sceneOf({ due: named(2) });
  void worker.processQueue();
  await settle();
  let written: string[] | null = null;
  const settled = worker.settled().then(() => {
    written = [...scene.ended];
  });
  scene.end.get('user0')?.(new ServiceError('NODE_UNREACHABLE', ''));
  await settle();
  expect(written).toBe(null);
  scene.end.get('user1')?.(new TypeError('why it fails'));
  await settled;
  expect(written).toEqual(['NODE_UNREACHABLE', 'user0 handed back', 'user1 failed']);
});

it('renews and hands back before it resolves', async () => {
  const { scene, worker, settle } = sceneOf({ due: named(1) });
  void worker.processQueue();
  await settle();
  await worker.renewClaims();
  expect(scene.ended).toEqual(['user0 renewed']);
  await worker.handBack();
  expect(scene.ended).toEqual(['user0 renewed', 'user0 handed back']);
});

it('a named wallet that is worked on is not claimed again', async () => {
  const { scene, worker } = sceneOf({ due: [{ userId: 'ann' }] });
  expect(await worker.processWallet('ann')).toBe(true);
  scene.due = [{ userId: 'ann' }];
  scene.openness = 'closed';
  expect(await worker.processWallet('ann')).toBe(true);
  expect(scene.due).toHaveLength(1);
});

function abortedController(): AbortController {
  const controller = new AbortController();
  controller.abort();
  return controller;
}
