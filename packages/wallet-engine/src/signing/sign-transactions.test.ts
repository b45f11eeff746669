import { isDeepStrictEqual } from 'node:util';
import { expect, it, vi } from 'vitest';
import { ClaimLostError, ServiceError, StoppedError } from '../core/errors.ts';
import type { SigningPlan } from '../ports/key-vault.ts';
import {
  CommitRefusedError,
  type NewTransaction,
  type StoredTransaction,
} from '../ports/transaction-ledger.ts';
import type { Claim } from '../ports/wallet-store.ts';
import { transactionOf } from '../service/transaction-plan.ts';
import type { HeldLane } from './held-lane.ts';
import { createTransactionSigner } from './sign-transactions.ts';

const micro = 10n ** 18n;
type Refusal = CommitRefusedError['refusal'];

const laneOf = (laneNumber: number) =>
  ({ laneNumber, nonce: 10, storedNonce: 9, fencingToken: 3, newestHash: null }) as HeldLane;

const untilNextTurn = () => new Promise((done) => setImmediate(done));

/** What the ports of a signer are asked, and what they answer. */
const newScene = (laneCount: number) => ({
  free: Array.from({ length: laneCount }, (_, index) => laneOf(index + 1)),
  /** How the next commits end, in order; the others come through. */
  ends: [] as (Refusal | Error)[],
  /** The claims that are still held when a commit is refused. */
  held: [] as Claim[],
  wanted: [] as number[],
  tried: [] as NewTransaction[][],
  commits: [] as NewTransaction[][],
  remembered: [] as string[],
  vaulted: [] as object[],
  watched: [] as { lane: number; transaction: StoredTransaction; end: (error?: Error) => void }[],
  forgotten: [] as number[],
  keptHeld: [] as number[][],
  checks: 0,
  reported: [] as Error[],
  /** Turns of the event loop it has waited for. */
  turns: 0,
  isCommitting: false,
  stopping: new AbortController(),
});
type Scene = ReturnType<typeof newScene>;

const poolOf = (scene: Scene) => ({
  takeFree: async (wanted: number) => {
    scene.wanted.push(wanted);
    return scene.free.slice(0, wanted);
  },
  watch: (lane: HeldLane, transaction: StoredTransaction) => {
    scene.free = scene.free.filter((each) => each !== lane);
    return new Promise((resolve, reject) => {
      const settled = { hash: transaction.hash, status: 'SUCCEEDED', failure: null };
      const end = (error?: Error) => (error ? reject(error) : resolve(settled));
      scene.watched.push({ lane: lane.laneNumber, transaction, end });
    });
  },
  forget: ({ laneNumber }: HeldLane) => void scene.forgotten.push(laneNumber),
  keepHeld: async (lanes: HeldLane[]) => {
    await untilNextTurn();
    scene.keptHeld.push(lanes.map(({ laneNumber }) => laneNumber));
    for (const lane of lanes) scene.free = scene.free.filter((each) => each !== lane);
  },
});

const ledgerOf = (scene: Scene) => ({
  commitSignedTransactions: async ({
    transactions,
    ...others
  }: {
    transactions: NewTransaction[];
  }) => {
    expect(others).toEqual({
      ground: 'what is known',
      reserveMicroNear: 5,
      spendLimits: {
        ...{ hourMicroNear: 9, dayMicroNear: null },
        ...{ hourMicroToken: null, dayMicroToken: null },
      },
      nowMs: 1_000,
    });
    scene.tried.push(transactions);
    // Two at once would spend a lane's next nonce twice.
    expect(scene.isCommitting).toBe(false);
    scene.isCommitting = true;
    await untilNextTurn();
    scene.isCommitting = false;
    const end = scene.ends.shift();
    if (end instanceof Error) throw end;
    if (end) throw new CommitRefusedError(end);
    scene.commits.push(transactions);
  },
  readHeldClaims: async (claims: Claim[]) =>
    scene.held.filter((held) => claims.some((claim) => isDeepStrictEqual(claim, held))),
});

const gateOf = (scene: Scene) => ({
  service: () => ({
    deployment: { deploymentId: 'one' },
    reward: {
      ...{ tokenContract: 'token.near', baseUnits: 100n, decimals: 0 },
      registrationYocto: micro,
    },
  }),
  reference: async () => ({ height: 77, hash: 'block' }),
  check: async () => {
    await untilNextTurn();
    scene.checks += 1;
  },
  report: async (fault: Error) => {
    await untilNextTurn();
    scene.reported.push(fault);
  },
});

