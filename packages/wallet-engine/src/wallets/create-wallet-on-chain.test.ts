import { describe, expect, it } from 'vitest';
import { ClaimLostError, ServiceError, WalletError } from '../core/errors.ts';
import type { WalletTransaction } from '../ports/transaction-ledger.ts';
import type { ClaimedWallet } from '../ports/wallet-store.ts';
import { createWalletOnChain } from './create-wallet-on-chain.ts';

const nowMs = 1_000_000_000;
const minuteMs = 60_000;

type Signed = { status: string; failure?: object; userIds?: string[] } | Error;
type Told<T> = (alone: boolean, atHeight: number) => T | Error;
type Answer<T> = T | Error | Told<T>;
type View = { agreed?: boolean; atHeight?: number };
type Balance = bigint | Error;

interface Scene {
  wallet?: Partial<ClaimedWallet>;
  createdAtMs?: number;
  reconciledAtMs?: number | null;
  databaseSinceMs?: number;
  /** The time at which final blocks show what may have been lost. */
  lossesShowAtMs?: number;
  /** This process has asked for it. */
  isOwn?: boolean;
  history?: Partial<WalletTransaction>[];
  settled?: string;
  paid?: { amount: string; tokenContract: string } | null;
  /** In order; SUCCEEDED when none is left. */
  creations?: Signed[];
  rewards?: Signed[];
  /** In order; the last one again and again. */
  keys?: Answer<{ fullAccess: boolean } | null>[];
  accounts?: Answer<object | null>[];
  registered?: Answer<boolean>[];
  balances?: Balance[];
  agreedBalance?: Balance;
  isAborted?: boolean;
}

/** One wallet against a scripted chain, ledger and signer. */
function sceneOf(scene: Scene = {}) {
  let atMs = nowMs;
  /** All that was asked and signed, in order. */
  const calls: string[] = [];
  const views: object[] = [];
  let height = 76;
  const answer = <T>(name: string, answers: Answer<T>[], view: View): T => {
    const { agreed, atHeight = 0 } = view;
    calls.push(agreed ? name : `${name} alone`);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    const isKnown = typeof next === 'function';
    const said = isKnown ? (next as Told<T>)(!agreed, atHeight) : next;
    if (said instanceof Error) throw said;
    return said as T;
  };
  const keys = scene.keys ?? [null];
  const accounts = scene.accounts ?? [null];
  const registered = scene.registered ?? [false];
  const balances = scene.balances ?? [5_000n];
  const signed = { CREATE: scene.creations ?? [], REWARD: scene.rewards ?? [] };
  const parts = {
    config: { serviceAccountId: 'service.near' },
    ledger: {
      readWalletTransactions: async () => scene.history ?? [],
      readCompletedReward: async () => {
        calls.push('paid?');
        return scene.paid ?? null;
      },
    },
    chain: {
      // The chain advances from query to query.
      readFinalBlock: async () => {
        height += 1;
        return { height, hash: 'block', timestampMs: 0 };
      },
      viewAccessKey: async (view: View) => answer('key', keys, view),
      viewAccount: async (view: View) => answer('account', accounts, view),
      isRegistered: async (view: View) => answer('registered', registered, view),
      viewTokenBalance: async (view: { agreed?: boolean }) => {
        views.push(view);
        const said = view.agreed
          ? scene.agreedBalance
          : balances.length > 1
            ? balances.shift()
            : balances[0];
        if (said instanceof Error) throw said;
        return said;
      },
    },
    vault: { verifyWalletKey: () => void calls.push('verify') },
    gate: {
      service: () => ({
        deployment: {
          epoch: 3,
          createdAtMs: scene.createdAtMs ?? 0,
          reconciledAtMs: scene.reconciledAtMs ?? null,
        },
        reward: { tokenContract: 'token.near', baseUnits: 5_000n, decimals: 3 },
      }),
      databaseSinceMs: () => scene.databaseSinceMs ?? 0,
      lossesHiddenForMs: () => Math.max(0, (scene.lossesShowAtMs ?? 0) - atMs),
    },
    settler: {
      settle: async ({ hash }: { hash: string }) => {
        calls.push(`settle ${hash}`);
        return { status: scene.settled };
      },
    },
    own: { take: () => scene.isOwn ?? false },
    signer: {
      sign: async ({
        purpose,
        maxWallets,
      }: {
        purpose: 'CREATE' | 'REWARD';
        maxWallets: number;
      }) => {
        calls.push(`sign ${purpose} ${maxWallets}`);
        const next = signed[purpose].shift() ?? { status: 'SUCCEEDED' };
        if (next instanceof Error) throw next;
        const failure = next.failure ? JSON.stringify(next.failure) : null;
        return { settled: { status: next.status, failure }, userIds: next.userIds ?? ['ann'] };
      },
    },
    clock: {
      now: () => atMs,
      sleep: async (delayMs: number) => {
        atMs += delayMs;
      },
    },
    log: { info() {}, warn() {}, error() {} },
    signal: scene.isAborted ? AbortSignal.abort() : new AbortController().signal,
  };
  const wallet = {
    userId: 'ann',
    accountId: 'ann.service.near',
    publicKey: 'key',
    attempts: 1,
    takeovers: 0,
    epoch: 3,
    requestedAtMs: nowMs,
    ...scene.wallet,
  };
  const create = () => createWalletOnChain(wallet as never, parts as never);
  const passedMs = () => atMs - nowMs;
  return { create, calls, views, passedMs };
}

