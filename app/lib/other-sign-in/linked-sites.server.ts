import { and, eq, notInArray } from 'drizzle-orm';
import { account } from '#drizzle/schema.ts';
import type { Language } from '../../i18n/language.ts';
import { ADMIN_PROVIDER, hasAnotherWayIn, PASSWORD_PROVIDER } from '../auth/ways-in.server.ts';
import { auth } from '../auth.server.ts';
import { db, lockedDb } from '../db.server.ts';
import type { FormError } from '../forms/form-error.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { log } from '../log.server.ts';
import { tellOfWayIn } from '../mail/way-in-letter.server.ts';
import { env } from '../settings/env.server.ts';
import type { ShownProvider } from '../settings/sites.ts';
import { shownProviders, siteOf } from './providers.server.ts';

interface Owner {
  readonly userId: string;
  readonly email: string;
}

/** Another site's account linked to the user. */
export interface LinkedSite extends ShownProvider {
  readonly accountId: string;
  readonly linkedAt: string;
}

export interface Sites {
  readonly linked: readonly LinkedSite[];
  /** Sites that could be linked. */
  readonly open: readonly ShownProvider[];
}

const isOfSite = notInArray(account.providerId, [PASSWORD_PROVIDER, ADMIN_PROVIDER]);

/** In the order of linking; an admin has none. */
export async function listSites({ userId, email }: Owner): Promise<Sites> {
  const rows = await db()
    .select()
    .from(account)
    .where(and(eq(account.userId, userId), isOfSite))
    .orderBy(account.createdAt);
  const linked = rows.flatMap(({ id: accountId, providerId, createdAt }) => {
    const site = siteOf(providerId);
    return site ? [{ ...site, accountId, linkedAt: createdAt.toISOString() }] : [];
  });
  const isAdmin = env().adminEmails.includes(email);
  const open = shownProviders().filter(({ id }) => !linked.some((site) => site.id === id));
  return { linked, open: isAdmin ? [] : open };
}

/**
 * The redirect by which a signed-in user proves their account at another site, which is then a sign-in
 * method. The caller has verified the user. The library's own endpoint for it is closed, because it
 * requires only a session.
 * @returns null if there is no such site, or it is linked already
 */
export async function beginLink(
  request: Request,
  owner: Owner,
  site: string,
): Promise<{ url: string; headers: Headers } | null> {
  const { open } = await listSites(owner);
  if (!open.some(({ id }) => id === site)) return null;
  const { origin } = new URL(env().betterAuthUrl ?? request.url);
  const headers = new Headers({ origin, 'Content-Type': 'application/json' });
  for (const name of ['cookie', CLIENT_ADDRESS_HEADER]) {
    const value = request.headers.get(name);
    if (value) headers.set(name, value);
  }
  const body = JSON.stringify({
    provider: site,
    callbackURL: '/account?saved=link-site',
    errorCallbackURL: '/account',
  });
  const asked = new Request(`${origin}/api/auth/link-social`, { method: 'POST', headers, body });
  const answer = await auth().handler(asked);
  const { url } = Object(await answer.json().catch(() => null)) as { url?: unknown };
  if (!answer.ok || typeof url !== 'string') return null;
  const cookies = new Headers();
  for (const cookie of answer.headers.getSetCookie()) cookies.append('Set-Cookie', cookie);
  return { url, headers: cookies };
}

/**
 * Unlinks one of the user's own, unless it is the last sign-in method; an unknown one is ignored.
 * @returns why not
 */
export async function unlinkSite(
  owner: Owner & { readonly language: Language },
  id: string,
): Promise<FormError | null> {
  const { userId } = owner;
  const isIt = and(eq(account.userId, userId), eq(account.id, id), isOfSite);
  const [removed] = await lockedDb()
    .delete(account)
    .where(and(isIt, hasAnotherWayIn(userId, id)))
    .returning({ providerId: account.providerId });
  if (!removed) return (await db().$count(account, isIt)) > 0 ? 'LAST_WAY_IN' : null;
  log().info(
    { userId, site: removed.providerId },
    'a user removed the account of another site for signing in',
  );
  const site = siteOf(removed.providerId);
  if (site) await tellOfWayIn({ ...owner, change: 'removed', way: { kind: 'site', ...site } });
  return null;
}
