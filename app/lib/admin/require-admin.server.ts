import { redirect } from 'react-router';
import { env } from '../env.server.ts';
import { findSession } from '../session.server.ts';
import { logInPath } from '../way-back.ts';
import { hasOpenedAdminLink } from './admin-proof.server.ts';

export interface Admin {
  readonly userId: string;
  readonly email: string;
}

/**
 * An address of ADMIN_EMAILS whose owner has opened a one-time link made on the server: the address
 * alone proves nothing, since nobody verifies it at sign-up.
 * @throws a redirect to /login without a session, a 404 Response for everybody else
 */
export async function requireAdmin(request: Request): Promise<Admin> {
  const session = await findSession(request);
  if (!session) throw redirect(logInPath(request));
  const { id: userId, email } = session.user;
  const isListed = env().adminEmails.includes(email.toLowerCase());
  // That there is such a page is nobody else's business.
  if (!isListed || !(await hasOpenedAdminLink(userId))) throw new Response(null, { status: 404 });
  return { userId, email };
}
