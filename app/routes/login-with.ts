import { redirect } from 'react-router';
import { beginOtherSignIn } from '../lib/other-sign-in/begin.server.ts';
import { wayBack } from '../lib/way-back.ts';
import type { Route } from './+types/login-with.ts';

/**
 * Leads to another site to sign in there. A link and no form: a page's forms may lead nowhere else, and
 * it works without scripts. Nothing is stored for it but a cookie.
 */
export async function loader({ request, params }: Route.LoaderArgs) {
  const page = wayBack(new URL(request.url).searchParams);
  const begun = await beginOtherSignIn(request, { provider: params.provider, page });
  if (!begun) throw redirect('/login?error=REFUSED');
  return redirect(begun.url, { headers: begun.headers });
}