/** A signer whose lanes are free unless they are taken away. */
function sceneOf({ laneCount = 3 } = {}) {
  const scene = newScene(laneCount);
  const pool = poolOf(scene);
  const signer = createTransactionSigner({
    config: {
      serviceAccountId: 'service.near',
      lanes: laneCount,
      initialBalanceYocto: 7n * micro,
      reserveYocto: 5n * micro,
      ...{ spendLimitHourYocto: 9n * micro, spendLimitDayYocto: null },
      ...{ spendLimitHourTokens: null, spendLimitDayTokens: null },
    } as never,
    ledger: ledgerOf(scene) as never,
    memory: {
      ground: () => 'what is known',
      signed: (hash: string) => void scene.remembered.push(hash),
    } as never,
    vault: {
      signTransaction: async (asked: { laneNumber: number; nonce: number; plan: SigningPlan }) => {
        scene.vaulted.push(asked);
        const { laneNumber, nonce, plan } = asked;
        const hash = `${laneNumber}/${nonce}`;
        const { receiverId } = transactionOf(plan, {
          serviceAccountId: 'service.near',
          laneKey: (number) => `key ${number}`,
        });
        const publicKey = `key ${laneNumber}`;
        return { hash, publicKey, receiverId, signedBytes: `bytes ${hash}` };
      },
    } as never,
    gate: gateOf(scene) as never,
    holder: 'worker',
    clock: {
      now: () => 1_000,
      sleep: async () => {
        scene.turns += 1;
        await untilNextTurn();
      },
    },
    log: { info() {}, warn() {}, error() {} },
    signal: scene.stopping.signal,
    pool: pool as never,
  });
  const sign = (
    purpose: 'CREATE' | 'REWARD',
    userId: string,
    { maxWallets = 50, claimToken = 'token' } = {},
  ) => {
    const keys = { deploymentId: 'one', publicKey: 'key', encryptedPrivateKey: 'sealed' };
    const wallet = { userId, claimToken, accountId: `${userId}.service.near`, ...keys };
    const signing = signer.sign({ wallet: wallet as never, purpose, maxWallets });
    signing.catch(() => undefined);
    return signing;
  };
  const ask = (...request: Parameters<typeof sign>) => void sign(...request);
  return { scene, signer, sign, ask, served: () => scene.commits.map(servedBy) };
}

/** Whom each transaction of a commit serves. */
function servedBy(transactions: NewTransaction[]): string[][] {
  return transactions.map(({ wallets, transaction: { purpose } }) => [
    purpose,
    ...wallets.map(({ userId }) => userId),
  ]);
}

/** Longer than any of these scenes needs. */
const untilQuiet = async () => {
  for (let turn = 0; turn < 30; turn += 1) await untilNextTurn();
};

const named = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);

it('signs for one wallet: stored as it was signed, then watched to its end', async () => {
  const { signer, scene, sign } = sceneOf();
  const signing = sign('CREATE', 'ann');
  expect(signer.waiting()).toBe(1);
  await untilQuiet();
  expect(signer.waiting()).toBe(0);
  const signed = {
    hash: '1/11',
    publicKey: 'key 1',
    signedBytes: 'bytes 1/11',
    signerId: 'service.near',
    nonce: 11,
    receiverId: 'ann.service.near',
    referenceHeight: 77,
    purpose: 'CREATE',
  };
  expect(scene.vaulted).toEqual([
    {
      deploymentId: 'one',
      laneNumber: 1,
      nonce: 11,
      plan: {
        kind: 'account',
        wallet: {
          ...{ deploymentId: 'one', walletId: 'ann', accountId: 'ann.service.near' },
          ...{ publicKey: 'key', encryptedPrivateKey: 'sealed' },
        },
        balanceYocto: 7n * micro,
      },
      reference: { height: 77, hash: 'block' },
    },
  ]);
  expect(scene.commits).toEqual([
    [
      {
        transaction: signed,
        maxCostMicroNear: 10_007,
        maxCostMicroToken: 0,
        valueMicroNear: 7,
        lane: { laneNumber: 1, holder: 'worker', fencingToken: 3, storedNonce: 9 },
        wallets: [{ userId: 'ann', claimToken: 'token', reward: null }],
        newLanes: [],
      },
    ],
  ]);
  expect(scene.remembered).toEqual(['1/11']);
  expect(scene.watched).toMatchObject([
    { lane: 1, transaction: { ...signed, status: 'SIGNED', failure: null } },
  ]);
  scene.watched[0]?.end();
  expect(await signing).toEqual({
    settled: { hash: '1/11', status: 'SUCCEEDED', failure: null },
    userIds: ['ann'],
  });
});

