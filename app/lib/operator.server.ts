import type { PauseReason } from '#engine/core/errors.ts';
import { operatorStore, walletEngine } from './near/wallet-engine.server.ts';

interface By {
  /** E-mail of an admin; it is written into the table `OperatorAction` with what was done. */
  actor: string;
}

/**
 * Starts a wallet again that stays FAILED, whatever its code; the chain is asked before anything
 * is signed.
 * @returns false when the wallet is in another state: nothing was changed.
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
 * Makes due now what waits for its time: PENDING wallets, and FAILED ones with a scheduled retry.
 * Workers see them at their next look at the table, within a second.
 * @param userId one wallet, or null for all
 * @returns how many wallets are due now that were not
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
 * Stops signing in every process until somebody resumes it; what is signed is still settled.
 * @returns the reason that holds now: `OPERATOR`, or `DATABASE_BEHIND_CHAIN`, which stays
 */
export function pauseSigning({ actor }: By): Promise<PauseReason> {
  return operatorStore().pause({ actor, nowMs: Date.now() });
}

/** Ends an operator's pause, no other. @returns the reason that still holds; null when none does. */
export function resumeSigning({ actor }: By): Promise<PauseReason | null> {
  return operatorStore().resume({ actor, nowMs: Date.now() });
}
