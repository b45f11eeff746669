import { and, eq } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { account, user } from '#drizzle/schema.ts';
import { db, writeAtomically } from '../db.server.ts';

/** Beside the password a way in of its own kind: it goes with the account, and no form makes it. */
const PROVIDER = 'admin-link';

/** Who opens a link that only the address's owner was given has shown the address to be theirs. */
export async function markAdminLinkOpened(userId: string): Promise<void> {
  const orm = db();
  const now = new Date();
  const times = { createdAt: now, updatedAt: now };
  const isProof = and(eq(account.userId, userId), eq(account.providerId, PROVIDER));
  await writeAtomically([
    orm.update(user).set({ emailVerified: true }).where(eq(user.id, userId)),
    orm.delete(account).where(isProof),
    orm
      .insert(account)
      .values({ id: nanoid(), accountId: userId, providerId: PROVIDER, userId, ...times }),
  ]);
}

/** A verified address is not enough: a mail may have verified it before it was an admin's. */
export async function hasOpenedAdminLink(userId: string): Promise<boolean> {
  const found = await db().query.account.findFirst({
    where: and(eq(account.userId, userId), eq(account.providerId, PROVIDER)),
    columns: { id: true },
  });
  return found !== undefined;
}
