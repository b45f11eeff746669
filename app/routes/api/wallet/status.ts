import { requireApiUserId } from '../../../lib/session.server.ts';
import { readWalletView } from '../../../lib/wallet/wallet-view.server.ts';
import type { Route } from './+types/status.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const wallet = await readWalletView(await requireApiUserId(request));
  // The session outlived its user.
  if (!wallet) return Response.json({ error: 'Unauthorized' }, { status: 401 });
  return Response.json(wallet, { headers: { 'Cache-Control': 'no-store' } });
}
