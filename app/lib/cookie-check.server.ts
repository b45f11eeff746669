import { createCookie } from 'react-router';
import { env } from './env.server.ts';

/**
 * Set by the pages of log-in and sign-up, so that a browser which keeps cookies sends at least one
 * with their forms. It says nothing about anybody and ends with the browser's session.
 */
const keptCookie = createCookie('kept', { path: '/', sameSite: 'lax', httpOnly: true });

/** The headers of a page whose form {@link areCookiesBlocked} is asked about. */
export async function cookieCheckHeaders(): Promise<{ 'Set-Cookie': string }> {
  return { 'Set-Cookie': await keptCookie.serialize(true, { secure: env().isHttps }) };
}

/**
 * Whether a browser sends a form of ours without any cookie: a session could not last, and an account
 * made now would be out of reach at once. Programs, which tell no `Sec-Fetch-Site`, are not asked.
 */
export function areCookiesBlocked({ headers }: Request): boolean {
  return headers.get('Sec-Fetch-Site') === 'same-origin' && !headers.get('Cookie');
}
