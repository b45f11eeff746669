import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { NAME_MAX_LENGTH } from '../forms/account-rules.ts';
import { textStart } from './text-start.ts';

/** The user's name: one line of bounded length. Empty for a deleted account. */
export async function readUserName(userId: string): Promise<string> {
  const row = await db().query.user.findFirst({
    where: eq(user.id, userId),
    columns: { name: true },
  });
  const oneLine = (row?.name ?? '').slice(0, 4 * NAME_MAX_LENGTH).replace(/[\p{C}\s]+/gu, ' ');
  return textStart(oneLine.trim(), NAME_MAX_LENGTH);
}
