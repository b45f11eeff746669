import { isPauseReason } from '#engine/core/errors.ts';
import { db } from '../lib/db.server.ts';
import { log } from '../lib/log.server.ts';
import { remedyOf } from '../lib/near/remedies.ts';
import { sealingTrouble, walletEngine } from '../lib/near/wallet-engine.server.ts';

/**
 * The process can serve: its database answers. The chain may be down all the same, sign-ups work;
 * `paused` then says why no wallet is made at the moment, null when all is well. `since`
 * belongs to a pause of the whole service; what interrupts one process ends by itself, or has a
 * remedy.
 * `queue` is why workers elsewhere do not hear of new wallets at once, null when they do.
 */
export async function loader() {
  const headers = { 'Cache-Control': 'no-store' };
  try {
    const deployment = await db().query.deployment.findFirst({
      columns: { pauseReason: true, pausedAt: true },
    });
    const reason = deployment?.pauseReason ?? null;
    const engine = walletEngine();
    const own = engine.pausedBy();
    // The row is newer than what this process has last seen of it.
    const interruption = own && !isPauseReason(own) ? own : null;
    const sealing = await sealingTrouble();
    const paused = reason ?? sealing?.code ?? interruption;
    const answer = {
      status: 'ready',
      paused,
      since: deployment?.pausedAt?.toISOString() ?? null,
      remedy: paused && remedyOf(paused),
      queue: engine.queueTrouble(),
    };
    return Response.json(answer, { headers });
  } catch (error) {
    log().error({ err: error }, 'the database does not answer');
    return Response.json({ status: 'not ready', reason: 'DATABASE' }, { status: 503, headers });
  }
}
