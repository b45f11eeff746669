import { describe, expect, it } from 'vitest';
import {
  ClaimLostError,
  RefusedByChainError,
  ServiceError,
  StoppedError,
  WalletError,
} from '../core/errors.ts';
import { afterError, claimKind, claimRoom } from './worker-decisions.ts';

describe('room for another claim', () => {
  const config = { lanes: 2, batchSize: 5 };
  const idle = { owned: 0, stock: 0, waiting: 0, waitingForOwners: 0 };

  it('owners have it until as many signatures as lanes wait, or eight wallets a lane and a batch are at work', () => {
    expect(claimRoom('owners', { ...idle, waiting: 9, waitingForOwners: 1 }, config)).toBe(5);
    expect(claimRoom('owners', { ...idle, waiting: 2, waitingForOwners: 2 }, config)).toBe(0);
    expect(claimRoom('owners', { ...idle, owned: 20, stock: 21 }, config)).toBe(5);
    expect(claimRoom('owners', { ...idle, owned: 21 }, config)).toBe(0);
  });

  it('the stock has it only while no signature of an owner waits', () => {
    expect(claimRoom('stock', { ...idle, waiting: 1 }, config)).toBe(5);
    expect(claimRoom('stock', { ...idle, waiting: 1, waitingForOwners: 1 }, config)).toBe(0);
    expect(claimRoom('stock', { ...idle, waiting: 2 }, config)).toBe(0);
  });

  it('the stock fills up to four wallets a lane at work, and 168 where there are many lanes', () => {
    expect(claimRoom('stock', { ...idle, owned: 3, stock: 2 }, config)).toBe(3);
    expect(claimRoom('stock', { ...idle, owned: 8 }, config)).toBe(0);
    expect(claimRoom('stock', { ...idle, owned: 9 }, config)).toBe(0);
    const many = { lanes: 128, batchSize: 10 };
    expect(claimRoom('stock', { ...idle, owned: 166 }, many)).toBe(2);
    expect(claimRoom('stock', { ...idle, stock: 168 }, many)).toBe(0);
  });
});

describe('after an error', () => {
  const owned = { ownerId: 'ann', attempts: 1 };
  const stock = { ownerId: null, attempts: 1 };
  const config = { maxAttempts: 2 };
  const alone = { areOthersRefused: false };

  it('nothing is written for a lost claim or a stop', () => {
    for (const error of [new ClaimLostError(), new StoppedError()]) {
      expect(afterError(owned, error, config, alone)).toEqual({ step: 'nothing' });
    }
  });

  it('of the service the wallet is handed back; for want of money the stock alone makes a break', () => {
    const short = new ServiceError('TREASURY_NEAR_LOW', '');
    const away = new ServiceError('NODE_UNREACHABLE', '');
    const handBack = { step: 'hand back', error: short };
    expect(afterError(owned, short, config, alone)).toEqual({ ...handBack, isLeftToOwners: false });
    expect(afterError(stock, short, config, alone)).toEqual({ ...handBack, isLeftToOwners: true });
    expect(afterError(stock, away, config, alone)).toMatchObject({
      error: away,
      isLeftToOwners: false,
    });
  });

  it('of the service by which the chain refuses all alike is none of the stock alone', () => {
    const refused = new RefusedByChainError('TREASURY_TOKEN_LOW', '');
    const handBack = { step: 'hand back', error: refused, isLeftToOwners: false };
    expect(afterError(stock, refused, config, alone)).toEqual(handBack);
    expect(afterError(owned, refused, config, alone)).toEqual(handBack);
  });

  it('of the wallet it fails, and is retried while attempts remain unless the error is final', () => {
    const refused = new WalletError('REWARD_REFUSED', '');
    const final = new WalletError('ACCOUNT_KEY_MISMATCH', '');
    const last = { ownerId: 'ann', attempts: 2 };
    const fail = { step: 'fail', errorCode: 'REWARD_REFUSED' };
    expect(afterError(owned, refused, config, alone)).toEqual({
      ...fail,
      retries: true,
      isForgiven: false,
    });
    expect(afterError(last, refused, config, alone)).toEqual({
      ...fail,
      retries: false,
      isForgiven: false,
    });
    expect(afterError(owned, final, config, alone)).toMatchObject({
      retries: false,
      isForgiven: false,
    });
    expect(afterError(owned, new TypeError(), config, alone)).toEqual({
      step: 'fail',
      errorCode: 'UNEXPECTED_ERROR',
      retries: true,
      isForgiven: false,
    });
  });

  it('of a refusal that meets others, too, it is retried until that is over', () => {
    const refused = new WalletError('REWARD_REFUSED', '');
    const all = { areOthersRefused: true };
    const tired = { attempts: 2 };
    expect(afterError(owned, refused, config, all)).toMatchObject({
      retries: true,
      isForgiven: true,
    });
    expect(afterError({ ...owned, ...tired }, refused, config, all)).toMatchObject({
      retries: true,
      isForgiven: true,
    });
    // Else the keeper would replace it, at the price of another account.
    expect(afterError({ ...stock, ...tired }, refused, config, all)).toMatchObject({
      retries: true,
      isForgiven: true,
    });
    const other = new WalletError('WALLET_NOT_AS_EXPECTED', '');
    expect(afterError({ ...owned, ...tired }, other, config, all)).toMatchObject({
      retries: false,
      isForgiven: false,
    });
    const final = new WalletError('REWARD_UNPROVEN', '');
    expect(afterError({ ...owned, ...tired }, final, config, all)).toMatchObject({
      retries: false,
      isForgiven: false,
    });
  });
});

it('a claim is the first one, a takeover, or another attempt', () => {
  expect(claimKind({ isFirstClaim: true, takeovers: 0 })).toBe('first');
  expect(claimKind({ isFirstClaim: false, takeovers: 1 })).toBe('takeover');
  expect(claimKind({ isFirstClaim: false, takeovers: 0 })).toBe('again');
});
