import { describe, expect, it } from 'vitest';
import type { CommitRefusal } from '../ports/transaction-ledger.ts';
import {
  afterOwnRefusal,
  afterRefusal,
  draftTransactions,
  lanesForStock,
  lanesWanted,
} from './draft-transactions.ts';

const create = (name: string) => ({
  name,
  purpose: 'CREATE' as const,
  maxWallets: 1,
  isStock: false,
});
const reward = (name: string, maxWallets = 50) => ({
  name,
  purpose: 'REWARD' as const,
  maxWallets,
  isStock: false,
});
const rewards = (count: number) => Array.from({ length: count }, (_, at) => reward(`r${at}`));
type Request = ReturnType<typeof create> | ReturnType<typeof reward>;

const ofStock = (request: Request) => ({ ...request, isStock: true });

function drafted(waiting: Request[], { lanes = 3, rewardsInFlight = 0, stockLanes = 9 } = {}) {
  const free = Array.from({ length: lanes }, (_, index) => index + 1);
  const result = draftTransactions({
    waiting,
    lanes: free,
    rewardsInFlight: { owned: rewardsInFlight, stock: 0 },
    stockLanes,
  });
  return {
    drafts: result.drafts.map(({ lane, purpose, intents }) => [
      lane,
      purpose,
      ...intents.map(({ name }) => name),
    ]),
    left: result.waiting.map(({ name }) => name),
  };
}

describe('which transactions are drafted', () => {
  it('none without a lane: all keep waiting, in order', () => {
    const waiting = [create('a'), reward('r'), create('b')];
    expect(drafted(waiting, { lanes: 0 })).toEqual({ drafts: [], left: ['a', 'r', 'b'] });
  });

  it('rewards go together and first, each account has its own', () => {
    expect(drafted([create('a'), reward('r'), create('b'), reward('s')], { lanes: 2 })).toEqual({
      drafts: [
        [1, 'REWARD', 'r', 's'],
        [2, 'CREATE', 'a'],
      ],
      left: ['b'],
    });
  });

  it('while rewards are in flight accounts go first; with lanes to spare none waits', () => {
    const waiting = [reward('r'), create('a'), create('b')];
    expect(drafted(waiting, { lanes: 2, rewardsInFlight: 1 })).toEqual({
      drafts: [
        [1, 'CREATE', 'a'],
        [2, 'CREATE', 'b'],
      ],
      left: ['r'],
    });
    expect(drafted(waiting, { lanes: 3, rewardsInFlight: 1 }).drafts.at(-1)).toEqual([
      3,
      'REWARD',
      'r',
    ]);
  });

  it('a full transaction of 50 never waits, the 51st does', () => {
    const { drafts, left } = drafted([...rewards(51), create('a')], {
      lanes: 2,
      rewardsInFlight: 1,
    });
    expect(drafts.map((each) => [each[1], each.length - 2])).toEqual([
      ['REWARD', 50],
      ['CREATE', 1],
    ]);
    expect(left).toEqual(['r50']);
    const full = drafted([...rewards(100), create('a')], { lanes: 2, rewardsInFlight: 1 });
    expect([full.drafts.map(([, purpose]) => purpose), full.left]).toEqual([
      ['REWARD', 'REWARD'],
      ['a'],
    ]);
  });

  it('the smallest limit of a group decides its size, whichever came first', () => {
    expect(drafted([reward('r'), reward('s', 2), reward('t')], { lanes: 1 })).toEqual({
      drafts: [[1, 'REWARD', 'r', 's']],
      left: ['t'],
    });
    expect(drafted([reward('r'), reward('alone', 1)], { lanes: 2 }).drafts).toEqual([
      [1, 'REWARD', 'r'],
      [2, 'REWARD', 'alone'],
    ]);
  });

  it('wants a lane for each account, and one for each 50 rewards', () => {
    expect([
      lanesWanted([], 9),
      lanesWanted([create('a'), create('b')], 0),
      lanesWanted([create('a'), ...rewards(50)], 0),
      lanesWanted([create('a'), ...rewards(51)], 0),
      lanesWanted([create('a'), ofStock(create('s')), ofStock(create('t'))], 1),
    ]).toEqual([0, 2, 2, 3, 2]);
  });

  it('gives the stock the lanes that are left, in transactions of its own', () => {
    const waiting = [ofStock(create('s')), ofStock(reward('sr')), create('a'), reward('r')];
    expect(drafted(waiting, { lanes: 4 })).toEqual({
      drafts: [
        [1, 'REWARD', 'r'],
        [2, 'CREATE', 'a'],
        [3, 'REWARD', 'sr'],
        [4, 'CREATE', 's'],
      ],
      left: [],
    });
    expect(drafted(waiting, { lanes: 2 }).left).toEqual(['s', 'sr']);
    expect(drafted(waiting, { lanes: 4, stockLanes: 0 }).left).toEqual(['s', 'sr']);
  });

  it('leaves a quarter of the lanes, and at least one of several, to users', () => {
    expect([1, 2, 4, 8, 64].map(lanesForStock)).toEqual([1, 1, 3, 6, 48]);
  });
});

