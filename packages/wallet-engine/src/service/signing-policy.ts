import { toBaseUnits } from '../core/amounts.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { isDirectSubAccountOf } from '../core/near-account.ts';
import type { SigningPlan } from '../ports/key-vault.ts';
import {
  maxKeysInTransaction,
  maxRewardsInTransaction,
  mostRegistrationYocto,
} from './transaction-plan.ts';

/** What the service account may sign. A key vault gets these terms once and signs nothing else for any caller. */
export interface SigningTerms {
  serviceAccountId: string;
  tokenContract: string;
  /** Exactly so much is paid, in the token's base units. */
  rewardBaseUnits: bigint;
  /** The most that a new account is given. */
  initialBalanceYocto: bigint;
}

export function signingTermsOf(
  config: Pick<
    EngineConfig,
    'serviceAccountId' | 'tokenContract' | 'tokenDecimals' | 'signupReward' | 'initialBalanceYocto'
  >,
): SigningTerms {
  const { serviceAccountId, tokenContract, initialBalanceYocto } = config;
  const rewardBaseUnits = toBaseUnits(config.signupReward, config.tokenDecimals);
  return { serviceAccountId, tokenContract, rewardBaseUnits, initialBalanceYocto };
}

/** Numbering continues when the service key is replaced; no deployment comes near it. */
const highestLane = 1_000_000;

/**
 * Why a plan is outside the terms; null when it is within. The vault itself must check that it holds the
 * key of a new account.
 */
export function refusalOfPlan(plan: SigningPlan, terms: SigningTerms): string | null {
  switch (plan.kind) {
    case 'account':
      return refusalOfAccount(plan, terms);
    case 'rewards':
      return refusalOfRewards(plan, terms);
    case 'lane keys':
      return refusalOfLaneKeys(plan);
    case 'noop':
      return null;
    default:
      return 'it is not a plan of this service';
  }
}

type PlanOf<Kind extends SigningPlan['kind']> = Extract<SigningPlan, { kind: Kind }>;

function refusalOfAccount(
  { wallet: { accountId }, balanceYocto }: PlanOf<'account'>,
  terms: SigningTerms,
): string | null {
  if (!isOurs(accountId, terms)) return `${accountId} is not a sub-account of the service account`;
  if (balanceYocto >= 0n && balanceYocto <= terms.initialBalanceYocto) return null;
  return `an account begins with ${terms.initialBalanceYocto} yoctoNEAR at most, not with ${balanceYocto}`;
}

function refusalOfRewards(
  { tokenContract, accountIds, baseUnits, registrationYocto }: PlanOf<'rewards'>,
  terms: SigningTerms,
): string | null {
  const foreign = accountIds.find((accountId) => !isOurs(accountId, terms));
  if (foreign !== undefined) return `${foreign} is not a sub-account of the service account`;
  if (tokenContract !== terms.tokenContract) return `${tokenContract} is not the reward's token`;
  if (baseUnits !== terms.rewardBaseUnits) {
    return `a reward is ${terms.rewardBaseUnits} base units, not ${baseUnits}`;
  }
  if (registrationYocto < 0n || registrationYocto > mostRegistrationYocto) {
    return `a registration costs ${mostRegistrationYocto} yoctoNEAR at most, not ${registrationYocto}`;
  }
  if (new Set(accountIds).size < accountIds.length) return 'it pays one account twice';
  return isBetween(accountIds.length, 1, maxRewardsInTransaction)
    ? null
    : `it pays ${accountIds.length} accounts, not 1 to ${maxRewardsInTransaction}`;
}

function refusalOfLaneKeys({ laneNumbers }: PlanOf<'lane keys'>): string | null {
  // Lane 0 is the account's own key, which is there.
  const foreign = laneNumbers.find((laneNumber) => !isBetween(laneNumber, 1, highestLane));
  if (foreign !== undefined) return `${foreign} is not a lane`;
  if (new Set(laneNumbers).size < laneNumbers.length) return 'it adds one lane twice';
  return isBetween(laneNumbers.length, 1, maxKeysInTransaction)
    ? null
    : `it adds ${laneNumbers.length} lanes, not 1 to ${maxKeysInTransaction}`;
}

function isOurs(accountId: string, { serviceAccountId }: SigningTerms): boolean {
  return isDirectSubAccountOf({ accountId, parentId: serviceAccountId });
}

function isBetween(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
