import { toBaseUnits, toMicroCost } from '../core/amounts.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import type { SpendLimits, TransactionLedger } from '../ports/transaction-ledger.ts';
import { maxWalletCost, usualRegistrationYocto } from './transaction-plan.ts';

const nearDecimals = 24;
const microDecimals = 6;

export type LimitConfig = Pick<
  EngineConfig,
  'spendLimitHourYocto' | 'spendLimitDayYocto' | 'spendLimitHourTokens' | 'spendLimitDayTokens'
>;

/**
 * Default limits: a flood of sign-ups must not empty the treasury. Wallets beyond them wait, and are made
 * when the window has moved on.
 */
export const usualWalletsPerHour = 300;
export const usualWalletsPerDay = 2_000;

const windowNames: Readonly<Record<keyof SpendLimits, string>> = {
  hourMicroNear: 'NEAR in an hour',
  dayMicroNear: 'NEAR in 24 hours',
  hourMicroToken: 'reward tokens in an hour',
  dayMicroToken: 'reward tokens in 24 hours',
};

/** Limits that exactly these numbers of wallets reach. */
export function usualSpendLimits({
  initialBalanceYocto,
  signupReward,
  tokenDecimals,
}: Pick<EngineConfig, 'initialBalanceYocto' | 'signupReward' | 'tokenDecimals'>): LimitConfig {
  const reward = {
    baseUnits: toBaseUnits(signupReward, tokenDecimals),
    decimals: tokenDecimals,
    registrationYocto: usualRegistrationYocto,
  };
  const cost = maxWalletCost({ initialBalanceYocto, reward });
  const yocto = (wallets: number) => BigInt(cost.microNear) * BigInt(wallets) * 10n ** 18n;
  const tokens = (wallets: number) => String((cost.microToken * wallets) / 1e6);
  return {
    spendLimitHourYocto: yocto(usualWalletsPerHour),
    spendLimitDayYocto: yocto(usualWalletsPerDay),
    spendLimitHourTokens: tokens(usualWalletsPerHour),
    spendLimitDayTokens: tokens(usualWalletsPerDay),
  };
}

/** The limits as the sign commit compares them. */
export function spendLimitsOf({
  spendLimitHourYocto,
  spendLimitDayYocto,
  spendLimitHourTokens,
  spendLimitDayTokens,
}: LimitConfig): SpendLimits {
  const micro = (yocto: bigint | null) =>
    yocto === null ? null : toMicroCost(yocto, nearDecimals);
  const microTokens = (tokens: string | null) =>
    tokens === null ? null : Number(toBaseUnits(tokens, microDecimals));
  return {
    hourMicroNear: micro(spendLimitHourYocto),
    dayMicroNear: micro(spendLimitDayYocto),
    hourMicroToken: microTokens(spendLimitHourTokens),
    dayMicroToken: microTokens(spendLimitDayTokens),
  };
}

const windows = ['hourMicroNear', 'dayMicroNear', 'hourMicroToken', 'dayMicroToken'] as const;

/** How many more wallets fit, each at its maximum cost; Infinity where there is no limit. */
export async function countWithinSpendLimits({
  config,
  ledger,
  walletCost,
  nowMs,
}: {
  config: LimitConfig;
  ledger: Pick<TransactionLedger, 'readSpending'>;
  walletCost: WalletCost;
  nowMs: number;
}): Promise<number> {
  const limits = spendLimitsOf(config);
  if (Object.values(limits).every((limit) => limit === null)) return Number.POSITIVE_INFINITY;
  const spent = await ledger.readSpending({ nowMs });
  return Math.min(
    ...windows.map((window) => {
      const limit = limits[window];
      const cost = costIn(window, walletCost);
      return limit === null || cost === 0
        ? Number.POSITIVE_INFINITY
        : Math.floor((limit - spent[window]) / cost);
    }),
  );
}

/** The most one wallet can cost. */
interface WalletCost {
  microNear: number;
  microToken: number;
}

function costIn(window: (typeof windows)[number], { microNear, microToken }: WalletCost): number {
  return window.endsWith('Near') ? microNear : microToken;
}

/**
 * Requires that one more wallet fits; the sign commit checks again what it signs.
 * @throws ServiceError `SPEND_LIMIT_REACHED`
 */
export async function requireWithinSpendLimits({
  config,
  ledger,
  walletCost,
  nowMs,
}: {
  config: LimitConfig;
  ledger: TransactionLedger;
  walletCost: WalletCost;
  nowMs: number;
}): Promise<void> {
  const limits = spendLimitsOf(config);
  if (Object.values(limits).every((limit) => limit === null)) return;
  const spent = await ledger.readSpending({ nowMs });
  for (const window of windows) {
    const limit = limits[window];
    const cost = costIn(window, walletCost);
    if (limit === null || spent[window] + cost <= limit) continue;
    throw new ServiceError(
      'SPEND_LIMIT_REACHED',
      `${spent[window] / 1e6} of ${limit / 1e6} ${windowNames[window]} are spent or reserved; one more wallet may cost ${cost / 1e6}`,
    );
  }
}
