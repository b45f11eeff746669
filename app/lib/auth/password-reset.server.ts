import type { AuthContext } from 'better-auth';
import { APIError } from 'better-auth/api';
import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { addWrites } from '../database/added-writes.server.ts';
import { db } from '../db.server.ts';
import { endLinks, readLinkToken } from '../sessions/one-time-link.server.ts';
import { env } from '../settings/env.server.ts';
import { adminLinkOpened } from './admin-proof.server.ts';
import { refuseShortAdminPassword, refuseWeakPassword } from './auth-refusals.server.ts';
import { endOtherWaysIn } from './ways-in.server.ts';

/** Users whose mailbox is verified for the first time in the commit of a request in progress. */
const firstProofs = new WeakMap<Request, string>();

/**
 * Runs before a one-time link sets a password: rejects invalid passwords, and adds the link's other
 * effects to the same commit. A new password with a stranger's passkey left in place
 * would be worse than none.
 * @throws APIError
 */
export async function prepareReset(
  users: AuthContext['internalAdapter'],
  { request, body }: { request: Request | undefined; body: Record<string, unknown> },
): Promise<void> {
  // The library would also take a token from the query, which is not the one checked here.
  if (typeof body.token !== 'string') throw new APIError('BAD_REQUEST', { code: 'INVALID_TOKEN' });
  const link = await readLinkToken(users, body.token);
  if (link) {
    const isAdmin = env().adminEmails.includes(link.email);
    if (isAdmin) {
      // Sent before the address was listed: a mailbox alone makes nobody an admin.
      if (link.isMailed) throw new APIError('BAD_REQUEST', { code: 'INVALID_TOKEN' });
      refuseShortAdminPassword(body.newPassword);
      addWrites(adminLinkOpened(link.userId));
    } else if (link.isMailed) {
      if (!link.isVerified && request) firstProofs.set(request, link.userId);
      addWrites(mailboxProven(link));
    } else {
      // The operator vouches for this person only: everything else may be a stranger's.
      addWrites(endOtherWaysIn(link.userId));
    }
  }
  await refuseWeakPassword(body.newPassword, { email: link?.email });
}

/** @returns the user whose address was verified for the first time by this request's reset */
export function firstProofBy(request: Request | undefined): string | null {
  return (request && firstProofs.get(request)) ?? null;
}

/**
 * A link sent to the user's mailbox was opened and a password chosen: the address is
 * theirs. A sign-in method added before that may belong to a stranger who signed up
 * with this address first, and is removed. All other links become invalid.
 */
function mailboxProven({ userId, isVerified }: { userId: string; isVerified: boolean }) {
  if (isVerified) return [endLinks(userId)];
  const verified = db().update(user).set({ emailVerified: true }).where(eq(user.id, userId));
  return [...endOtherWaysIn(userId), verified];
}
