import { redirect } from 'react-router';
import { hasOpenedAdminLink } from '../auth/admin-proof.server.ts';
import { logInPath } from '../forms/way-back.ts';
import { findSession } from '../session.server.ts';
import { env } from '../settings/env.server.ts';

export interface Admin {
  readonly userId: string;
  readonly email: string;
}

/**
 * The admin: an address of ADMIN_EMAILS whose owner has opened a one-time link from the server. The
 * address alone proves nothing, because sign-up does not verify it.
 * @throws a redirect to /login without a session, a 404 Response for any other user
 */
export async function requireAdmin(request: Request): Promise<Admin> {
  const session = await findSession(request);
  if (!session) throw redirect(logInPath(request));
  const { id: userId, email } = session.user;
  const isListed = env().adminEmails.includes(email.toLowerCase());
  // The page's existence is hidden from everyone else.
  if (!isListed || !(await hasOpenedAdminLink(userId))) throw new Response(null, { status: 404 });
  return { userId, email };
}
