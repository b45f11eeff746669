import { toMicroCost } from './amounts.ts';
import type { NearAction } from './near-chain.ts';
import type { ClaimedWallet } from './wallet-store.ts';

const nearDecimals = 24;
const teraGas = 10n ** 12n;
const gasPerCall = 10n * teraGas;
/** NEP-145 registration, min = max of near-contract-standards. */
const registrationYocto = 1_250_000_000_000_000_000_000n;

/** 100 actions and 1,000 TGas a transaction (nearcore): two calls of 10 TGas for each wallet. */
export const maxRewardsInTransaction = 50;
/** AddKey actions in one transaction. */
export const maxKeysInTransaction = 100;

/**
 * The most a transaction can take before refunds. Gas is held at ten times what it burns, see the
 * prices of nearcore; the figures are rounded up, a fund that just suffices is no fund.
 */
const createHoldYocto = 10n ** 22n;
const rewardHoldYocto = 25n * 10n ** 21n;
const baseHoldYocto = 2n * 10n ** 21n;

export interface TransactionPlan {
  receiverId: string;
  actions: NearAction[];
  maxCostMicroNear: number;
  maxCostMicroToken: number;
}

/** Account, full-access key and initial balance: one receipt, all or nothing. */
export function planAccount({
  wallet,
  initialBalanceYocto,
}: {
  wallet: Pick<ClaimedWallet, 'accountId' | 'publicKey'>;
  initialBalanceYocto: bigint;
}): TransactionPlan {
  const funding: NearAction[] =
    initialBalanceYocto > 0n ? [{ type: 'transfer', amountYocto: initialBalanceYocto }] : [];
  return {
    receiverId: wallet.accountId,
    actions: [
      { type: 'createAccount' },
      ...funding,
      { type: 'addFullAccessKey', publicKey: wallet.publicKey },
    ],
    maxCostMicroNear: toMicroCost(initialBalanceYocto + createHoldYocto, nearDecimals),
    maxCostMicroToken: 0,
  };
}

/** Registration and reward of up to 50 wallets: one receipt, all or nothing. */
export function planRewards({
  wallets,
  reward,
}: {
  wallets: Pick<ClaimedWallet, 'accountId'>[];
  reward: { tokenContract: string; baseUnits: bigint; decimals: number };
}): TransactionPlan {
  return {
    receiverId: reward.tokenContract,
    actions: wallets.flatMap(({ accountId }): NearAction[] => [
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
        args: { receiver_id: accountId, amount: reward.baseUnits.toString() },
        gas: gasPerCall,
        depositYocto: 1n,
      },
    ]),
    maxCostMicroNear: toMicroCost(
      baseHoldYocto + rewardHoldYocto * BigInt(wallets.length),
      nearDecimals,
    ),
    maxCostMicroToken: toMicroCost(reward.baseUnits * BigInt(wallets.length), reward.decimals),
  };
}

/** Which wallet of a reward transaction an action belongs to. */
export function walletOfAction(actionIndex: number): number {
  return Math.floor(actionIndex / 2);
}

/** New full-access keys on the service account itself. */
export function planLaneKeys({
  serviceAccountId,
  publicKeys,
}: {
  serviceAccountId: string;
  publicKeys: string[];
}): TransactionPlan {
  return {
    receiverId: serviceAccountId,
    actions: publicKeys.map((publicKey) => ({ type: 'addFullAccessKey', publicKey })),
    maxCostMicroNear: toMicroCost(baseHoldYocto * BigInt(publicKeys.length + 1), nearDecimals),
    maxCostMicroToken: 0,
  };
}

/** A transfer of nothing to ourselves: it only spends a nonce. */
export function planTombstone(serviceAccountId: string): TransactionPlan {
  return {
    receiverId: serviceAccountId,
    actions: [{ type: 'transfer', amountYocto: 0n }],
    maxCostMicroNear: toMicroCost(baseHoldYocto, nearDecimals),
    maxCostMicroToken: 0,
  };
}

/** What one wallet can cost at most, in millionths: enough is there when this is. */
export function maxWalletCost({
  initialBalanceYocto,
  reward,
}: {
  initialBalanceYocto: bigint;
  reward: { baseUnits: bigint; decimals: number };
}): { microNear: number; microToken: number } {
  return {
    microNear: toMicroCost(
      initialBalanceYocto + createHoldYocto + rewardHoldYocto + baseHoldYocto,
      nearDecimals,
    ),
    microToken: toMicroCost(reward.baseUnits, reward.decimals),
  };
}
