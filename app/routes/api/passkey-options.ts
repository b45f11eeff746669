import { signInOptions } from '../../lib/passkeys/passkeys.server.ts';
import type { Route } from './+types/passkey-options.ts';

/** The request options for passkey sign-in. Nothing is stored on the server. */
export async function loader({ request }: Route.LoaderArgs) {
  const options = await signInOptions(request);
  return Response.json(options, { headers: { 'Cache-Control': 'no-store' } });
}
