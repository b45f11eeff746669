import { and, eq } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { account, user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { ADMIN_PROVIDER, endOtherWaysIn } from '../ways-in.server.ts';

/**
 * Statements, for the commit that sets the password. Who opens a link that only the address's owner was given has shown the address to be theirs. Whoever
 * signed up with it before is out in the same commit, whatever way in they had added: it would now lead to
 * an admin. The mark stands beside the password and goes with the account; no form makes it.
 */
export function adminLinkOpened(userId: string) {
  const orm = db();
  const now = new Date();
  const times = { createdAt: now, updatedAt: now };
  const isProof = and(eq(account.userId, userId), eq(account.providerId, ADMIN_PROVIDER));
  return [
    ...endOtherWaysIn(userId),
    orm.update(user).set({ emailVerified: true }).where(eq(user.id, userId)),
    orm.delete(account).where(isProof),
    orm
      .insert(account)
      .values({ id: nanoid(), accountId: userId, providerId: ADMIN_PROVIDER, userId, ...times }),
  ];
}

/** A verified address is not enough: a mail may have verified it before it was an admin's. */
export async function hasOpenedAdminLink(userId: string): Promise<boolean> {
  const found = await db().query.account.findFirst({
    where: and(eq(account.userId, userId), eq(account.providerId, ADMIN_PROVIDER)),
    columns: { id: true },
  });
  return found !== undefined;
}
