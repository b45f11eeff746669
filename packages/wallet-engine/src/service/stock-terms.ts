import { toBaseUnits, toMicroCost } from '../core/amounts.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import type { StockTerms } from '../ports/wallet-stock.ts';

const nearDecimals = 24;

/** What a wallet is given by this configuration, as the ledger has it of those that were made. */
export function stockTermsOf({
  serviceAccountId,
  tokenContract,
  signupReward,
  tokenDecimals,
  initialBalanceYocto,
}: Pick<
  EngineConfig,
  'serviceAccountId' | 'tokenContract' | 'signupReward' | 'tokenDecimals' | 'initialBalanceYocto'
>): StockTerms {
  return {
    serviceAccountId,
    tokenContract,
    rewardAmount: toBaseUnits(signupReward, tokenDecimals).toString(),
    initialMicroNear: toMicroCost(initialBalanceYocto, nearDecimals),
  };
}
