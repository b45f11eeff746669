import type { AuthContext } from 'better-auth';
import { APIError } from 'better-auth/api';
import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { addWrites } from './added-writes.server.ts';
import { adminLinkOpened } from './admin/admin-proof.server.ts';
import { refuseShortAdminPassword, refuseWeakPassword } from './auth-refusals.server.ts';
import { db } from './db.server.ts';
import { env } from './env.server.ts';
import { endLinks, readLinkToken } from './one-time-link.server.ts';
import { endOtherWaysIn } from './ways-in.server.ts';

/** Users whose first proof of a mailbox is in the commit of a request that is under way. */
const firstProofs = new WeakMap<Request, string>();

/**
 * Before a one-time link sets a password: refuses what may not be set, and adds to the commit that sets it
 * what else the link means. Neither is done without the other: a password that counted while a stranger's
 * passkey stayed would be worse than none.
 * @throws APIError
 */
export async function prepareReset(
  users: AuthContext['internalAdapter'],
  { request, body }: { request: Request | undefined; body: Record<string, unknown> },
): Promise<void> {
  // The library would take a token from the query as well, which is not the one that is looked at here.
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
      // The operator vouches for this person alone: all else may be a stranger's.
      addWrites(endOtherWaysIn(link.userId));
    }
  }
  await refuseWeakPassword(body.newPassword, { email: link?.email });
}

/** @returns who has just shown for the first time that the address is theirs, by the reset of this request */
export function firstProofBy(request: Request | undefined): string | null {
  return (request && firstProofs.get(request)) ?? null;
}

/**
 * Somebody has opened a link that went to the user's mailbox, and chosen a password: the address is
 * theirs. Whatever other way in was added while nobody had shown that may be a stranger's, who signed up
 * with this address before its owner came, and is taken away. All other links end.
 */
function mailboxProven({ userId, isVerified }: { userId: string; isVerified: boolean }) {
  if (isVerified) return [endLinks(userId)];
  const verified = db().update(user).set({ emailVerified: true }).where(eq(user.id, userId));
  return [...endOtherWaysIn(userId), verified];
}