it('the next commit of a lane names the nonce that the last one stored', async () => {
  const { scene, ask } = sceneOf();
  const [lane] = scene.free;
  ask('CREATE', 'ann');
  await untilQuiet();
  expect(lane?.storedNonce).toBe(11);
});

it('a failed watch rejects each wallet of the transaction', async () => {
  const { scene, sign } = sceneOf();
  const both = [sign('REWARD', 'ann'), sign('REWARD', 'bob')];
  await untilQuiet();
  scene.watched[0]?.end(new StoppedError());
  for (const signing of both) await expect(signing).rejects.toThrow(StoppedError);
});

it('rewards share a transaction, and a commit with accounts; each names its amount', async () => {
  const { scene, ask, served } = sceneOf();
  ask('REWARD', 'ann');
  ask('CREATE', 'ann');
  ask('REWARD', 'bob');
  await untilQuiet();
  expect(scene.wanted).toEqual([2]);
  expect(served()).toEqual([
    [
      ['REWARD', 'ann', 'bob'],
      ['CREATE', 'ann'],
    ],
  ]);
  const reward = { amount: '100', tokenContract: 'token.near' };
  expect(scene.commits[0]?.[0]).toMatchObject({
    wallets: [{ reward }, { reward }],
    maxCostMicroToken: 200_000_000,
  });
  expect(scene.commits[0]?.[1]).toMatchObject({ wallets: [{ reward: null }] });
});

it('asks for as many lanes as waiting requests can fill', async () => {
  const { scene, ask, served } = sceneOf({ laneCount: 5 });
  for (const userId of named(51)) ask('REWARD', userId);
  ask('CREATE', 'ann');
  await untilQuiet();
  expect(scene.wanted).toEqual([3]);
  expect(served()[0]?.map((each) => each.length - 1)).toEqual([50, 1, 1]);
});

it('asks for one lane more only once a reward transaction is full', async () => {
  const { scene, ask } = sceneOf();
  for (const userId of named(49)) ask('REWARD', userId);
  ask('CREATE', 'ann');
  await untilQuiet();
  expect(scene.wanted).toEqual([2]);
});

it('requests without a free lane keep waiting, first come first served', async () => {
  const { signer, scene, ask, served } = sceneOf({ laneCount: 1 });
  ask('CREATE', 'ann');
  ask('CREATE', 'bob');
  await untilQuiet();
  expect(served()).toEqual([[['CREATE', 'ann']]]);
  expect(signer.waiting()).toBe(1);
  scene.free = [laneOf(9)];
  signer.pump();
  await untilQuiet();
  expect(served()).toEqual([[['CREATE', 'ann']], [['CREATE', 'bob']]]);
});

it('without a lane nothing is committed; with nothing to sign none is asked for', async () => {
  const { signer, scene, ask } = sceneOf({ laneCount: 0 });
  signer.pump();
  await untilQuiet();
  expect(scene.wanted).toEqual([]);
  ask('REWARD', 'ann');
  ask('CREATE', 'ann');
  await untilQuiet();
  expect(scene.tried).toEqual([]);
  expect(signer.waiting()).toBe(2);
});

it('accounts go before rewards that may gather behind those in flight', async () => {
  const { signer, scene, ask, served } = sceneOf();
  ask('REWARD', 'ann');
  await untilQuiet();
  scene.free = [laneOf(8)];
  ask('REWARD', 'bob');
  ask('CREATE', 'eve');
  await untilQuiet();
  expect(served().at(-1)).toEqual([['CREATE', 'eve']]);
  // Once those on their way have ended, rewards are first again.
  scene.watched[0]?.end();
  await untilQuiet();
  scene.free = [laneOf(9)];
  ask('CREATE', 'joe');
  await untilQuiet();
  expect(served().at(-1)).toEqual([['REWARD', 'bob']]);
  expect(signer.waiting()).toBe(1);
});

