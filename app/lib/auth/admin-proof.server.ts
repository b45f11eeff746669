import { and, eq } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { account, user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { ADMIN_PROVIDER, endOtherWaysIn } from './ways-in.server.ts';

/**
 * Statements for the commit that sets the password. Opening a link that only the owner of the address
 * received proves the address. An earlier account holder is locked out in the same commit, whatever sign-in
 * methods they added: those would now lead to an admin. The mark is stored beside the password and deleted with
 * the account; no form can create it.
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

/** A verified address is not enough: it may have been verified before it was an admin's. */
export async function hasOpenedAdminLink(userId: string): Promise<boolean> {
  const found = await db().query.account.findFirst({
    where: and(eq(account.userId, userId), eq(account.providerId, ADMIN_PROVIDER)),
    columns: { id: true },
  });
  return found !== undefined;
}
