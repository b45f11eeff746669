import { createPublicKey } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import {
  createAuthorizationURL,
  type OAuthProvider,
  validateAuthorizationCode,
  verifyProviderIdToken,
} from 'better-auth/oauth2';
import { z } from 'zod';
import { appleClientSecret } from '../settings/apple-secret.ts';
import { env } from '../settings/env.server.ts';
import type { SignInProvider } from '../settings/env-sign-in.server.ts';

const PATIENCE_MS = 10_000;
const MOST_BYTES = 100_000;

const keySet = z.object({ keys: z.array(z.object({ kid: z.string() }).loose()) });

const claims = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().optional(),
  /** True also for a relay address. */
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
});

/** From the browser: untrusted. */
const names = z.object({
  name: z.object({ firstName: z.string().optional(), lastName: z.string().optional() }),
});

type Claims = z.infer<typeof claims>;

/**
 * Sign-in with Apple. The library's own support needs a client secret that must be renewed twice a
 * year, binds the callback to no nonce, and uses addresses that tests cannot replace.
 */
export function appleSignIn(): BetterAuthPlugin[] {
  const configured = env().signInProviders.find(({ id }) => id === 'apple');
  if (!configured) return [];
  const provider = appleProvider(configured);
  return [
    {
      id: 'choonsim-apple',
      init: ({ socialProviders }) => ({
        context: { socialProviders: [provider as OAuthProvider, ...socialProviders] },
      }),
    },
  ];
}

function appleProvider({ clientId, issuer, apple }: SignInProvider): OAuthProvider<Claims> {
  if (!issuer || !apple) throw new Error('Apple is configured without its key.');
  const options = () => ({
    clientId,
    clientSecret: appleClientSecret(apple, { clientId, issuer }),
  });
  const provider: OAuthProvider<Claims> = {
    id: 'apple',
    name: 'Apple',
    accountSubject: ({ profile }) => profile.sub,
    requiresIdTokenNonce: true,
    idToken: {
      jwks: ({ kid }) => findKey(`${issuer}/auth/keys`, String(kid)),
      issuer,
      audience: clientId,
      algorithms: ['RS256'],
    },
    createAuthorizationURL: ({ state, redirectURI, idTokenNonce }) =>
      createAuthorizationURL({
        id: 'apple',
        options: { clientId },
        authorizationEndpoint: `${issuer}/auth/authorize`,
        scopes: ['name', 'email'],
        // Required by Apple if a name or an address is requested.
        responseMode: 'form_post',
        state,
        redirectURI,
        ...(idTokenNonce && { nonce: idTokenNonce }),
      }),
    validateAuthorizationCode: ({ code, redirectURI }) =>
      validateAuthorizationCode({
        code,
        redirectURI,
        options: options(),
        tokenEndpoint: `${issuer}/auth/token`,
        authentication: 'post',
      }),
    async getUserInfo({ idToken, expectedIdTokenNonce, user }) {
      if (!idToken || !expectedIdTokenNonce) return null;
      if (!(await verifyProviderIdToken(provider, idToken, expectedIdTokenNonce))) return null;
      const data = claims.parse(readClaims(idToken));
      const emailVerified = data.email_verified === true || data.email_verified === 'true';
      const shown = { email: data.email ?? null, emailVerified, name: nameOf(user) };
      return { user: shown, data };
    },
  };
  return provider;
}

/** The person's name in the order of their language. Apple sends it only the first time. */
function nameOf(user: unknown): string {
  const { firstName = '', lastName = '' } = names.safeParse(user).data?.name ?? {};
  const [first, last] = [firstName.trim(), lastName.trim()];
  return /\p{Script=Hangul}/u.test(first + last) ? last + first : `${first} ${last}`.trim();
}

async function findKey(address: string, kid: string) {
  const answer = await fetch(address, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: 'error',
  });
  const text = await answer.text();
  if (!answer.ok || text.length > MOST_BYTES) throw new Error(`Apple’s keys: ${answer.status}`);
  const key = keySet.parse(JSON.parse(text)).keys.find((each) => each.kid === kid);
  if (!key) throw new Error('Apple has no key of this name');
  return createPublicKey({ key, format: 'jwk' });
}

/** Of a verified token. */
function readClaims(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