it.each([
  [50, 1],
  [100, 2],
  [150, 3],
])('%d rewards do not wait, not even for accounts', async (rewards, lanes) => {
  const { scene, ask, served } = sceneOf();
  ask('REWARD', 'ann');
  await untilQuiet();
  scene.free = Array.from({ length: lanes }, (_, index) => laneOf(index + 7));
  ask('CREATE', 'eve');
  for (const userId of named(rewards)) ask('REWARD', userId);
  await untilQuiet();
  const full = Array.from({ length: lanes }, () => ['REWARD', 50]);
  expect(
    served()
      .at(-1)
      ?.map(([purpose, ...users]) => [purpose, users.length]),
  ).toEqual(full);
});

it('full transactions without a lane wait for one', async () => {
  const { signer, ask, served } = sceneOf({ laneCount: 1 });
  for (const userId of named(100)) ask('REWARD', userId);
  await untilQuiet();
  expect([served().length, signer.waiting()]).toEqual([1, 50]);
});

it('many accounts do not make a reward transaction full', async () => {
  const { scene, ask, served } = sceneOf();
  ask('REWARD', 'ann');
  await untilQuiet();
  scene.free = [laneOf(9)];
  ask('REWARD', 'bob');
  for (const userId of named(60)) ask('CREATE', userId);
  await untilQuiet();
  expect(served().at(-1)).toEqual([['CREATE', 'user0']]);
});

it('accounts in flight keep no reward waiting', async () => {
  const { scene, ask, served } = sceneOf();
  ask('CREATE', 'ann');
  await untilQuiet();
  scene.watched[0]?.end();
  await untilQuiet();
  scene.free = [laneOf(9)];
  ask('CREATE', 'bob');
  ask('REWARD', 'ann');
  await untilQuiet();
  expect(served().at(-1)).toEqual([['REWARD', 'ann']]);
});

it('one commit at a time; requests during one are served after it, and then it rests', async () => {
  const { scene, ask, served } = sceneOf();
  ask('CREATE', 'ann');
  while (!scene.isCommitting) await untilNextTurn();
  ask('CREATE', 'bob');
  await untilQuiet();
  expect(served()).toEqual([[['CREATE', 'ann']], [['CREATE', 'bob']]]);
  const { turns } = scene;
  await untilQuiet();
  expect(scene.turns).toBe(turns);
});

it('with lanes to spare a single reward does not wait for others', async () => {
  const { ask, served } = sceneOf();
  ask('REWARD', 'ann');
  await untilQuiet();
  ask('REWARD', 'bob');
  await untilQuiet();
  expect(served()).toEqual([[['REWARD', 'ann']], [['REWARD', 'bob']]]);
});

it('keeps the limit of each wallet on how many share its transaction', async () => {
  const { signer, ask, served } = sceneOf();
  ask('REWARD', 'ann');
  ask('REWARD', 'suspect', { maxWallets: 1 });
  ask('REWARD', 'bob', { maxWallets: 2 });
  ask('REWARD', 'eve', { maxWallets: 2 });
  for (let lanes = 0; lanes < 3; lanes += 1) {
    signer.pump();
    await untilQuiet();
  }
  expect(served()).toEqual([
    [['REWARD', 'ann', 'bob']],
    [['REWARD', 'suspect']],
    [['REWARD', 'eve']],
  ]);
});

it('for a lost claim rejects its wallet and signs for the others again', async () => {
  const { scene, sign, served } = sceneOf();
  scene.ends = ['CLAIM_LOST'];
  const newer = 'a newer claim';
  scene.held = [
    { userId: 'ann', claimToken: 'token' },
    { userId: 'bob', claimToken: newer },
  ];
  const lost = [sign('REWARD', 'bob'), sign('REWARD', 'eve')];
  const held = [sign('REWARD', 'ann'), sign('CREATE', 'bob', { claimToken: newer })];
  for (const signing of lost) await expect(signing).rejects.toThrow(ClaimLostError);
  await untilQuiet();
  expect(served()).toEqual([
    [
      ['REWARD', 'ann'],
      ['CREATE', 'bob'],
    ],
  ]);
  for (const { end } of scene.watched) end();
  expect(await Promise.all(held)).toMatchObject([{ userIds: ['ann'] }, { userIds: ['bob'] }]);
});

