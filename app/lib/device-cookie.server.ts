import { randomUUID } from 'node:crypto';
import { createCookie } from 'react-router';
import { env } from './env.server.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Shows that somebody has logged in to an account from this browser before. Guesses of strangers slow
 * strangers down; this device has a count of its own, so nobody can lock its owner out.
 */
function deviceCookie() {
  const { isHttps, betterAuthSecret } = env();
  return createCookie(isHttps ? '__Host-device' : 'device', {
    path: '/',
    sameSite: 'lax',
    httpOnly: true,
    secure: isHttps,
    maxAge: YEAR_SECONDS,
    secrets: [betterAuthSecret],
  });
}

/** The device's own id, if it is known to this account; null for any other account. */
export async function readDevice(headers: Headers, email: string): Promise<string | null> {
  const known: unknown = await deviceCookie().parse(headers.get('Cookie'));
  const { device, account } = Object(known) as { device?: unknown; account?: unknown };
  return typeof device === 'string' && account === normalEmail(email) ? device : null;
}

/** The `Set-Cookie` header of a log-in. */
export function knowDevice(email: string): Promise<string> {
  return deviceCookie().serialize({ device: randomUUID(), account: normalEmail(email) });
}

/** As accounts are told apart. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}
