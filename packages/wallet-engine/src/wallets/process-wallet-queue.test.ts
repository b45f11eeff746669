import { expect, it } from 'vitest';
import { ClaimLostError, ServiceError, StoppedError, WalletError } from '../core/errors.ts';
import { createWalletWorker } from './process-wallet-queue.ts';

const nowMs = 1_000_000;

/** A worker whose wallets all fail in this way. */
function workerOf(
  error: Error,
  {
    attempts = 1,
    openness = 'open',
    canSign = true,
    isDue = true,
    ownerId = 'ann' as string | null,
  } = {},
) {
  const failures: object[] = [];
  const handedBack: object[] = [];
  const reported: Error[] = [];
  const renewed: object[] = [];
  const worker = createWalletWorker({
    config: { lanes: 1, batchSize: 5, maxAttempts: 3, stock: 0 } as never,
    store: {
      claimWallet: async ({ userId, claimToken }: { userId: string; claimToken: string }) =>
        isDue ? { userId, ownerId, claimToken, attempts, accountId: 'ann.service.near' } : null,
      claimWallets: async () => [],
      failWallet: async (failure: object) => void failures.push(failure),
      handBackWallets: async (back: object) => void handedBack.push(back),
      renewClaims: async (renewal: object) => void renewed.push(renewal),
    } as never,
    gate: {
      check: async () => openness,
      report: async (error: Error) => void reported.push(error),
    } as never,
    createWallet: () => Promise.reject(error),
    signer: { waiting: () => 0, waitingForOwners: () => 0 },
    laneKeeper: { canSign: () => canSign },
    permit: { mayClaim: () => true },
    clock: { now: () => nowMs, sleep: async () => undefined },
    log: { info() {}, warn() {}, error() {} },
    observer: { walletClaimed() {}, walletReady() {}, walletFailed() {} } as never,
    signal: new AbortController().signal,
    newToken: () => 'token',
    random: () => 0,
  });
  return { worker, failures, handedBack, reported, renewed };
}

const claim = { userId: 'ann', claimToken: 'token' };
const refused = new WalletError('REWARD_REFUSED', '');
it.each<[what: string, error: Error, attempts: number, end: [string, number | null]]>([
  ['may pass', refused, 1, ['REWARD_REFUSED', nowMs + 5_000]],
  ['may pass, again', refused, 2, ['REWARD_REFUSED', nowMs + 10_000]],
  ['may pass, once too often', refused, 3, ['REWARD_REFUSED', null]],
  ['is final', new WalletError('ACCOUNT_KEY_MISMATCH', ''), 1, ['ACCOUNT_KEY_MISMATCH', null]],
  ['nobody knows', new TypeError(), 2, ['UNEXPECTED_ERROR', nowMs + 10_000]],
  ['nobody knows, once too often', new TypeError(), 3, ['UNEXPECTED_ERROR', null]],
])('an error that %s', async (_what, error, attempts, [errorCode, retryAtMs]) => {
  const { worker, failures, handedBack } = workerOf(error, { attempts });
  expect(await worker.processWallet('ann')).toBe(true);
  expect(worker.active()).toBe(1);
  await worker.settled();
  expect(worker.active()).toBe(0);
  expect(failures).toEqual([{ ...claim, errorCode, retryAtMs, isForgiven: false, nowMs }]);
  expect(handedBack).toEqual([]);
});

it('an error of the service is reported, and costs the wallet no attempt', async () => {
  const unreachable = new ServiceError('NODE_UNREACHABLE', '');
  const { worker, failures, handedBack, reported } = workerOf(unreachable);
  await worker.processWallet('ann');
  await worker.settled();
  expect(reported).toEqual([unreachable]);
  expect(handedBack).toEqual([{ claims: [claim], nowMs }]);
  expect(failures).toEqual([]);
});

it('a lack of money meets the stock alone: nobody is told, and it costs no attempt', async () => {
  const short = new ServiceError('TREASURY_NEAR_LOW', '');
  const { worker, handedBack, reported } = workerOf(short, { ownerId: null });
  await worker.processWallet('ann');
  await worker.settled();
  expect([reported, handedBack]).toEqual([[], [{ claims: [claim], nowMs }]]);
});

it.each([new ClaimLostError(), new StoppedError()])('%s: nothing is written', async (error) => {
  const { worker, failures, handedBack } = workerOf(error);
  await worker.processWallet('ann');
  await worker.settled();
  expect([...failures, ...handedBack]).toEqual([]);
});

it.each([
  [{ openness: 'settling-only' }],
  [{ openness: 'closed' }],
  [{ canSign: false }],
  [{ isDue: false }],
])('does not claim a named wallet: %o', async (more) => {
  const { worker } = workerOf(refused, more);
  expect(await worker.processWallet('ann')).toBe(false);
  expect(worker.active()).toBe(0);
});

it('renews and hands back its claims, and makes no call without any', async () => {
  const { worker, renewed, handedBack } = workerOf(refused);
  await worker.renewClaims();
  await worker.handBack();
  expect([...renewed, ...handedBack]).toEqual([]);
  await worker.processWallet('ann');
  await Promise.all([worker.renewClaims(), worker.handBack()]);
  expect(renewed).toEqual([{ claims: [claim], nowMs, leaseDurationMs: 6_000 }]);
  expect(handedBack).toEqual([{ claims: [claim], nowMs }]);
  await worker.settled();
});
