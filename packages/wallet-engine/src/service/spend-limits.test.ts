import { describe, expect, it } from 'vitest';
import { yoctoPerNear } from '../core/amounts.ts';
import type { SpendLimits, TransactionLedger } from '../ports/transaction-ledger.ts';
import {
  type LimitConfig,
  requireWithinSpendLimits,
  spendLimitsOf,
  usualSpendLimits,
} from './spend-limits.ts';
import { maxWalletCost, usualRegistrationYocto } from './transaction-plan.ts';

const none: LimitConfig = {
  spendLimitHourYocto: null,
  spendLimitDayYocto: null,
  spendLimitHourTokens: null,
  spendLimitDayTokens: null,
};
const walletCost = { microNear: 100, microToken: 7 };

/** Whether a wallet fits beside what was spent. */
async function fits(config: Partial<LimitConfig>, spent: Partial<SpendLimits>): Promise<boolean> {
  const nothing = { hourMicroNear: 0, dayMicroNear: 0, hourMicroToken: 0, dayMicroToken: 0 };
  const readSpending = async () => ({ ...nothing, ...spent });
  const ledger = { readSpending } as unknown as TransactionLedger;
  const asked = requireWithinSpendLimits({
    config: { ...none, ...config },
    ledger,
    walletCost,
    nowMs: 0,
  });
  return asked.then(
    () => true,
    (error) => {
      expect(error).toMatchObject({ code: 'SPEND_LIMIT_REACHED' });
      return false;
    },
  );
}

describe('the usual limits', () => {
  it('are the maximum cost of 300 wallets an hour and 2,000 a day, in NEAR and in tokens', () => {
    const initialBalanceYocto = yoctoPerNear / 10n;
    const terms = { initialBalanceYocto, signupReward: '100', tokenDecimals: 18 };
    const reward = {
      baseUnits: 100n * 10n ** 18n,
      decimals: 18,
      registrationYocto: usualRegistrationYocto,
    };
    const { microNear } = maxWalletCost({ initialBalanceYocto, reward });
    const usual = usualSpendLimits(terms);
    expect(usual).toMatchObject({ spendLimitHourTokens: '30000', spendLimitDayTokens: '200000' });
    expect(spendLimitsOf(usual)).toEqual({
      hourMicroNear: microNear * 300,
      dayMicroNear: microNear * 2_000,
      hourMicroToken: 30_000 * 1e6,
      dayMicroToken: 200_000 * 1e6,
    });
  });
});

describe('a wallet', () => {
  const windows = [
    ['hourMicroNear', { spendLimitHourYocto: 10n ** 21n }, 1_000 - walletCost.microNear],
    ['dayMicroNear', { spendLimitDayYocto: 10n ** 21n }, 1_000 - walletCost.microNear],
    ['hourMicroToken', { spendLimitHourTokens: '0.001' }, 1_000 - walletCost.microToken],
    ['dayMicroToken', { spendLimitDayTokens: '0.001' }, 1_000 - walletCost.microToken],
  ] as const;

  it.each(windows)(
    'just fits below the limit of %s alone, and not above',
    async (window, limit, most) => {
      expect(await fits(limit, { [window]: most })).toBe(true);
      expect(await fits(limit, { [window]: most + 1 })).toBe(false);
    },
  );

  it.each(windows)('is held to no other limit than that of %s', async (window, limit) => {
    const others = windows.filter(([name]) => name !== window).map(([name]) => [name, 1e12]);
    expect(await fits(limit, Object.fromEntries(others))).toBe(true);
  });

  it('always fits where there are no limits', async () => {
    expect(await fits({}, { hourMicroNear: 1e12, dayMicroToken: 1e12 })).toBe(true);
  });
});
