import type { AuthContext } from 'better-auth';
import { nanoid } from 'nanoid';

type Users = AuthContext['internalAdapter'];

export const LINK_MINUTES = 15;

/** The library's own name of what its `/reset-password` looks for. */
const IDENTIFIER = 'reset-password:';

/**
 * Makes the token of a link that sets a user's password once. The database holds its hash alone. It
 * asks for nothing, so only a command on the server may call it.
 */
export async function createLinkToken(users: Users, userId: string): Promise<string> {
  const token = nanoid(32);
  await users.createVerificationValue({
    identifier: `${IDENTIFIER}${token}`,
    value: userId,
    expiresAt: new Date(Date.now() + LINK_MINUTES * 60_000),
  });
  return token;
}

/** Whose link it is; null when it is used up, too old or unknown. */
export async function readLinkToken(
  users: Users,
  token: string,
): Promise<{ email: string } | null> {
  const link = await users.findVerificationValue(`${IDENTIFIER}${token}`);
  if (!link || link.expiresAt < new Date()) return null;
  const user = await users.findUserById(link.value);
  return user && { email: user.email };
}
