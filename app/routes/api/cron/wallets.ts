import { createHash, timingSafeEqual } from 'node:crypto';
import { env } from '../../../lib/env.server.ts';
import { processWalletCreationQueue } from '../../../lib/near/wallet-queue.server.ts';
import type { Route } from './+types/wallets.ts';

export function loader() {
  return Response.json(
    { error: 'METHOD_NOT_ALLOWED' },
    { status: 405, headers: { Allow: 'POST' } },
  );
}

/** One tick of the queue, for platforms where no process lives on between requests. */
export async function action({ request }: Route.ActionArgs) {
  const { cronSecret } = env();
  const given = /^Bearer (.+)$/.exec(request.headers.get('Authorization') ?? '')?.[1];
  if (!cronSecret || !given || !isEqual(given, cronSecret)) {
    return Response.json({ error: 'Unauthorized' }, { status: 401 });
  }
  await processWalletCreationQueue();
  return Response.json({ success: true });
}

/** In constant time; hashed first, because the comparison wants equal lengths. */
function isEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