/** A wallet that others may have worked on. */
const known = { wallet: { attempts: 2 } };
const signs = (calls: string[]) => calls.filter((call) => call.startsWith('sign'));
const unconfirmed = () => new ServiceError('UNCONFIRMED', 'one node alone');
const created = { hash: 'c', walletPurpose: 'CREATE', live: true, status: 'SUCCEEDED' } as const;
const rewarded = { hash: 'r', walletPurpose: 'REWARD', live: true, status: 'SUCCEEDED' } as const;
const ours = { amount: '5000', tokenContract: 'token.near' };
/** Created and paid by us before: only the balance is left. */
const done = { ...known, history: [created, rewarded], paid: ours };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof WalletError || error instanceof ServiceError) return error.code;
  return error instanceof Error ? error.name : 'no error';
}

it('signs at once, without asking the chain, for a wallet that was never worked on', async () => {
  const { create, calls } = sceneOf();
  expect(await create()).toEqual({ balance: '5' });
  expect(calls).toEqual(['verify', 'sign CREATE 1', 'sign REWARD 50']);
});

it('rejects an account id outside the service account', async () => {
  const { create, calls } = sceneOf({ wallet: { accountId: 'ann.other.near' } });
  expect(await codeOf(create())).toBe('ACCOUNT_ID_INVALID');
  expect(calls).toEqual([]);
});

describe('after the database was away', () => {
  const lossesShowAtMs = nowMs + 7_000;

  it('asks the chain only once it shows what another process may have signed', async () => {
    const { create, calls, passedMs } = sceneOf({ ...known, lossesShowAtMs });
    await create();
    expect(passedMs()).toBe(7_000);
    expect(calls.slice(0, 2)).toEqual(['verify', 'account']);
  });

  it('signs at once for a wallet that was requested since', async () => {
    const { create, passedMs } = sceneOf({ lossesShowAtMs });
    await create();
    expect(passedMs()).toBe(0);
  });

  it('signs nothing in a process that stops meanwhile', async () => {
    const { create, calls } = sceneOf({ ...known, lossesShowAtMs, isAborted: true });
    expect(await codeOf(create())).toBe('StoppedError');
    expect(calls).toEqual(['verify']);
  });
});

