import { env } from '../settings/env.server.ts';
import { listTransfers } from './wallet-details.server.ts';
import type { WalletView } from './wallet-view.ts';

/**
 * The user's gift at sign-up, received or promised once the wallet is ready, in whole CHOCO as a
 * decimal. Null: none, as for a wallet older than the gifts.
 */
export async function readWelcomeGift(userId: string, wallet: WalletView): Promise<string | null> {
  const transfers = await listTransfers(userId);
  const reward = transfers.find(({ purpose }) => purpose === 'SIGNUP_REWARD');
  if (reward) return reward.amount;
  const { signupRewardChoco } = env();
  return wallet.isReady || Number(signupRewardChoco) === 0 ? null : signupRewardChoco;
}
