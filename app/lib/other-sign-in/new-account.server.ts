import { APIError, getOAuthState } from 'better-auth/api';
import { eq } from 'drizzle-orm';
import { account, passkey, user } from '#drizzle/schema.ts';
import { languageOf } from '../../i18n/language.server.ts';
import { PASSWORD_PROVIDER } from '../auth/ways-in.server.ts';
import { db } from '../db.server.ts';
import { log } from '../log.server.ts';
import { tellOfWayIn } from '../mail/way-in-letter.server.ts';
import { env } from '../settings/env.server.ts';
import { siteOf } from './providers.server.ts';

/** Another site's tokens for further requests; it is used only once, to identify the user. */
const NO_TOKENS = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
  scope: null,
};

/**
 * Runs before a sign-in method is added to a user. An admin has a password only: holding an
 * admin's mailbox, or an account elsewhere with the admin's address, makes no admin.
 * @throws APIError; the log-in page has a sentence for its code
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
 * Whether another site's account may be matched to a user. The library trusts every site, because a
 * signed-in user may link one without a verified address; otherwise only an address
 * verified by the site matches a user.
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

/** Notifies a user of another site's account that was added; not of the one they signed up with. */
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
  log().info(
    { userId, site: providerId },
    'a user linked the account of another site for signing in',
  );
  const language = context?.request ? await languageOf(context.request) : 'ko';
  const way = { kind: 'site', ...site } as const;
  await tellOfWayIn({ userId, email: owner.email, language, change: 'added', way });
}
