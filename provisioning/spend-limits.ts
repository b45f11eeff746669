import { toMicroCost } from './amounts.ts';
import type { EngineConfig } from './engine-config.ts';
import { ServiceFault } from './errors.ts';
import type { SpendLimits, TransactionLedger } from './transaction-ledger.ts';

const nearDecimals = 24;

type LimitConfig = Pick<EngineConfig, 'spendLimitHourYocto' | 'spendLimitDayYocto'>;

/** The limits as the sign commit compares them. */
export function spendLimitsOf({
  spendLimitHourYocto,
  spendLimitDayYocto,
}: LimitConfig): SpendLimits {
  const micro = (yocto: bigint | null) =>
    yocto === null ? null : toMicroCost(yocto, nearDecimals);
  return { hourMicroNear: micro(spendLimitHourYocto), dayMicroNear: micro(spendLimitDayYocto) };
}

/**
 * Whether one more wallet fits; the sign commit decides it again, for what it signs.
 * @throws ServiceFault `SPEND_LIMIT_REACHED`
 */
export async function requireWithinSpendLimits({
  config,
  ledger,
  walletMicroNear,
  nowMs,
}: {
  config: LimitConfig;
  ledger: TransactionLedger;
  /** The most one wallet can cost. */
  walletMicroNear: number;
  nowMs: number;
}): Promise<void> {
  const limits = spendLimitsOf(config);
  if (limits.hourMicroNear === null && limits.dayMicroNear === null) return;
  const spent = await ledger.readSpending({ nowMs });
  for (const window of ['hourMicroNear', 'dayMicroNear'] as const) {
    const limit = limits[window];
    if (limit === null || spent[window] + walletMicroNear <= limit) continue;
    throw new ServiceFault(
      'SPEND_LIMIT_REACHED',
      `${spent[window]} of ${limit} ${window} are spent or held`,
    );
  }
}
