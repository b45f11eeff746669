import { pingDatabase } from '../lib/db.server.ts';
import { log } from '../lib/log.server.ts';
import { walletEngine } from '../lib/near/wallet-engine.server.ts';

/**
 * The process can serve: its database answers. The chain may be down all the same, sign-ups work;
 * `paused` then says why no wallet is made at the moment, null when all is well.
 */
export async function loader() {
  const headers = { 'Cache-Control': 'no-store' };
  try {
    await pingDatabase();
    const paused = walletEngine().pausedBy();
    return Response.json({ status: 'ready', paused }, { headers });
  } catch (error) {
    log().error({ err: error }, 'the database does not answer');
    return Response.json({ status: 'not ready', reason: 'DATABASE' }, { status: 503, headers });
  }
}
