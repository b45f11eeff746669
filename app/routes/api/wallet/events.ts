import { requireApiSession } from '../../../lib/session.server.ts';
import { streamWallet } from '../../../lib/wallet/wallet-events.server.ts';
import type { Route } from './+types/events.ts';

/** Server-sent events: the object of `/api/wallet/status` on connect and at every change until READY. */
export async function loader({ request }: Route.LoaderArgs) {
  const owner = await requireApiSession(request);
  return new Response(streamWallet({ ...owner, signal: request.signal }), {
    headers: {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // A proxy that compresses or buffers would deliver events late and together.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    },
  });
}