it('for a lost lane checks which lanes are still held, and signs again', async () => {
  const { scene, ask, served } = sceneOf({ laneCount: 4 });
  scene.ends = ['LANE_LOST'];
  ask('REWARD', 'ann');
  ask('CREATE', 'ann');
  await untilQuiet();
  expect(scene.keptHeld).toEqual([[1, 2]]);
  expect(served()).toEqual([
    [
      ['REWARD', 'ann'],
      ['CREATE', 'ann'],
    ],
  ]);
  expect(scene.watched.map(({ lane }) => lane)).toEqual([3, 4]);
  expect(scene.forgotten).toEqual([]);
});

it('requests that go back come before those that arrived meanwhile', async () => {
  const { scene, ask, served } = sceneOf({ laneCount: 2 });
  scene.ends = ['LANE_LOST'];
  ask('CREATE', 'ann');
  while (!scene.isCommitting) await untilNextTurn();
  ask('CREATE', 'bob');
  await untilQuiet();
  expect(served()).toEqual([[['CREATE', 'ann']]]);
});

it.each<[refusal: Refusal, code: string, checks: number, isReported: boolean]>([
  ['ALREADY_SIGNED', 'SIGNED_ELSEWHERE', 0, false],
  ['PAUSED', 'SIGNING_PAUSED', 1, false],
  ['DATABASE_BEHIND_CHAIN', 'DATABASE_BEHIND_CHAIN', 0, true],
  ['TREASURY_NEAR_LOW', 'TREASURY_NEAR_LOW', 0, true],
  ['TREASURY_TOKEN_LOW', 'TREASURY_TOKEN_LOW', 0, true],
  ['SPEND_LIMIT_REACHED', 'SPEND_LIMIT_REACHED', 0, true],
])('%s: the wallet gets %s, and nothing is sent', async (refusal, code, checks, isReported) => {
  const { scene, sign } = sceneOf();
  scene.ends = [refusal];
  const fault = await sign('CREATE', 'ann').catch((error) => error);
  expect(fault).toBeInstanceOf(ServiceError);
  expect(fault.code).toBe(code);
  // Before the wallet hears of it: it would be handed back, and claimed at once by who knows nothing.
  expect(scene.checks).toBe(checks);
  expect(scene.reported).toEqual(isReported ? [fault] : []);
  await untilQuiet();
  expect([scene.tried.length, scene.watched, scene.remembered]).toEqual([1, [], []]);
  expect(scene.free[0]).toMatchObject({ nonce: 10, storedNonce: 9 });
});

it('an older database refuses all of a commit at once', async () => {
  const { scene, sign } = sceneOf();
  scene.ends = ['DATABASE_BEHIND_CHAIN'];
  const both = [sign('CREATE', 'ann'), sign('CREATE', 'bob')];
  for (const signing of both) {
    await expect(signing).rejects.toMatchObject({ code: 'DATABASE_BEHIND_CHAIN' });
  }
  expect(scene.tried).toHaveLength(1);
});

it('transactions that the treasury does not cover together are tried one by one', async () => {
  const { scene, sign, ask, served } = sceneOf();
  scene.ends = ['TREASURY_NEAR_LOW', 'TREASURY_NEAR_LOW'];
  const first = sign('CREATE', 'ann');
  ask('CREATE', 'bob');
  await expect(first).rejects.toMatchObject({ code: 'TREASURY_NEAR_LOW' });
  await untilQuiet();
  expect(served()).toEqual([[['CREATE', 'bob']]]);
});

it('a reward transaction that is not covered is halved, down to one wallet', async () => {
  const { scene, sign } = sceneOf();
  scene.ends = named(4).map(() => 'TREASURY_TOKEN_LOW');
  const [first] = named(5).map((userId) => sign('REWARD', userId));
  await expect(first).rejects.toMatchObject({ code: 'TREASURY_TOKEN_LOW' });
  const sizes = scene.tried.map((commit) => commit.map(({ wallets }) => wallets.length));
  expect(sizes).toEqual([[5], [3], [2], [1]]);
});

it('after a commit with an unknown result its lanes are not used again', async () => {
  const { scene, sign } = sceneOf();
  scene.ends = [new TypeError('the connection broke')];
  const both = [sign('REWARD', 'ann'), sign('CREATE', 'ann')];
  for (const signing of both) await expect(signing).rejects.toThrow('the connection broke');
  expect(scene.forgotten).toEqual([1, 2]);
  expect([scene.watched, scene.remembered]).toEqual([[], []]);
});