const justSettledMs = nowMs - minuteMs;
it.each<[what: string, isFirstHand: boolean, scene: Scene]>([
  ['claimed before', false, { wallet: { attempts: 2 } }],
  ['taken over', false, { wallet: { takeovers: 1 } }],
  ['of before this engine', false, { wallet: { requestedAtMs: null } }],
  ['of an earlier epoch', false, { wallet: { epoch: 2 } }],
  ['signed for before', false, { history: [{ ...created, live: false, status: 'DEAD' }] }],
  ['of the first minute of the database', false, { createdAtMs: justSettledMs }],
  ['of after that', true, { createdAtMs: justSettledMs - 1 }],
  ['of the first minute after a reconciliation', false, { reconciledAtMs: justSettledMs }],
  ['of after that one', true, { reconciledAtMs: justSettledMs - 1 }],
  ['of the first minute with its database', false, { databaseSinceMs: justSettledMs }],
  ['of after coming to it', true, { databaseSinceMs: justSettledMs - 1 }],
  ['of this process in the first minute', true, { databaseSinceMs: justSettledMs, isOwn: true }],
  ['of this process in another epoch', false, { wallet: { epoch: 2 }, isOwn: true }],
  ['of this process claimed before', false, { wallet: { attempts: 2 }, isOwn: true }],
  ['of this process taken over', false, { wallet: { takeovers: 1 }, isOwn: true }],
  ['by a clock as far ahead as may be', true, { wallet: { requestedAtMs: nowMs + minuteMs } }],
  ['by a clock further ahead', false, { wallet: { requestedAtMs: nowMs + minuteMs + 1 } }],
])('a wallet %s: first hand is %s', async (_what, isFirstHand, scene) => {
  const { create, calls } = sceneOf(scene);
  await create();
  expect(calls.includes('verify')).toBe(true);
  expect(calls.includes('account')).toBe(!isFirstHand);
  expect(calls.includes('registered')).toBe(!isFirstHand);
  expect(calls.includes('paid?')).toBe(!isFirstHand);
  expect(signs(calls)).toEqual(['sign CREATE 1', 'sign REWARD 50']);
});

describe('a wallet that others may have worked on, for which nothing was signed', () => {
  it('is looked up once for account and reward', async () => {
    const { create, calls } = sceneOf(known);
    await create();
    const looked = ['verify', 'account', 'registered'];
    expect(calls).toEqual([...looked, 'sign CREATE 1', 'paid?', 'sign REWARD 50']);
  });

  it('is looked up at one block', async () => {
    const heights: number[] = [];
    const at =
      <T>(value: T) =>
      (_alone: boolean, atHeight: number) => {
        heights.push(atHeight);
        return value;
      };
    await sceneOf({ ...known, accounts: [at(null)], registered: [at(false)] }).create();
    expect(heights).toEqual([77, 77]);
  });

  it('is signed for when a single node denies it and no second one answers', async () => {
    const alone = (isAlone: boolean) => (isAlone ? null : unconfirmed());
    const { create, calls } = sceneOf({ ...known, accounts: [alone] });
    await create();
    expect(signs(calls)).toEqual(['sign CREATE 1', 'sign REWARD 50']);
    expect(calls.filter((call) => call === 'account')).toHaveLength(3);
  });

  it.each<[what: string, scene: Scene, signed: string[]]>([
    ['its account', { accounts: [{}], keys: [{ fullAccess: true }] }, ['sign REWARD 50']],
    ['somebody else’s account', { accounts: [{}] }, []],
    ['a registration', { registered: [true] }, ['sign CREATE 1']],
  ])(
    'is looked up separately for each half where the chain has %s',
    async (_what, scene, signed) => {
      const { create, calls } = sceneOf({ ...known, ...scene });
      await create().catch(() => undefined);
      expect(signs(calls)).toEqual(signed);
      expect(calls.filter((call) => call === 'key').length).toBeGreaterThan(1);
    },
  );
});

