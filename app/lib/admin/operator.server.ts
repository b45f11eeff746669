import type { PauseReason } from '#engine/core/errors.ts';
import { operatorStore, walletEngine } from '../near/wallet-engine.server.ts';

interface By {
  /** E-mail of an admin; recorded in the table `OperatorAction`. */
  actor: string;
}

/**
 * Retries a wallet that stays FAILED, whatever its code; the chain is queried before anything
 * is signed.
 * @returns false if the wallet is in another state: nothing was changed
 */
export async function retryWalletAsOperator({
  actor,
  userId,
}: By & { userId: string }): Promise<boolean> {
  const isStarted = await operatorStore().retryWallet({ actor, userId, nowMs: Date.now() });
  if (isStarted) await walletEngine().enqueue(userId);
  return isStarted;
}

/**
 * Makes waiting wallets due now: PENDING ones, and FAILED ones with a scheduled retry.
 * Workers find them at their next poll, within a second.
 * @param userId one wallet, or null for all
 * @returns how many wallets became due
 */
export async function requeueWalletsAsOperator({
  actor,
  userId,
}: By & { userId: string | null }): Promise<number> {
  const requeued = await operatorStore().requeueWallets({ actor, userId, nowMs: Date.now() });
  if (requeued > 0 && userId !== null) await walletEngine().enqueue(userId);
  return requeued;
}

/**
 * Stops signing in every process until it is resumed; signed transactions are still settled.
 * @returns the reason in effect: `OPERATOR`, or `DATABASE_BEHIND_CHAIN`, which stays
 */
export function pauseSigning({ actor }: By): Promise<PauseReason> {
  return operatorStore().pause({ actor, nowMs: Date.now() });
}

/** Ends an operator's pause, no other. @returns the remaining reason; null: none */
export function resumeSigning({ actor }: By): Promise<PauseReason | null> {
  return operatorStore().resume({ actor, nowMs: Date.now() });
}
