import { createHmac, timingSafeEqual } from 'node:crypto';
import { env } from '../settings/env.server.ts';

const COOKIE_NAME = /^(__Host-)?better-auth\.session_token$/;

/**
 * The session's token from a `Cookie` header, if we signed it: requests can be counted by it
 * before the database is queried. The session may have ended.
 */
export function readSessionToken(cookies: string | null | undefined): string | null {
  for (const cookie of (cookies ?? '').split(';')) {
    const [name = '', value = ''] = cookie.trim().split('=', 2);
    if (!COOKIE_NAME.test(name)) continue;
    const signed = decode(value);
    const end = signed.lastIndexOf('.');
    const [token, signature] = [signed.slice(0, end), signed.slice(end + 1)];
    if (end > 0 && isSignature(signature, token)) return token;
  }
  return null;
}

/** As signed by better-auth. */
function isSignature(given: string, token: string): boolean {
  const expected = createHmac('sha256', env().betterAuthSecret).update(token).digest();
  const bytes = Buffer.from(given, 'base64');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
