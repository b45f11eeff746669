import { eq, or } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { UsageError } from './command.ts';

/** The user an operator names by id, e-mail address or NEAR account. @throws UsageError */
export async function findUser(name: string): Promise<typeof user.$inferSelect> {
  const [found] = await db()
    .select()
    .from(user)
    .where(or(eq(user.id, name), eq(user.email, name.toLowerCase()), eq(user.nearAccountId, name)))
    .limit(1);
  if (!found) throw new UsageError(`no user has the id, e-mail address or account "${name}".`);
  return found;
}
