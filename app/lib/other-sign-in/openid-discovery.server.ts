import { z } from 'zod';
import { log } from '../log.server.ts';
import { remember } from '../remember.server.ts';
import { env } from '../settings/env.server.ts';
import type { SignInProvider } from '../settings/env-sign-in.server.ts';

/** The endpoints of an OpenID provider, from its discovery document. */
export interface OpenIdEndpoints {
  readonly authorization: string;
  readonly token: string;
  readonly userInfo: string;
}

const PATIENCE_MS = 5_000;
const AGAIN_AFTER_MS = 60_000;
const MOST_BYTES = 100_000;

const document = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  userinfo_endpoint: z.url(),
});

const state = () =>
  remember('openid endpoints', () => ({ endpoints: null as OpenIdEndpoints | null }));

/** Null: not known yet, or none is configured; its button is then hidden. */
export function openIdEndpoints(): OpenIdEndpoints | null {
  return state().endpoints;
}

/**
 * Fetches the configured provider's discovery document, and retries each minute until it succeeds.
 * Nothing else waits for it: an unreachable provider blocks no other sign-in method.
 * @param onFound when its sign-in can be offered
 */
export async function discoverOpenId(onFound: () => void): Promise<void> {
  const provider = env().signInProviders.find(({ id }) => id === 'openid');
  if (!provider) return;
  try {
    state().endpoints = await ask(provider);
    onFound();
  } catch (error) {
    log().warn(
      { err: error },
      'the OpenID discovery document (SIGN_IN_OPENID_ISSUER) cannot be read: its sign-in is not offered; tried again in a minute',
    );
    setTimeout(() => void discoverOpenId(onFound), AGAIN_AFTER_MS).unref();
  }
}

async function ask({ issuer }: SignInProvider): Promise<OpenIdEndpoints> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: 'error',
  });
  if (!answer.ok) throw new Error(`discovery: ${answer.status}`);
  const text = await answer.text();
  if (text.length > MOST_BYTES) throw new Error('discovery: the answer is too long');
  const found = document.parse(JSON.parse(text));
  // Another provider's document would send users, and our secret, elsewhere.
  if (found.issuer.replace(/\/+$/, '') !== issuer) throw new Error('discovery: another issuer');
  const isSecure = (url: string) => !issuer?.startsWith('https:') || url.startsWith('https:');
  const urls = [found.authorization_endpoint, found.token_endpoint, found.userinfo_endpoint];
  if (!urls.every(isSecure)) throw new Error('discovery: an endpoint without TLS');
  return {
    authorization: found.authorization_endpoint,
    token: found.token_endpoint,
    userInfo: found.userinfo_endpoint,
  };
}
