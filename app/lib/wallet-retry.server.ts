import { retryNearWallet } from './near/wallet.server.ts';
import { takeTurn } from './rate-limit.server.ts';

const RETRIES_PER_WINDOW = 3;
const WINDOW_MS = 60_000;

export type RetryOutcome = 'STARTED' | 'TOO_MANY_REQUESTS' | 'RETRY_NOT_POSSIBLE';

/** The user's own retry: FAILED for good with a retryable code becomes PENDING. Rate-limited. */
export async function retryWallet(userId: string): Promise<RetryOutcome> {
  const isWithin = await takeTurn({
    key: `wallet-retry:${userId}`,
    limit: RETRIES_PER_WINDOW,
    windowMs: WINDOW_MS,
  });
  if (!isWithin) return 'TOO_MANY_REQUESTS';
  return (await retryNearWallet(userId)) ? 'STARTED' : 'RETRY_NOT_POSSIBLE';
}