const final = new WalletError('ACCOUNT_KEY_MISMATCH', '');
const passing = new WalletError('REWARD_REFUSED', '');
const otherPassing = new WalletError('ACCOUNT_CREATION_REFUSED', '');
const fault = new ServiceError('NODE_UNREACHABLE', '');
it.each([
  [final, passing, 'ACCOUNT_KEY_MISMATCH'],
  [passing, final, 'ACCOUNT_KEY_MISMATCH'],
  [fault, final, 'ACCOUNT_KEY_MISMATCH'],
  [final, fault, 'ACCOUNT_KEY_MISMATCH'],
  [fault, passing, 'NODE_UNREACHABLE'],
  [passing, fault, 'NODE_UNREACHABLE'],
  [otherPassing, passing, 'ACCOUNT_CREATION_REFUSED'],
  [new ClaimLostError(), passing, 'ClaimLostError'],
  [null, passing, 'REWARD_REFUSED'],
  [passing, null, 'REWARD_REFUSED'],
])('of %s and %s it throws %s', async (ofAccount, ofReward, reported) => {
  const { create } = sceneOf({
    creations: ofAccount ? [ofAccount] : [],
    rewards: ofReward ? [ofReward] : [],
  });
  expect(await codeOf(create())).toBe(reported);
});

it.each<[what: string, scene: Scene, signed: string[], settled: string[]]>([
  ['succeeded', { history: [created] }, ['sign REWARD 50'], []],
  [
    'failed',
    { history: [{ ...created, status: 'FAILED' }] },
    ['sign CREATE 1', 'sign REWARD 50'],
    [],
  ],
  [
    'is open and succeeds',
    { history: [{ ...created, status: 'SIGNED' }], settled: 'SUCCEEDED' },
    ['sign REWARD 50'],
    ['settle c'],
  ],
  [
    'was sent and fails',
    { history: [{ ...created, status: 'SENT' }], settled: 'FAILED' },
    ['sign CREATE 1', 'sign REWARD 50'],
    ['settle c'],
  ],
  [
    'is without effect',
    { history: [{ ...created, live: false }] },
    ['sign CREATE 1', 'sign REWARD 50'],
    [],
  ],
  ['was of the reward', { history: [rewarded], paid: ours }, ['sign CREATE 1'], []],
])('continues from what was signed before: it %s', async (_what, scene, signed, settled) => {
  const { create, calls } = sceneOf({ ...known, ...scene });
  await create();
  expect(signs(calls).toSorted()).toEqual(signed);
  expect(calls.filter((call) => call.startsWith('settle'))).toEqual(settled);
});

it.each<[what: string, scene: Scene, result: string, creations: number]>([
  ['with our key: it is there', { keys: [{ fullAccess: true }] }, 'no error', 0],
  ['that is not there', {}, 'no error', 1],
  ['without our key', { accounts: [{}] }, 'ACCOUNT_KEY_MISMATCH', 0],
  [
    'where our key may not do all',
    { keys: [{ fullAccess: false }], accounts: [{}] },
    'ACCOUNT_KEY_MISMATCH',
    0,
  ],
])('an account %s', async (_what, scene, result, creations) => {
  const { create, calls } = sceneOf({ ...known, history: [rewarded], paid: ours, ...scene });
  expect(await codeOf(create())).toBe(result);
  expect(signs(calls)).toHaveLength(creations);
});

it('an account created between two queries is ours, not a foreign one', async () => {
  // The other half of the wallet's work creates it meanwhile, in whichever block it is asked about; before,
  // a node has told of one that is not there.
  for (let madeAt = 77; madeAt < 90; madeAt += 1) {
    const { create } = sceneOf({
      wallet: { attempts: 2 },
      keys: [(_alone, atHeight) => (atHeight < madeAt ? null : { fullAccess: true })],
      accounts: [{}, (_alone, atHeight) => (atHeight < madeAt ? null : {})],
    });
    expect(await create(), `made at ${madeAt}`).toEqual({ balance: '5' });
  }
});

