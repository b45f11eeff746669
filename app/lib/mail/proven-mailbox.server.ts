import type { AuthContext } from 'better-auth';
import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { db, writeAtomically } from '../db.server.ts';
import { endLinks } from '../one-time-link.server.ts';
import { endOtherWaysIn } from '../ways-in.server.ts';

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
  await writeAtomically(
    isFirst
      ? [
          ...endOtherWaysIn(userId),
          orm.update(user).set({ emailVerified: true }).where(eq(user.id, userId)),
        ]
      : [endLinks(userId)],
  );
  return isFirst;
}
