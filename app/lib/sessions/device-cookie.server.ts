import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { createCookie } from 'react-router';
import { account, user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { env } from '../settings/env.server.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Shows that someone has logged in to an account from this browser before. Strangers' guesses slow down
 * strangers; this device has its own count, so nobody can lock its owner out. It does not reveal the
 * account, and a changed password invalidates it.
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
  if (typeof device !== 'string' || typeof account !== 'string') return null;
  return isEqual(account, await markOf(email)) ? device : null;
}

/** The `Set-Cookie` header of a log-in. */
export async function knowDevice(email: string): Promise<string> {
  return deviceCookie().serialize({ device: randomUUID(), account: await markOf(email) });
}

/** For an account with its current password: a keyed hash, so neither can be tried against it. */
async function markOf(email: string): Promise<string> {
  const address = normalEmail(email);
  const stored = await passwordHashOf(address);
  return createHmac('sha256', env().betterAuthSecret)
    .update(JSON.stringify(['device', address, stored]))
    .digest('base64url');
}

async function passwordHashOf(email: string): Promise<string | null> {
  const [found] = await db()
    .select({ password: account.password })
    .from(account)
    .innerJoin(user, eq(user.id, account.userId))
    .where(and(eq(user.email, email), eq(account.providerId, 'credential')))
    .limit(1);
  return found?.password ?? null;
}

function isEqual(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** The canonical spelling of an account's address. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}
