import { toBaseUnits, toMicroCost } from '../core/amounts.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import type { StockTerms } from '../ports/wallet-stock.ts';

const nearDecimals = 24;

/** What this configuration gives a wallet, in the form in which the ledger has it for existing wallets. */
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
