import { APIError } from 'better-auth/api';
import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { env } from '../env.server.ts';
import { PASSWORD_PROVIDER } from '../ways-in.server.ts';

/** What another site gives to ask it for more; we ask it once who somebody is. */
const NO_TOKENS = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
  scope: null,
};

/**
 * A way in that is about to be added to a user. An admin's is the password alone: who holds the mailbox of
 * an admin, or an account elsewhere that shows its address, is no admin by that.
 * @throws APIError, whose code the log-in page words
 */
export async function admitAccount<Made extends { providerId: string; userId: string }>(
  made: Made,
) {
  if (made.providerId !== PASSWORD_PROVIDER) {
    const columns = { email: true } as const;
    const owner = await db().query.user.findFirst({ where: eq(user.id, made.userId), columns });
    if (owner && env().adminEmails.includes(owner.email)) {
      const message = 'An admin signs in by password.';
      throw new APIError('FORBIDDEN', { code: 'account_not_linked', message });
    }
  }
  return { data: { ...made, ...NO_TOKENS } };
}
