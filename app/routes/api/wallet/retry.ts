import { isLimit, limitResponse, orLimit } from '../../../lib/limits/limit-reached.server.ts';
import { requireApiUserId } from '../../../lib/session.server.ts';
import { retryWallet } from '../../../lib/wallet/wallet-retry.server.ts';
import { readWalletView } from '../../../lib/wallet/wallet-view.server.ts';
import type { Route } from './+types/retry.ts';

export function loader() {
  return Response.json(
    { error: 'METHOD_NOT_ALLOWED' },
    { status: 405, headers: { Allow: 'POST' } },
  );
}

/** A permanently FAILED wallet with a retryable code becomes PENDING; otherwise 409. */
export async function action({ request }: Route.ActionArgs) {
  const userId = await requireApiUserId(request);
  const outcome = await orLimit(() => retryWallet(userId));
  if (isLimit(outcome)) return limitResponse(outcome);
  const status = (await readWalletView(userId))?.status ?? null;
  if (outcome === 'STARTED') return Response.json({ success: true, status });
  return Response.json({ error: outcome, status }, { status: 409 });
}
