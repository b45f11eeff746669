import { and, eq, exists, inArray, isNotNull, ne, notInArray, or, sql } from 'drizzle-orm';
import { account, passkey, session } from '#drizzle/schema.ts';
import { db } from './db.server.ts';
import { env } from './env.server.ts';
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

/**
 * A condition: the user can log in without this passkey or account of another site. It stands in the statement
 * of `lockedDb` that takes the way away, so that nobody loses the last one. A site that is configured no more is no way in.
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
