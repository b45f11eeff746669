import { requireApiSession } from '../../../lib/session.server.ts';
import { streamWallet } from '../../../lib/wallet-events.server.ts';
import type { Route } from './+types/events.ts';

/** Server-sent events: the object of `/api/wallet/status` on connect and at every change, to READY. */
export async function loader({ request }: Route.LoaderArgs) {
  const owner = await requireApiSession(request);
  return new Response(streamWallet({ ...owner, signal: request.signal }), {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // What a proxy compresses or buffers arrives late, in one piece.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    },
  });
}
