import { and, eq, notInArray } from 'drizzle-orm';
import { account, passkey, session } from '#drizzle/schema.ts';
import { db } from './db.server.ts';
import { endLinks } from './one-time-link.server.ts';

/** The password, and the mark that a link of the server has shown somebody to be an admin. */
export const PASSWORD_PROVIDER = 'credential';
export const ADMIN_PROVIDER = 'admin-link';

/**
 * Statements, for one commit, after which a user's password is the only way in: passkeys, accounts of other
 * sites, sessions and links are gone. Whoever was there before the password's owner may have added them.
 */
export function endOtherWaysIn(userId: string) {
  const orm = db();
  const isOther = notInArray(account.providerId, [PASSWORD_PROVIDER, ADMIN_PROVIDER]);
  return [
    endLinks(userId),
    orm.delete(account).where(and(eq(account.userId, userId), isOther)),
    orm.delete(passkey).where(eq(passkey.userId, userId)),
    orm.delete(session).where(eq(session.userId, userId)),
  ];
}
