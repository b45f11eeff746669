import { fromMicroCost, toMicroCost, toMicroFunds } from '../core/amounts.ts';
import type { Clock } from '../core/clock.ts';
import { type EngineConfig, hourMs } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type { TransactionLedger, TreasuryReading } from '../ports/transaction-ledger.ts';
import type { Reward } from './meet-chain.ts';
import { requireWithinSpendLimits } from './spend-limits.ts';
import { maxWalletCost, walletRunway } from './transaction-plan.ts';

const nearDecimals = 24;

interface TreasuryParts {
  config: EngineConfig;
  ledger: TransactionLedger;
  chain: NearChain;
  clock: Clock;
}

/**
 * Reads the service account's balances, stores them, and checks that one more wallet is covered.
 * @param atHeight of a final block, for both balances: a lagging node gives an old balance with its
 *   old height, so that what was settled since still counts
 * @param before the last reading: more than that needs a second node's word, where several are configured. Until
 *   then the last one counts, less what was spent since. Null: none yet
 * @param onRunway receives how many wallets the balances cover
 * @throws ServiceError when another wallet is not covered, or not within the spend limits
 */
export async function checkTreasury(
  { config, ledger, chain, clock }: TreasuryParts,
  {
    reward,
    before,
    atHeight,
    onRunway,
  }: {
    reward: Reward;
    before: TreasuryReading | null;
    atHeight: number;
    onRunway: (wallets: number) => void;
  },
): Promise<void> {
  const { initialBalanceYocto } = config;
  const cost = maxWalletCost({ initialBalanceYocto, reward });
  const reserve = toMicroCost(config.reserveYocto, nearDecimals);
  const needs = { microNear: cost.microNear + reserve, microToken: cost.microToken };
  const [account, tokenBalance] = await viewBalances(chain, {
    ...{ config, reward, needs, before, atHeight },
  });
  if (!account) {
    const message = `the service account ${config.serviceAccountId} does not exist on this chain`;
    throw new ServiceError('SERVICE_ACCOUNT_MISSING', message);
  }
  const microNear = toMicroFunds(account.spendableYocto, nearDecimals);
  const microToken = toMicroFunds(tokenBalance, reward.decimals);
  const runwayWallets = walletRunway({
    fundsMicroNear: microNear - reserve,
    fundsMicroToken: microToken,
    initialBalanceYocto,
    reward,
  });
  const nowMs = clock.now();
  await ledger.recordTreasury({
    microNear,
    microToken,
    runwayWallets,
    height: atHeight,
    readAtMs: nowMs,
  });
  onRunway(runwayWallets);
  if (microNear < needs.microNear) {
    const message = `${config.serviceAccountId} can spend ${microNear / 1e6} NEAR; one wallet and the reserve need ${needs.microNear / 1e6}`;
    throw new ServiceError('TREASURY_NEAR_LOW', message);
  }
  if (microToken < needs.microToken) {
    const message = `${config.serviceAccountId} has ${microToken / 1e6} tokens of ${reward.tokenContract}; one reward needs ${needs.microToken / 1e6}`;
    throw new ServiceError('TREASURY_TOKEN_LOW', message);
  }
  await requireWithinSpendLimits({ config, ledger, walletCost: cost, nowMs });
}

/**
 * A shortage stops all processes, and a rise lets them spend, or ends a pause: both must be confirmed by a
 * second node.
 */
function viewBalances(
  chain: NearChain,
  {
    config,
    reward,
    needs,
    before,
    atHeight,
  }: {
    config: EngineConfig;
    reward: Reward;
    needs: { microNear: number; microToken: number };
    before: TreasuryReading | null;
    atHeight: number;
  },
) {
  const { serviceAccountId: accountId, tokenContract } = config;
  return Promise.all([
    chain.viewAccount({
      accountId,
      atHeight,
      confirmAbsence: true,
      confirmBelowYocto: fromMicroCost(needs.microNear, nearDecimals),
      ...(before && { confirmAboveYocto: fromMicroCost(before.microNear + 1, nearDecimals) }),
    }),
    chain.viewTokenBalance({
      tokenContract,
      accountId,
      atHeight,
      confirmBelow: fromMicroCost(needs.microToken, reward.decimals),
      ...(before && { confirmAbove: fromMicroCost(before.microToken + 1, reward.decimals) }),
    }),
  ]);
}

/** Warns once an hour while the treasury is short, and logs once when it is filled again. */
export function createRunwayWarning({
  config,
  clock,
  log,
}: {
  config: EngineConfig;
  clock: Clock;
  log: EngineLog;
}): (runwayWallets: number) => void {
  let warnedAtMs: number | null = null;
  return (runwayWallets) => {
    const isShort = runwayWallets < config.runwayWarningWallets;
    if (isShort && (warnedAtMs === null || clock.now() - warnedAtMs >= hourMs)) {
      warnedAtMs = clock.now();
      log.warn({ code: 'TREASURY_RUNWAY', runwayWallets }, 'the treasury runs low');
    }
    if (!isShort && warnedAtMs !== null) {
      warnedAtMs = null;
      log.info({ runwayWallets }, 'the treasury is filled again');
    }
  };
}
