import type { AuthContext } from 'better-auth';
import { and, eq, ne } from 'drizzle-orm';
import { account, passkey, user } from '#drizzle/schema.ts';
import { db, writeAtomically } from '../db.server.ts';
import { endLinks } from '../one-time-link.server.ts';

/**
 * Somebody has opened a link that went to the user's mailbox, and chosen a password: the address is
 * theirs. Whatever other way in was added while nobody had shown that may be a stranger's, who signed up
 * with this address before its owner came, and is taken away. All other links end.
 * @returns whether this was the first proof
 */
export async function proveMailbox(
  users: AuthContext['internalAdapter'],
  userId: string,
): Promise<boolean> {
  const found = await users.findUserById(userId);
  const isFirst = found?.emailVerified === false;
  const orm = db();
  const isOther = and(eq(account.userId, userId), ne(account.providerId, 'credential'));
  await writeAtomically([
    endLinks(userId),
    ...(isFirst
      ? [
          orm.delete(account).where(isOther),
          orm.delete(passkey).where(eq(passkey.userId, userId)),
          orm.update(user).set({ emailVerified: true }).where(eq(user.id, userId)),
        ]
      : []),
  ]);
  return isFirst;
}
