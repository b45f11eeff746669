import { hasBearer } from '../lib/http/bearer.server.ts';
import { readMetrics } from '../lib/near/wallet-engine.server.ts';
import { env } from '../lib/settings/env.server.ts';
import type { Route } from './+types/metrics.ts';

/**
 * Prometheus text. With METRICS_TOKEN, requests must carry it; without, it is served only outside
 * production, where only this machine can reach the server.
 */
export async function loader({ request }: Route.LoaderArgs) {
  const { metricsToken, isExposed } = env();
  const isAllowed = metricsToken
    ? hasBearer(request.headers.get('Authorization'), metricsToken)
    : !isExposed;
  if (!isAllowed) return Response.json({ error: 'Unauthorized' }, { status: 401 });
  const { text, contentType } = await readMetrics();
  const headers = { 'Content-Type': contentType, 'Cache-Control': 'no-store' };
  return new Response(text, { headers });
}
