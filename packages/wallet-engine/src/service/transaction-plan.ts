import { toMicroCost } from '../core/amounts.ts';
import type { SigningPlan, StoredKey } from '../ports/key-vault.ts';
import type { NearAction } from '../ports/near-chain.ts';
import type { ClaimedWallet } from '../ports/wallet-store.ts';

const nearDecimals = 24;
const teraGas = 10n ** 12n;
const gasPerCall = 10n * teraGas;
/** NEP-145 registration in near-contract-standards, min = max; each token states its own. */
export const usualRegistrationYocto = 1_250_000_000_000_000_000_000n;

/** Ten times the usual deposit: more is neither believed nor paid for a wallet. */
export const mostRegistrationYocto = 10n * usualRegistrationYocto;

/** 100 actions and 1,000 TGas a transaction (nearcore): two calls of 10 TGas for each wallet. */
export const maxRewardsInTransaction = 50;
/** AddKey actions in one transaction. */
export const maxKeysInTransaction = 100;

/**
 * The most a transaction can take before refunds. Gas is held at ten times what it burns, see nearcore's
 * prices; the figures are rounded up.
 */
const createHoldYocto = 10n ** 22n;
/** Beside the registration. */
const rewardHoldYocto = 2_375n * 10n ** 19n;
const baseHoldYocto = 2n * 10n ** 21n;
/** Creation charge and gas of one wallet, 0.0071 + 0.0002 NEAR, rounded up. */
const usualBurntYocto = 75n * 10n ** 20n;

/** A wallet's reward, in the token's own terms. */
export interface RewardTerms {
  baseUnits: bigint;
  decimals: number;
  /** The deposit with which the token registers an account. */
  registrationYocto: bigint;
}

export interface CostedPlan {
  plan: SigningPlan;
  maxCostMicroNear: number;
  maxCostMicroToken: number;
  /** The part given away when it succeeds. */
  valueMicroNear: number;
}

/** Account, full-access key and initial balance: one receipt, all or nothing. */
export function planAccount({
  wallet,
  initialBalanceYocto,
}: {
  wallet: StoredKey;
  initialBalanceYocto: bigint;
}): CostedPlan {
  return {
    plan: { kind: 'account', wallet, balanceYocto: initialBalanceYocto },
    maxCostMicroNear: toMicroCost(initialBalanceYocto + createHoldYocto, nearDecimals),
    maxCostMicroToken: 0,
    valueMicroNear: toMicroCost(initialBalanceYocto, nearDecimals),
  };
}

/** Registration and reward of up to 50 wallets: one receipt, all or nothing. */
export function planRewards({
  wallets,
  reward: { tokenContract, baseUnits, decimals, registrationYocto },
}: {
  wallets: Pick<ClaimedWallet, 'accountId'>[];
  reward: RewardTerms & { tokenContract: string };
}): CostedPlan {
  const accountIds = wallets.map(({ accountId }) => accountId);
  const count = BigInt(wallets.length);
  const holdYocto = baseHoldYocto + (rewardHoldYocto + registrationYocto) * count;
  return {
    plan: { kind: 'rewards', tokenContract, accountIds, baseUnits, registrationYocto },
    maxCostMicroNear: toMicroCost(holdYocto, nearDecimals),
    maxCostMicroToken: toMicroCost(baseUnits * count, decimals),
    valueMicroNear: toMicroCost((registrationYocto + 1n) * count, nearDecimals),
  };
}

/** Which wallet of a reward transaction an action belongs to. */
export function walletOfAction(actionIndex: number): number {
  return Math.floor(actionIndex / 2);
}

/** New full-access keys on the service account itself. */
export function planLaneKeys(laneNumbers: number[]): CostedPlan {
  return {
    plan: { kind: 'lane keys', laneNumbers },
    maxCostMicroNear: toMicroCost(baseHoldYocto * BigInt(laneNumbers.length + 1), nearDecimals),
    maxCostMicroToken: 0,
    valueMicroNear: 0,
  };
}

/** A transfer of 0 to the service account itself: it only spends a nonce. */
export function planNoop(): CostedPlan {
  return {
    plan: { kind: 'noop' },
    maxCostMicroNear: toMicroCost(baseHoldYocto, nearDecimals),
    maxCostMicroToken: 0,
    valueMicroNear: 0,
  };
}

/** The receiver and actions of a plan. */
export function transactionOf(
  plan: SigningPlan,
  {
    serviceAccountId,
    laneKey,
  }: { serviceAccountId: string; laneKey: (laneNumber: number) => string },
): { receiverId: string; actions: NearAction[] } {
  switch (plan.kind) {
    case 'account':
      return { receiverId: plan.wallet.accountId, actions: actionsOfAccount(plan) };
    case 'rewards':
      return {
        receiverId: plan.tokenContract,
        actions: plan.accountIds.flatMap((accountId) => actionsOfReward(accountId, plan)),
      };
    case 'lane keys':
      return {
        receiverId: serviceAccountId,
        actions: plan.laneNumbers.map((laneNumber) => ({
          type: 'addFullAccessKey',
          publicKey: laneKey(laneNumber),
        })),
      };
    case 'noop':
      return { receiverId: serviceAccountId, actions: [{ type: 'transfer', amountYocto: 0n }] };
  }
}

function actionsOfAccount({
  wallet,
  balanceYocto,
}: Extract<SigningPlan, { kind: 'account' }>): NearAction[] {
  const funding: NearAction[] =
    balanceYocto > 0n ? [{ type: 'transfer', amountYocto: balanceYocto }] : [];
  return [
    { type: 'createAccount' },
    ...funding,
    { type: 'addFullAccessKey', publicKey: wallet.publicKey },
  ];
}

function actionsOfReward(
  accountId: string,
  { baseUnits, registrationYocto }: Extract<SigningPlan, { kind: 'rewards' }>,
): NearAction[] {
  return [
    {
      type: 'functionCall',
      method: 'storage_deposit',
      args: { account_id: accountId, registration_only: true },
      gas: gasPerCall,
      depositYocto: registrationYocto,
    },
    {
      type: 'functionCall',
      method: 'ft_transfer',
      args: { receiver_id: accountId, amount: baseUnits.toString() },
      gas: gasPerCall,
      depositYocto: 1n,
    },
  ];
}

/**
 * How many more wallets the funds cover, at each one's actual cost, rounded up. That is less than what must
 * be held while its transactions are open.
 */
export function walletRunway({
  fundsMicroNear,
  fundsMicroToken,
  initialBalanceYocto,
  reward,
}: {
  /** Without the reserve. */
  fundsMicroNear: number;
  fundsMicroToken: number;
  initialBalanceYocto: bigint;
  reward: RewardTerms;
}): number {
  const usualMicroNear = toMicroCost(
    initialBalanceYocto + reward.registrationYocto + usualBurntYocto,
    nearDecimals,
  );
  const microToken = toMicroCost(reward.baseUnits, reward.decimals);
  const wallets = Math.min(fundsMicroNear / usualMicroNear, fundsMicroToken / microToken);
  return Math.max(Math.floor(wallets), 0);
}

/** The most one wallet can cost, in millionths: the treasury must have this. */
export function maxWalletCost({
  initialBalanceYocto,
  reward,
}: {
  initialBalanceYocto: bigint;
  reward: RewardTerms;
}): { microNear: number; microToken: number } {
  return {
    microNear: toMicroCost(
      initialBalanceYocto +
        createHoldYocto +
        rewardHoldYocto +
        reward.registrationYocto +
        baseHoldYocto,
      nearDecimals,
    ),
    microToken: toMicroCost(reward.baseUnits, reward.decimals),
  };
}
