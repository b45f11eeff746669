import { requireTurn } from '../limits/limit-reached.server.ts';
import { retryNearWallet } from '../near/wallet.server.ts';

const RETRIES = { most: 3, windowMs: 60_000, scope: 'you' } as const;

export type RetryOutcome = 'STARTED' | 'RETRY_NOT_POSSIBLE';

/**
 * The user's own retry: FAILED for good with a retryable code becomes PENDING.
 * @throws LimitReachedError
 */
export async function retryWallet(userId: string): Promise<RetryOutcome> {
  await requireTurn([{ key: `wallet-retry:${userId}`, ...RETRIES }]);
  return (await retryNearWallet(userId)) ? 'STARTED' : 'RETRY_NOT_POSSIBLE';
}
