import { signInOptions } from '../../lib/passkeys/passkeys.server.ts';
import type { Route } from './+types/passkey-options.ts';

/** What a browser asks the devices of a visitor for, who wants to sign in. Nothing is stored for it. */
export async function loader({ request }: Route.LoaderArgs) {
  const options = await signInOptions(request);
  return Response.json(options, { headers: { 'Cache-Control': 'no-store' } });
}
