import { CHOCO_TOKEN, createDevnet, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { KeyPair } from 'near-api-js';
import { describe, expect, it } from 'vitest';
import { toMicroCost, yoctoPerNear } from '../core/amounts.ts';
import type { NearAction } from '../ports/near-chain.ts';
import { deliver, signAs } from '../testing/development-signer.ts';
import {
  type CostedPlan,
  maxKeysInTransaction,
  maxRewardsInTransaction,
  maxWalletCost,
  planAccount,
  planLaneKeys,
  planNoop,
  planRewards,
  transactionOf,
  usualRegistrationYocto,
  walletOfAction,
} from './transaction-plan.ts';

const reward = {
  tokenContract: CHOCO_TOKEN,
  baseUnits: 100n * 10n ** 18n,
  decimals: 18,
  registrationYocto: usualRegistrationYocto,
};
const newKeys = (count: number) =>
  Array.from({ length: count }, () => KeyPair.fromRandom('ed25519').getPublicKey().toString());
/** Of the greatest length: every byte of an argument costs gas. */
const newWallets = (count: number) =>
  newKeys(count).map((publicKey, index) => ({
    accountId: `${`${index}`.padStart(63 - SERVICE_ACCOUNT.length, 'w')}.${SERVICE_ACCOUNT}`,
    publicKey,
    // Of no interest here.
    ...{ deploymentId: '', walletId: '', encryptedPrivateKey: '' },
  }));
const newWallet = () => {
  const [wallet] = newWallets(1);
  if (!wallet) throw new Error('no wallet');
  return wallet;
};
const laneKeys = newKeys(maxKeysInTransaction + 1);
const asked = ({ plan }: CostedPlan) =>
  transactionOf(plan, {
    serviceAccountId: SERVICE_ACCOUNT,
    laneKey: (laneNumber) => laneKeys[laneNumber] ?? '',
  });
const lanes = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const prepaidGas = (actions: NearAction[]) =>
  actions.reduce((sum, action) => sum + (action.type === 'functionCall' ? action.gas : 0n), 0n);

/** What a plan takes from the service account at the worst moment, and whether it succeeds. */
async function execute(plan: CostedPlan) {
  const devnet = createDevnet({ now: () => 0, setTimer: () => () => undefined });
  const chain = () => devnet.inspect();
  const funds = () => chain().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
  const signed = await signAs(devnet, asked(plan));
  const fundsBefore = funds();
  const tokensBefore = chain().tokenBalance(SERVICE_ACCOUNT) ?? 0n;
  await deliver(devnet, signed);
  let least = fundsBefore;
  for (let blocks = 0; blocks < 8; blocks += 1) {
    devnet.produceBlock();
    if (funds() < least) least = funds();
  }
  return {
    chain: chain(),
    status: chain().transaction(signed.hash)?.result,
    heldYocto: fundsBefore - least,
    paidTokens: tokensBefore - (chain().tokenBalance(SERVICE_ACCOUNT) ?? 0n),
  };
}

const plans: Record<string, CostedPlan> = {
  'an account with the initial balance': planAccount({
    wallet: newWallet(),
    initialBalanceYocto: yoctoPerNear / 10n,
  }),
  'an account without a balance': planAccount({
    wallet: newWallet(),
    initialBalanceYocto: 0n,
  }),
  'one reward': planRewards({ wallets: newWallets(1), reward }),
  'as many rewards as may be': planRewards({
    wallets: newWallets(maxRewardsInTransaction),
    reward,
  }),
  'one lane': planLaneKeys(lanes(1)),
  'as many lanes as may be': planLaneKeys(lanes(maxKeysInTransaction)),
  'a noop': planNoop(),
};

describe('a plan for', () => {
  it.each(Object.entries(plans))(
    '%s keeps to the limits, and comes through',
    async (_name, plan) => {
      const { actions } = asked(plan);
      expect(actions.length).toBeLessThanOrEqual(100);
      expect(prepaidGas(actions)).toBeLessThanOrEqual(10n ** 15n);
      const { status } = await execute(plan);
      expect(status).toMatchObject({ type: 'value' });
    },
  );

  it.each(Object.entries(plans))(
    '%s names at least what the chain takes, in NEAR and tokens',
    async (_name, plan) => {
      const { heldYocto, paidTokens } = await execute(plan);
      expect(heldYocto).toBeGreaterThan(0n);
      expect(plan.maxCostMicroNear).toBeGreaterThanOrEqual(toMicroCost(heldYocto, 24));
      expect(plan.maxCostMicroToken).toBeGreaterThanOrEqual(toMicroCost(paidTokens, 18));
    },
  );
});

describe('plans', () => {
  it('make one account with its key, and nothing for a balance of zero', async () => {
    const wallet = newWallet();
    const { receiverId, actions } = asked(planAccount({ wallet, initialBalanceYocto: 0n }));
    expect(receiverId).toBe(wallet.accountId);
    expect(actions.map(({ type }) => type)).toEqual(['createAccount', 'addFullAccessKey']);
    const { chain } = await execute(planAccount({ wallet, initialBalanceYocto: 5n * 10n ** 22n }));
    expect(chain.account(wallet.accountId)?.amountYocto).toBe(5n * 10n ** 22n);
    expect(chain.accessKey(wallet.accountId, wallet.publicKey)).toBeDefined();
  });

  it('register and pay each wallet exactly the reward', async () => {
    const wallets = newWallets(3);
    const { chain, paidTokens } = await execute(planRewards({ wallets, reward }));
    for (const { accountId } of wallets)
      expect(chain.tokenBalance(accountId)).toBe(reward.baseUnits);
    expect(paidTokens).toBe(3n * reward.baseUnits);
  });

  it('say which wallet an action belongs to', () => {
    const wallets = newWallets(3);
    const { actions } = asked(planRewards({ wallets, reward }));
    actions.forEach((action, index) => {
      const text = JSON.stringify(action.type === 'functionCall' ? action.args : {});
      expect(text).toContain(wallets[walletOfAction(index)]?.accountId);
    });
  });

  it('for one wallet never cost more than the stated maximum', () => {
    const wallet = newWallet();
    const wallets = [wallet];
    for (const initialBalanceYocto of [0n, 1n, yoctoPerNear / 10n]) {
      const parts = [
        planAccount({ wallet, initialBalanceYocto }),
        planRewards({ wallets, reward }),
      ];
      const { microNear, microToken } = maxWalletCost({ initialBalanceYocto, reward });
      const total = (key: 'maxCostMicroNear' | 'maxCostMicroToken') =>
        parts.reduce((sum, plan) => sum + plan[key], 0);
      expect(microNear).toBeGreaterThanOrEqual(total('maxCostMicroNear') - 1);
      expect(microToken).toBe(total('maxCostMicroToken'));
    }
  });
});