it('a single node suffices for a missing account, where no other answers', async () => {
  const alone = (isAlone: boolean) => (isAlone ? null : unconfirmed());
  const { create, calls } = sceneOf({
    ...known,
    history: [rewarded],
    paid: ours,
    keys: [alone],
    accounts: [alone],
  });
  await create();
  expect(calls).toContain('key alone');
  expect(calls).toContain('account alone');
  expect(signs(calls)).toEqual(['sign CREATE 1']);
});

it('a single node is not enough for a foreign account', async () => {
  // Alone one shows an account; later two nodes know of none.
  const answers = [unconfirmed, unconfirmed, unconfirmed].map((make) => make());
  const { create, calls } = sceneOf({
    ...known,
    history: [rewarded],
    paid: ours,
    accounts: [...answers, {}, unconfirmed(), unconfirmed(), unconfirmed(), unconfirmed(), null],
  });
  await create();
  expect(calls.filter((call) => call === 'account alone')).toHaveLength(1);
  expect(signs(calls)).toEqual(['sign CREATE 1']);
});

const actionError = (kind: unknown, index?: number) => ({ index, kind });
const exists = actionError({ AccountAlreadyExists: {} }, 0);
const poor = actionError({ LackBalanceForState: {} }, 0);
const refused = actionError({ Other: {} }, 0);
it.each<[what: string, scene: Scene, result: string, creations: number]>([
  ['dies once', { creations: [{ status: 'DEAD' }] }, 'no error', 2],
  [
    'dies, and the account is ours all the same',
    { creations: [{ status: 'DEAD' }], keys: [{ fullAccess: true }] },
    'no error',
    1,
  ],
  [
    'dies three times',
    { creations: [{ status: 'DEAD' }, { status: 'DEAD' }, { status: 'DEAD' }] },
    'ACCOUNT_CREATION_REFUSED',
    3,
  ],
  [
    'fails by the treasury',
    { creations: [{ status: 'FAILED', failure: poor }], keys: [{ fullAccess: true }] },
    'TREASURY_NEAR_LOW',
    1,
  ],
  [
    'fails, the account being ours',
    { creations: [{ status: 'FAILED', failure: exists }], keys: [{ fullAccess: true }] },
    'no error',
    1,
  ],
  [
    'fails, the account being somebody else’s',
    { creations: [{ status: 'FAILED', failure: exists }], accounts: [{}] },
    'ACCOUNT_KEY_MISMATCH',
    1,
  ],
  [
    'fails, and there is no account',
    { creations: [{ status: 'FAILED', failure: refused }] },
    'ACCOUNT_CREATION_REFUSED',
    1,
  ],
])('a creation that %s', async (_what, scene, result, creations) => {
  const { create, calls } = sceneOf(scene);
  expect(await codeOf(create())).toBe(result);
  expect(calls.filter((call) => call === 'sign CREATE 1')).toHaveLength(creations);
});

const group = Array.from({ length: 9 }, (_, index) => (index === 4 ? 'ann' : `other${index}`));
const failedBy = (index: number | undefined, userIds: string[]): Signed => ({
  status: 'FAILED',
  failure: actionError({ Other: {} }, index),
  userIds,
});
const dead: Signed = { status: 'DEAD' };
it.each<[what: string, rewards: Signed[], sizes: number[], result: string]>([
  ['dies twice', [dead, dead], [50, 50, 50], 'no error'],
  ['dies three times', [dead, dead, dead], [50, 50, 50], 'REWARD_REFUSED'],
  ['fails by this wallet’s first action', [failedBy(8, group)], [50, 1], 'no error'],
  ['fails by its second action', [failedBy(9, group)], [50, 1], 'no error'],
  ['fails by another wallet', [failedBy(10, group)], [50, 50], 'no error'],
  ['fails by nobody knows whom', [failedBy(undefined, group)], [50, 5], 'no error'],
  ['fails alone', [failedBy(0, ['ann'])], [50], 'REWARD_REFUSED'],
  [
    'fails for two, by nobody knows whom',
    [failedBy(undefined, ['ann', 'bob'])],
    [50, 1],
    'no error',
  ],
  [
    'fails by others five times',
    Array.from({ length: 5 }, () => failedBy(0, group)),
    [50, 50, 50, 50, 50, 50],
    'no error',
  ],
  [
    'fails by others six times',
    Array.from({ length: 6 }, () => failedBy(0, group)),
    [50, 50, 50, 50, 50, 50, 1],
    'no error',
  ],
  [
    'fails by others and dies',
    [failedBy(0, group), dead, failedBy(0, group), dead, dead],
    [50, 50, 50, 50, 50],
    'REWARD_REFUSED',
  ],
  [
    'fails by the treasury, alone',
    [{ status: 'FAILED', failure: poor, userIds: ['ann'] }],
    [50],
    'TREASURY_NEAR_LOW',
  ],
  ['fails without a word', [{ status: 'FAILED', userIds: group }], [50, 5], 'no error'],
])('a reward that %s', async (_what, rewards, sizes, result) => {
  const { create, calls } = sceneOf({ rewards });
  expect(await codeOf(create())).toBe(result);
  expect(calls.filter((call) => call.startsWith('sign REWARD'))).toEqual(
    sizes.map((size) => `sign REWARD ${size}`),
  );
});

