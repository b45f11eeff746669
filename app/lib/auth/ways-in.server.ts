import { and, eq, exists, inArray, isNotNull, ne, notInArray, or, sql } from 'drizzle-orm';
import { account, passkey, session } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { endLinks } from '../sessions/one-time-link.server.ts';
import { env } from '../settings/env.server.ts';

/** The password, with the mark of an admin who has opened a link from the server. */
export const PASSWORD_PROVIDER = 'credential';
export const ADMIN_PROVIDER = 'admin-link';

/**
 * Statements, for one commit, that leave the password as the user's only sign-in method: passkeys, accounts of other
 * sites, sessions and links are deleted. A stranger who came before the owner may have added them.
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

/**
 * A condition: the user can log in without this passkey or account of another site. It is part of the statement
 * of `lockedDb` that removes it, so that nobody loses the last one. A site that is no longer configured does not count.
 */
export function hasAnotherWayIn(userId: string, id: string) {
  const one = { one: sql`1` };
  const sites = env().signInProviders.map((site): string => site.id);
  const isPassword = and(eq(account.providerId, PASSWORD_PROVIDER), isNotNull(account.password));
  const opens = or(isPassword, inArray(account.providerId, sites));
  return or(
    exists(
      db()
        .select(one)
        .from(passkey)
        .where(and(eq(passkey.userId, userId), ne(passkey.id, id))),
    ),
    exists(
      db()
        .select(one)
        .from(account)
        .where(and(eq(account.userId, userId), ne(account.id, id), opens)),
    ),
  );
}
