import { answerAuth } from '../auth.server.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { env } from '../settings/env.server.ts';
import { shownProviders } from './providers.server.ts';

/** @returns the redirect with its cookie; null: the site is not configured */
export async function beginOtherSignIn(
  request: Request,
  { provider, page }: { provider: string; page: string },
): Promise<{ url: string; headers: Headers } | null> {
  if (!shownProviders().some(({ id }) => id === provider)) return null;
  const { origin } = new URL(env().betterAuthUrl ?? request.url);
  // A browser sends no Origin when it follows a link.
  const headers = new Headers({ origin, 'Content-Type': 'application/json' });
  const address = request.headers.get(CLIENT_ADDRESS_HEADER);
  if (address) headers.set(CLIENT_ADDRESS_HEADER, address);
  const body = JSON.stringify({ provider, callbackURL: page, errorCallbackURL: '/login' });
  const answer = await answerAuth(
    new Request(`${origin}/api/auth/sign-in/social`, { method: 'POST', headers, body }),
  );
  const { url } = Object(await answer.json().catch(() => null)) as { url?: unknown };
  if (!answer.ok || typeof url !== 'string') return null;
  const cookies = new Headers();
  for (const cookie of answer.headers.getSetCookie()) cookies.append('Set-Cookie', cookie);
  return { url, headers: cookies };
}