it('a reward that fails alone is reported with the chain’s error', async () => {
  const { create } = sceneOf({ rewards: [failedBy(0, ['ann'])] });
  await expect(create()).rejects.toThrow('{"index":0,"kind":{"Other":{}}}');
});

/** The account is there; only the reward is asked about. */
const toReward = { ...known, history: [created] };
const paidBefore = { ...rewarded, live: false, status: 'DEAD' } as const;
const loneThenAgreed = (alone: boolean, agreed: boolean): Answer<boolean>[] => [
  unconfirmed(),
  unconfirmed(),
  unconfirmed(),
  alone,
  agreed,
];
it.each<[what: string, scene: Scene, result: string, asked: string[]]>([
  ['not', {}, 'no error', ['registered']],
  ['by two nodes’ word', { registered: [true] }, 'REWARD_UNPROVEN', ['registered', 'registered']],
  [
    'by one node’s word alone, and then not',
    { registered: loneThenAgreed(true, false) },
    'no error',
    ['registered', 'registered', 'registered', 'registered alone', 'registered'],
  ],
  [
    'not, by one node’s word alone',
    { registered: loneThenAgreed(false, true) },
    'no error',
    ['registered', 'registered', 'registered', 'registered alone'],
  ],
  [
    'not, by one node’s word, when we have tried before',
    {
      history: [created, paidBefore],
      registered: [...loneThenAgreed(unconfirmed() as never, false)],
    },
    'no error',
    ['registered', 'registered', 'registered', 'registered', 'registered'],
  ],
  [
    'by two nodes’ word, when we have tried before',
    { history: [created, paidBefore], registered: [true] },
    'REWARD_UNPROVEN',
    ['registered'],
  ],
])('a registration before the reward: %s', async (_what, scene, result, asked) => {
  const { create, calls } = sceneOf({ ...toReward, ...scene });
  expect(await codeOf(create())).toBe(result);
  expect(calls.filter((call) => call.startsWith('registered'))).toEqual(asked);
  expect(signs(calls)).toEqual(result === 'no error' ? ['sign REWARD 50'] : []);
});

it.each<[what: string, rewards: Signed[]]>([
  ['death', [dead]],
  ['failure', [failedBy(0, group)]],
])('after a %s two nodes must show no reward', async (_what, rewards) => {
  const { create, calls } = sceneOf({ rewards, registered: [true] });
  expect(await codeOf(create())).toBe('REWARD_UNPROVEN');
  expect(calls).not.toContain('registered alone');
  expect(calls.filter((call) => call === 'registered')).toHaveLength(1);
  expect(signs(calls)).toEqual(['sign CREATE 1', 'sign REWARD 50']);
});

it('pays no account that has become a foreign one', async () => {
  const { create, calls } = sceneOf({ ...toReward, accounts: [{}] });
  expect(await codeOf(create())).toBe('ACCOUNT_KEY_MISMATCH');
  expect(signs(calls)).toEqual([]);
});

