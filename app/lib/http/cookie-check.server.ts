import { createCookie } from 'react-router';
import { env } from '../settings/env.server.ts';

/**
 * Set by the log-in and sign-up pages, so that a browser which keeps cookies sends at least one
 * with their forms. It identifies no one and ends with the browser's session.
 */
const keptCookie = createCookie('kept', { path: '/', sameSite: 'lax', httpOnly: true });

/** The headers of a page whose form is checked by {@link areCookiesBlocked}. */
export async function cookieCheckHeaders(): Promise<{ 'Set-Cookie': string }> {
  return { 'Set-Cookie': await keptCookie.serialize(true, { secure: env().isHttps }) };
}

/**
 * Whether a browser sends one of our forms without any cookie: a session could not last, and an account
 * created now would be unreachable at once. Programs, which send no `Sec-Fetch-Site`, are exempt.
 */
export function areCookiesBlocked({ headers }: Request): boolean {
  return headers.get('Sec-Fetch-Site') === 'same-origin' && !headers.get('Cookie');
}
