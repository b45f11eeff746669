import { redirect } from 'react-router';
import { NoPage } from '../components/page/NoPage.ts';
import { wayBack } from '../lib/forms/way-back.ts';
import { beginOtherSignIn } from '../lib/other-sign-in/begin.server.ts';
import type { Route } from './+types/login-with.ts';

export default NoPage;

/**
 * Redirects to another site to sign in there. A link, not a form: the CSP forbids forms to other
 * sites, and links work without scripts. Stores only a cookie.
 */
export async function loader({ request, params }: Route.LoaderArgs) {
  const page = wayBack(new URL(request.url).searchParams);
  const begun = await beginOtherSignIn(request, { provider: params.provider, page });
  if (!begun) throw redirect('/login?error=REFUSED');
  return redirect(begun.url, { headers: begun.headers });
}