it('an error while a refusal is handled rejects its requests', async () => {
  const { signer, scene, sign } = sceneOf();
  scene.ends = ['CLAIM_LOST'];
  scene.held = new Proxy([], {
    get: () => {
      throw new TypeError('no answer');
    },
  });
  await expect(sign('CREATE', 'ann')).rejects.toThrow('no answer');
  expect(signer.waiting()).toBe(0);
});

it('an error while lanes are taken rejects all waiting requests, and the next is served', async () => {
  const { scene, sign, ask, served } = sceneOf();
  const lanes = scene.free;
  scene.free = null as never;
  const both = [sign('REWARD', 'ann'), sign('CREATE', 'ann')];
  both[0]?.catch(() => {
    scene.free = lanes;
    ask('CREATE', 'bob');
  });
  for (const signing of both) await expect(signing).rejects.toThrow(TypeError);
  await untilQuiet();
  expect(served()).toEqual([[['CREATE', 'bob']]]);
});

it('a process that stops signs nothing more, and rejects all waiting requests', async () => {
  const { signer, scene, sign } = sceneOf();
  scene.stopping.abort();
  const both = [sign('REWARD', 'ann'), sign('CREATE', 'ann')];
  for (const signing of both) await expect(signing).rejects.toThrow(StoppedError);
  expect(signer.waiting()).toBe(0);
  expect([scene.wanted, scene.tried]).toEqual([[], []]);
});

it('spends the next nonce of a stuck lane with a transfer of 0, and waits for its end', async () => {
  const { signer, scene } = sceneOf();
  const ended = vi.fn();
  const signing = signer.signNoop(laneOf(4)).then(ended);
  await untilQuiet();
  expect(ended).not.toHaveBeenCalled();
  expect(scene.commits).toMatchObject([
    [
      {
        transaction: { hash: '4/11', nonce: 11, purpose: 'TOMBSTONE', receiverId: 'service.near' },
        wallets: [],
        newLanes: [],
        maxCostMicroNear: 2_000,
      },
    ],
  ]);
  expect(scene.watched).toMatchObject([
    { lane: 4, transaction: { hash: '4/11', status: 'SIGNED', failure: null } },
  ]);
  scene.watched[0]?.end();
  await signing;
});

it('adds up to a hundred lane keys in one transaction', async () => {
  const { signer, scene } = sceneOf();
  const newLanes = Array.from({ length: 101 }, (_, index) => ({
    laneNumber: index + 1,
    publicKey: `new key ${index + 1}`,
  }));
  const signing = signer.signLaneKeys(laneOf(0), newLanes);
  await untilQuiet();
  expect(scene.commits).toMatchObject([
    [{ transaction: { hash: '0/11', purpose: 'LANES', receiverId: 'service.near' }, wallets: [] }],
  ]);
  expect(scene.commits[0]?.[0]?.newLanes).toEqual(newLanes.slice(0, 100));
  const laneNumbers = newLanes.slice(0, 100).map(({ laneNumber }) => laneNumber);
  expect(scene.vaulted).toMatchObject([
    { laneNumber: 0, plan: { kind: 'lane keys', laneNumbers } },
  ]);
  scene.watched[0]?.end();
  expect(await signing).toMatchObject({ hash: '0/11', status: 'SUCCEEDED' });
});

it.each<[end: Refusal | Error, expected: object, forgotten: number[], reports: number]>([
  ['LANE_LOST', { refusal: 'LANE_LOST' }, [4], 0],
  ['ALREADY_SIGNED', { refusal: 'ALREADY_SIGNED' }, [], 0],
  ['TREASURY_NEAR_LOW', { code: 'TREASURY_NEAR_LOW' }, [], 0],
  ['DATABASE_BEHIND_CHAIN', { code: 'DATABASE_BEHIND_CHAIN' }, [], 1],
  [new TypeError('broke'), { message: 'broke' }, [4], 0],
])('alone, %s: nothing is sent', async (end, expected, forgotten, reports) => {
  const { signer, scene } = sceneOf();
  scene.ends = [end];
  await expect(signer.signNoop(laneOf(4))).rejects.toMatchObject(expected);
  expect(scene.forgotten).toEqual(forgotten);
  expect(scene.reported).toHaveLength(reports);
  expect([scene.watched, scene.remembered]).toEqual([[], []]);
});
