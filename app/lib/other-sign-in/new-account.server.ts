import { APIError, getOAuthState } from 'better-auth/api';
import { eq } from 'drizzle-orm';
import { account, passkey, user } from '#drizzle/schema.ts';
import { languageOf } from '../../i18n/language.server.ts';
import { db } from '../db.server.ts';
import { env } from '../env.server.ts';
import { log } from '../log.server.ts';
import { tellOfWayIn } from '../mail/way-in-letter.server.ts';
import { PASSWORD_PROVIDER } from '../ways-in.server.ts';
import { siteOf } from './providers.server.ts';

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

/**
 * Whether another site's account may be joined to a user. The library trusts every site, since a user who is
 * signed in may link one that tells of no address whether it is verified; without that, only an address that
 * the site has verified joins anything.
 */
export async function admitJoin({
  user: shown,
  source,
}: {
  user: { emailVerified?: unknown };
  source: { action?: string };
}): Promise<{ error: string } | undefined> {
  if (source.action !== 'link-account' || shown.emailVerified === true) return undefined;
  const state = await getOAuthState();
  return state?.link ? undefined : { error: 'account_not_linked' };
}

/** Tells a user of another site's account that opens theirs from now on; not of the one they came with. */
export async function tellOfJoined(
  { providerId, userId }: { providerId: string; userId: string },
  context?: { request?: Request | undefined } | null,
): Promise<void> {
  const site = siteOf(providerId);
  const columns = { email: true } as const;
  const owner = site && (await db().query.user.findFirst({ where: eq(user.id, userId), columns }));
  if (!site || !owner) return;
  const [accounts, passkeys] = await Promise.all([
    db().$count(account, eq(account.userId, userId)),
    db().$count(passkey, eq(passkey.userId, userId)),
  ]);
  if (accounts + passkeys === 1) return;
  log().info({ userId, site: providerId }, 'another site’s account was linked');
  const language = context?.request ? await languageOf(context.request) : 'ko';
  const way = { kind: 'site', ...site } as const;
  await tellOfWayIn({ userId, email: owner.email, language, change: 'added', way });
}