describe('after a commit was refused', () => {
  const one = { drafts: 1, wallets: 1, isStock: false };

  it('lost claims and lanes are sorted out, and no wallet fails', () => {
    expect(afterRefusal('CLAIM_LOST', one)).toEqual({ step: 'sort out lost claims' });
    expect(afterRefusal('LANE_LOST', one)).toEqual({ step: 'sort out lost lanes' });
  });

  it.each([
    ['ALREADY_SIGNED', 'SIGNED_ELSEWHERE', 'untouched'],
    ['PAUSED', 'SIGNING_PAUSED', 'checks'],
    ['DATABASE_BEHIND_CHAIN', 'DATABASE_BEHIND_CHAIN', 'reports'],
  ] as const)('%s ends all of them with %s, however many', (refusal, code, gate) => {
    for (const size of [one, { drafts: 3, wallets: 60, isStock: false }]) {
      const after = afterRefusal(refusal, size);
      expect(after).toMatchObject({ step: 'give up', gate, error: { code } });
    }
  });

  it.each(['TREASURY_NEAR_LOW', 'TREASURY_TOKEN_LOW', 'SPEND_LIMIT_REACHED'] as const)(
    '%s: as much as there is, one by one, then by halves, then it is reported',
    (refusal) => {
      const after = (drafts: number, wallets: number, isStock = false) =>
        afterRefusal(refusal, { drafts, wallets, isStock });
      expect(after(2, 2)).toEqual({ step: 'commit one by one' });
      expect(after(1, 5)).toEqual({ step: 'go back', maxWallets: 3 });
      expect(after(1, 2)).toEqual({ step: 'go back', maxWallets: 1 });
      expect(after(1, 1, true)).toMatchObject({ step: 'give up', gate: 'untouched' });
      expect(after(1, 1)).toMatchObject({
        step: 'give up',
        gate: 'reports',
        error: { code: refusal },
      });
    },
  );

  it.each([
    [null, true, null, false],
    ['LANE_LOST', true, null, false],
    ['ALREADY_SIGNED', false, null, false],
    ['TREASURY_NEAR_LOW', false, 'TREASURY_NEAR_LOW', false],
    ['DATABASE_BEHIND_CHAIN', false, 'DATABASE_BEHIND_CHAIN', true],
  ] as [CommitRefusal | null, boolean, string | null, boolean][])(
    "of the service's own: %s",
    (refusal, isLaneLost, code, isReported) => {
      const after = afterOwnRefusal(refusal, 'TOMBSTONE');
      expect({ ...after, error: after.error?.code ?? null }).toEqual({
        isLaneLost,
        isReported,
        error: code,
      });
    },
  );
});
