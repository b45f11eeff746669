import { hasBearer } from '../../../lib/http/bearer.server.ts';
import { processWalletCreationQueue } from '../../../lib/near/wallet-queue.server.ts';
import { env } from '../../../lib/settings/env.server.ts';
import type { Route } from './+types/wallets.ts';

export function loader() {
  return Response.json(
    { error: 'METHOD_NOT_ALLOWED' },
    { status: 405, headers: { Allow: 'POST' } },
  );
}

/** One run of the queue, for platforms without long-running processes. */
export async function action({ request }: Route.ActionArgs) {
  const { cronSecret, walletSealingKey } = env();
  if (!cronSecret || !hasBearer(request.headers.get('Authorization'), cronSecret)) {
    return Response.json({ error: 'Unauthorized' }, { status: 401 });
  }
  if (walletSealingKey) return Response.json({ error: 'KEYS_ELSEWHERE' }, { status: 409 });
  await processWalletCreationQueue();
  return Response.json({ success: true });
}