it('a successful reward without a row of its own is looked up on chain', async () => {
  const { create } = sceneOf({ ...done, paid: null, registered: [true] });
  expect(await codeOf(create())).toBe('REWARD_UNPROVEN');
});

const agreedView = {
  tokenContract: 'token.near',
  accountId: 'ann.service.near',
  atHeight: 77,
  agreed: true,
};
const least5 = done;
const least7 = { ...done, paid: { ...ours, amount: '7000' } };
const ofOlderApp = { ...known, history: [created], paid: ours };
const ofOtherToken = { ...done, paid: { ...ours, tokenContract: 'older.near' } };
it.each<[what: string, scene: Scene, balance: string, isConfirmed: boolean]>([
  ['as we paid', least5, '5', false],
  ['as we paid it then', { ...least7, balances: [7_000n] }, '7', false],
  ['more, by two nodes', { ...least5, balances: [9_000n], agreedBalance: 8_000n }, '8', true],
  ['more, of before it was paid', { ...least5, balances: [9_000n], agreedBalance: 0n }, '5', true],
  [
    'more, which another denies',
    { ...least5, balances: [9_000n], agreedBalance: new ServiceError('NODES_DISAGREE', '') },
    '5',
    true,
  ],
  [
    'more, by one alone',
    { ...least5, balances: [9_000n], agreedBalance: unconfirmed() },
    '5',
    true,
  ],
  ['an older app’s, spent', { ...ofOlderApp, balances: [0n], agreedBalance: 0n }, '0', true],
  [
    'an older app’s, then more',
    { ...ofOlderApp, balances: [0n], agreedBalance: 3n },
    '0.003',
    true,
  ],
  [
    'an older app’s, by one alone',
    { ...ofOlderApp, balances: [4_000n], agreedBalance: unconfirmed() },
    '4',
    true,
  ],
  [
    'an older app’s, which another denies',
    { ...ofOlderApp, balances: [4_000n], agreedBalance: new ServiceError('NODES_DISAGREE', '') },
    '0',
    true,
  ],
  ['of another token', { ...ofOtherToken, balances: [0n], agreedBalance: 0n }, '0', true],
])('shows a balance: %s', async (_what, scene, balance, isConfirmed) => {
  const { create, calls, views } = sceneOf(scene);
  expect(await create()).toEqual({ balance });
  expect(views.slice(1)).toEqual(isConfirmed ? [agreedView] : []);
  expect(signs(calls)).toEqual([]);
});

it.each([
  ['RATE_LIMITED', new ServiceError('RATE_LIMITED', '')],
  ['TypeError', new TypeError('no number')],
])('a balance that cannot be confirmed: %s', async (reported, agreedBalance) => {
  expect(await codeOf(sceneOf({ ...done, balances: [9_000n], agreedBalance }).create())).toBe(
    reported,
  );
});

it('waits for a lagging node, and asks a second one at the last attempt', async () => {
  const { create, views, passedMs } = sceneOf({ ...done, balances: [4_999n] });
  expect(await codeOf(create())).toBe('NODES_LAG');
  expect(views.map((view) => (view as { confirmBelow: bigint }).confirmBelow)).toEqual([
    ...Array.from({ length: 9 }, () => 0n),
    5_000n,
  ]);
  expect(passedMs()).toBe(9 * 600);
});

it('shows the balance once the node has caught up', async () => {
  const { create, passedMs } = sceneOf({ ...done, balances: [0n, 0n, 5_000n] });
  expect(await create()).toEqual({ balance: '5' });
  expect(passedMs()).toBe(2 * 600);
});

it('does not wait for a lagging node while it stops', async () => {
  const { create, views, passedMs } = sceneOf({ ...done, balances: [0n], isAborted: true });
  expect(await codeOf(create())).toBe('NODES_LAG');
  expect(views).toHaveLength(1);
  expect(passedMs()).toBe(0);
});
