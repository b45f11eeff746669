import { createHmac } from 'node:crypto';
import { and, eq, gt, gte, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { account, conversation, passkey, session, user } from '#drizzle/schema.ts';
import { safeErrorText } from '#engine/core/safe-error.ts';
import { db, writeAtomically } from '../db.server.ts';
import { DELETED_EMAIL_REST_DAYS } from '../forms/account-rules.ts';
import { endLinks } from '../sessions/one-time-link.server.ts';
import { env } from '../settings/env.server.ts';

const REST_MS = DELETED_EMAIL_REST_DAYS * 24 * 60 * 60 * 1000;

/**
 * Erases personal data: name, address, language, sign-in methods and links to them, sessions,
 * conversations. The row stays with the wallet, its keys, ledger and events, so that no funds are lost; a wallet
 * in progress is finished. One commit; safe to repeat. An operator still finds the row by account id.
 */
export async function eraseUser({
  userId,
  email,
  now = new Date(),
}: {
  userId: string;
  email: string;
  now?: Date;
}): Promise<void> {
  const orm = db();
  await writeAtomically([
    orm.delete(session).where(eq(session.userId, userId)),
    orm.delete(account).where(eq(account.userId, userId)),
    // An unopened link would give the row a password again.
    orm.delete(passkey).where(eq(passkey.userId, userId)),
    endLinks(userId),
    // Their messages are deleted with them.
    orm.delete(conversation).where(eq(conversation.userId, userId)),
    orm
      .update(user)
      .set({
        name: '',
        email: `${deletedPrefix(email)}.${userId}@deleted.invalid`,
        emailVerified: false,
        image: null,
        language: null,
        deletedAt: now,
        updatedAt: now,
      })
      .where(and(eq(user.id, userId), isNull(user.deletedAt))),
  ]);
}

/** Whether an account with this address was deleted so recently that it may not sign up again. */
export async function isRestingAddress(email: string, now = new Date()): Promise<boolean> {
  const prefix = deletedPrefix(email);
  const [row] = await db()
    .select({ id: user.id })
    .from(user)
    .where(
      and(
        // A range of the unique index: "/" comes right after ".".
        gte(user.email, `${prefix}.`),
        lt(user.email, `${prefix}/`),
        gt(user.deletedAt, new Date(now.getTime() - REST_MS)),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/**
 * A value for the column `userId` of rows that a deleted user must not get, even if deleted meanwhile: it is
 * then null, and the row is rejected. See {@link isOfDeletedUser}. For `lockedDb` and commits of several statements:
 * an insert concurrent with the deletion would still see the user.
 */
export function livingUserId(userId: string): SQL<string> {
  const isLiving = and(eq(user.id, userId), isNull(user.deletedAt));
  return sql`(${db().select({ id: user.id }).from(user).where(isLiving)})`;
}

/** Whether a row was rejected because its user was deleted. */
export function isOfDeletedUser(error: unknown): boolean {
  return /not[- ]null constraint.*userId|"userId".*not-null constraint/i.test(safeErrorText(error));
}

/** A keyed hash: addresses cannot be tried against it without our secret. */
function deletedPrefix(email: string): string {
  const hash = createHmac('sha256', env().betterAuthSecret)
    .update(`deleted address\n${email.trim().toLowerCase()}`)
    .digest('hex');
  return `deleted.${hash}`;
}
