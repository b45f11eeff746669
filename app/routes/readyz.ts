import { pingDatabase } from '../lib/db.server.ts';
import { log } from '../lib/log.server.ts';

/** The process can serve: its database answers. The chain may be down all the same. */
export async function loader() {
  const headers = { 'Cache-Control': 'no-store' };
  try {
    await pingDatabase();
    return Response.json({ status: 'ready' }, { headers });
  } catch (error) {
    log().error({ err: error }, 'the database does not answer');
    return Response.json({ status: 'not ready', reason: 'DATABASE' }, { status: 503, headers });
  }
}
