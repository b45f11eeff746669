import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryableCodes } from './errors.ts';
import { isLegalTransition, retryDelayMs, type WalletStatus, walletTransitions } from './wallet.ts';

const statuses = [null, 'PENDING', 'CREATING', 'READY', 'FAILED'] as const;
const transitions = Object.values(walletTransitions) as {
  from: (WalletStatus | null)[];
  to: WalletStatus;
}[];

/** The statuses of a walk of random transitions; those that do not apply are skipped. */
const walks = fc.array(fc.constantFrom(...transitions), { maxLength: 40 }).map((walk) => {
  const path: (WalletStatus | null)[] = [null];
  for (const { from, to } of walk) {
    if (from.includes(path.at(-1) ?? null)) path.push(to);
  }
  return path;
});

describe('the transitions of a wallet', () => {
  it('are exactly those of the table', () => {
    const legal = statuses.flatMap((from) =>
      statuses.filter((to) => isLegalTransition(from, to)).map((to) => `${from} > ${to}`),
    );
    expect(legal.sort()).toEqual([
      'CREATING > CREATING',
      'CREATING > FAILED',
      'CREATING > PENDING',
      'CREATING > READY',
      'FAILED > CREATING',
      'FAILED > PENDING',
      'PENDING > CREATING',
      'READY > READY',
      'null > PENDING',
    ]);
  });

  it('never leave READY, never return to null, and reach READY and FAILED only from CREATING', () => {
    fc.assert(
      fc.property(walks, (path) => {
        path.forEach((to, index) => {
          if (index === 0) return;
          const from = path[index - 1] ?? null;
          expect(isLegalTransition(from, to)).toBe(true);
          if (from === 'READY') expect(to).toBe('READY');
          expect(to).not.toBeNull();
          if (to === 'FAILED') expect(from).toBe('CREATING');
          if (to === 'READY') expect(['CREATING', 'READY']).toContain(from);
          if (from === null) expect(to).toBe('PENDING');
        });
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('leave a path to READY from every status', () => {
    const reaches = (
      status: WalletStatus | null,
      seen = new Set<WalletStatus | null>(),
    ): boolean => {
      if (status === 'READY') return true;
      seen.add(status);
      return transitions
        .filter(({ from, to }) => from.includes(status) && !seen.has(to))
        .some(({ to }) => reaches(to, seen));
    };
    for (const status of statuses) expect(reaches(status)).toBe(true);
  });
});

describe('the delay before a retry', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('starts at 5 s, doubles, and never exceeds ten minutes plus jitter', () => {
    expect([1, 2, 3].map((attempt) => retryDelayMs({ attempt, random: 0 }))).toEqual([
      5_000, 10_000, 20_000,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), random, (attempt, value) => {
        const delayMs = retryDelayMs({ attempt, random: value });
        const leastMs = retryDelayMs({ attempt, random: 0 });
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(leastMs);
        expect(delayMs).toBeLessThanOrEqual(leastMs * 1.25);
        expect(leastMs).toBeLessThanOrEqual(600_000);
      }),
      { seed: 7 },
    );
  });

  it('keeps wallets that failed together from coming back together', () => {
    const delays = Array.from({ length: 50 }, (_, index) =>
      retryDelayMs({ attempt: 1, random: index / 50 }),
    );
    expect(new Set(delays).size).toBe(50);
  });
});

describe('codes that a user may retry', () => {
  it('exclude those that a retry cannot fix or could make worse', () => {
    for (const final of [
      'ACCOUNT_KEY_MISMATCH',
      'REWARD_UNPROVEN',
      'WALLET_RECORD_INCOMPLETE',
      'WALLET_KEY_UNREADABLE',
      'ACCOUNT_ID_INVALID',
    ]) {
      expect(retryableCodes).not.toContain(final);
    }
    expect(retryableCodes).toContain('TOO_MANY_TAKEOVERS');
  });
});
