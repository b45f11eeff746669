import { retryNearWallet } from '../../../lib/near/wallet.server.ts';
import { takeTurn } from '../../../lib/rate-limit.server.ts';
import { requireApiUserId } from '../../../lib/session.server.ts';
import { readWalletView } from '../../../lib/wallet-view.server.ts';
import type { Route } from './+types/retry.ts';

const RETRIES_PER_WINDOW = 3;
const WINDOW_MS = 60_000;

export function loader() {
  return Response.json(
    { error: 'METHOD_NOT_ALLOWED' },
    { status: 405, headers: { Allow: 'POST' } },
  );
}

/** FAILED for good with a retryable code becomes PENDING; anything else is a 409. */
export async function action({ request }: Route.ActionArgs) {
  const userId = await requireApiUserId(request);
  const isWithin = takeTurn({
    key: `wallet-retry:${userId}`,
    limit: RETRIES_PER_WINDOW,
    windowMs: WINDOW_MS,
  });
  if (!isWithin) return Response.json({ error: 'TOO_MANY_REQUESTS' }, { status: 429 });
  const isStarted = await retryNearWallet(userId);
  const wallet = await readWalletView(userId);
  if (isStarted) return Response.json({ success: true, status: wallet?.status ?? null });
  return Response.json(
    { error: 'RETRY_NOT_POSSIBLE', status: wallet?.status ?? null },
    { status: 409 },
  );
}
