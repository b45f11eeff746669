import { logFailure } from '../lib/database/log-failure.server.ts';
import { db } from '../lib/db.server.ts';
import { remedyOf } from '../lib/near/remedies.ts';
import { sealingError, walletEngine } from '../lib/near/wallet-engine.server.ts';

/**
 * Readiness: the database responds. The chain may still be down, since sign-ups work without it;
 * `paused` is then why no wallets are being made, null if they are. `since` is set only for a pause
 * of the whole service.
 * `queue` is why other processes' workers are not woken at once for new wallets, null if they are.
 */
export async function loader() {
  const headers = { 'Cache-Control': 'no-store' };
  try {
    const deployment = await db().query.deployment.findFirst({
      columns: { pauseReason: true, pausedAt: true },
    });
    const reason = deployment?.pauseReason ?? null;
    const engine = walletEngine();
    const sealing = await sealingError();
    const paused = reason ?? sealing?.code ?? engine.interruptedBy();
    const answer = {
      status: 'ready',
      paused,
      since: deployment?.pausedAt?.toISOString() ?? null,
      remedy: paused && remedyOf(paused),
      queue: engine.queueErrorCode(),
    };
    return Response.json(answer, { headers });
  } catch (error) {
    logFailure({ error, message: 'readiness could not be read from the database' });
    return Response.json({ status: 'not ready', reason: 'DATABASE' }, { status: 503, headers });
  }
}
