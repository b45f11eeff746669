import type { BetterAuthOptions } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { z } from 'zod';
import { env } from '../settings/env.server.ts';
import { PROVIDER_IDS, type ShownProvider } from '../settings/sites.ts';
import { openIdEndpoints } from './openid-discovery.server.ts';

const PATIENCE_MS = 10_000;

const userInfo = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
  name: z.string().optional(),
});

/** The buttons: providers that are configured and reachable. */
export function shownProviders(): ShownProvider[] {
  return env()
    .signInProviders.filter(({ id }) => id !== 'openid' || openIdEndpoints() !== null)
    .map(({ id, name }) => ({ id, name }));
}

/** The name of a stored account's site; null for other accounts. A site that is no longer configured keeps its name. */
export function siteOf(providerId: string): ShownProvider | null {
  const id = PROVIDER_IDS.find((each) => each === providerId);
  if (!id) return null;
  return { id, name: env().signInProviders.find((each) => each.id === id)?.name ?? null };
}

/** Sites that the auth library supports. */
export function knownProviders(): NonNullable<BetterAuthOptions['socialProviders']> {
  const known = env().signInProviders.filter(({ id }) => id !== 'openid' && id !== 'apple');
  return Object.fromEntries(
    known.map(({ id, clientId, clientSecret }) => [id, { clientId, clientSecret }]),
  );
}

/** An OpenID provider of the operator's choice, once its discovery document is known. */
export function openIdProvider() {
  const provider = env().signInProviders.find(({ id }) => id === 'openid');
  const endpoints = openIdEndpoints();
  if (!provider || !endpoints) return [];
  const { clientId, clientSecret, issuer } = provider;
  return [
    genericOAuth({
      config: [
        {
          providerId: 'openid',
          clientId,
          clientSecret,
          authorizationUrl: endpoints.authorization,
          tokenUrl: endpoints.token,
          scopes: ['openid', 'email', 'profile'],
          pkce: true,
          // Another provider's identical subject may be another person.
          accountSubject: ({ profile }) => `${issuer} ${profile.sub}`,
          // The provider's own answer for the fresh token; no token is trusted unchecked.
          async getUserInfo({ accessToken }) {
            const answer = await fetch(endpoints.userInfo, {
              headers: { Authorization: `Bearer ${accessToken}` },
              signal: AbortSignal.timeout(PATIENCE_MS),
              redirect: 'error',
            });
            if (!answer.ok) return null;
            const { sub, email, email_verified, name } = userInfo.parse(await answer.json());
            const emailVerified = email_verified === true || email_verified === 'true';
            return { sub, email: email ?? null, emailVerified, name: name ?? '' };
          },
        },
      ],
    }),
  ];
}
