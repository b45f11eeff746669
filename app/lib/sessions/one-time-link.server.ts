import type { AuthContext } from 'better-auth';
import { and, eq, gt, gte, lt, or } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { verification } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';

type Users = AuthContext['internalAdapter'];

export const LINK_MINUTES = 15;

/** The identifier that the library's `/reset-password` expects. */
const IDENTIFIER = 'reset-password:';
/** Stored beside it if the link was mailed: its holder reads that mailbox. */
const MAILED = 'mailed-link:';

/**
 * Creates the token of a one-time link that sets a user's password. Only its hash is stored. There is no
 * permission check: only a command on the server may print it, or a mail to the user's address contain it.
 */
export async function createLinkToken(users: Users, userId: string): Promise<string> {
  const token = nanoid(32);
  const expiresAt = new Date(Date.now() + LINK_MINUTES * 60_000);
  await users.createVerificationValue({
    identifier: `${IDENTIFIER}${token}`,
    value: userId,
    expiresAt,
  });
  return token;
}

/** The same, for the user's current address: using it verifies the mailbox. */
export async function createMailedToken(users: Users, userId: string): Promise<string> {
  const token = await createLinkToken(users, userId);
  const expiresAt = new Date(Date.now() + LINK_MINUTES * 60_000);
  await users.createVerificationValue({
    identifier: `${MAILED}${token}`,
    value: userId,
    expiresAt,
  });
  return token;
}

/** The link's user; null if it is used, expired or unknown. */
export async function readLinkToken(
  users: Users,
  token: string,
): Promise<{ userId: string; email: string; isVerified: boolean; isMailed: boolean } | null> {
  const link = await users.findVerificationValue(`${IDENTIFIER}${token}`);
  if (!link || link.expiresAt < new Date()) return null;
  const [user, mailed] = await Promise.all([
    users.findUserById(link.value),
    users.findVerificationValue(`${MAILED}${token}`),
  ]);
  if (!user) return null;
  const { id: userId, email, emailVerified: isVerified } = user;
  return { userId, email, isVerified, isMailed: mailed !== null };
}

/** Whether this user has a valid link that sets a password. */
export async function hasLink(userId: string): Promise<boolean> {
  const works = and(eq(verification.value, userId), gt(verification.expiresAt, new Date()));
  return (await db().$count(verification, works)) > 0;
}

/**
 * Invalidates all links of a user: those that set a password, and those that confirm an address, whose values
 * begin with the user's id.
 */
export function endLinks(userId: string) {
  const { value } = verification;
  // A range of texts with this beginning: "!" comes right after the space.
  const isOfConfirmation = and(gte(value, `${userId} `), lt(value, `${userId}!`));
  return db()
    .delete(verification)
    .where(or(eq(value, userId), isOfConfirmation));
}
