import { eq } from 'drizzle-orm';
import { session } from '#drizzle/schema.ts';
import { auth } from '../auth.server.ts';
import { logFailure } from '../database/log-failure.server.ts';
import { db } from '../db.server.ts';
import { findSession } from '../session.server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Without use. */
const IDLE_MS = 30 * DAY_MS;
/** Whatever its use: then a new log-in is required. */
const LONGEST_MS = 90 * DAY_MS;
/** The longest a page waits for the write: the next page tries again. */
const REFRESH_PATIENCE_MS = 100;

interface StoredSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
}

/** The new end of a session used now; null if nothing needs to change yet. */
export function prolongedEnd(
  { createdAt, updatedAt, expiresAt }: Omit<StoredSession, 'id'>,
  nowMs: number,
): Date | null {
  if (nowMs - updatedAt.getTime() < DAY_MS) return null;
  const endMs = Math.min(nowMs + IDLE_MS, createdAt.getTime() + LONGEST_MS);
  return endMs === expiresAt.getTime() ? null : new Date(endMs);
}

/**
 * Prolongs a session in use once a day, in the database and in the browser's cookie: pages send
 * the cookie again, or a daily visitor would be logged out all the same.
 */
export async function refreshSessionCookie(
  request: Request,
  next: () => Promise<Response>,
): Promise<Response> {
  const isPage = request.method === 'GET' && request.headers.get('Accept')?.includes('text/html');
  const cookie = isPage ? await prolong(request) : null;
  const response = await next();
  if (cookie) response.headers.append('Set-Cookie', cookie);
  return response;
}

/** @returns the same cookie with a later end, or null */
async function prolong(request: Request): Promise<string | null> {
  const { authCookies } = await auth().$context;
  const { name, attributes } = authCookies.sessionToken;
  const cookies = (request.headers.get('Cookie') ?? '').split('; ');
  const own = cookies.find((cookie) => cookie.startsWith(`${name}=`));
  // Without "remember me" the cookie ends with the browser.
  const isUnremembered = cookies.some((cookie) =>
    cookie.startsWith(`${authCookies.dontRememberToken.name}=`),
  );
  if (!own || isUnremembered) return null;
  const found = await findSession(request);
  const expiresAt = found && prolongedEnd(found.session, Date.now());
  if (!expiresAt || !(await isStoredInTime(found.session.id, expiresAt))) return null;
  const maxAge = Math.floor((expiresAt.getTime() - Date.now()) / 1000);
  const flags = [attributes.secure && 'Secure', attributes.httpOnly && 'HttpOnly'].filter(Boolean);
  return [own, `Max-Age=${maxAge}`, 'Path=/', ...flags, 'SameSite=Lax'].join('; ');
}

async function isStoredInTime(id: string, expiresAt: Date): Promise<boolean> {
  const stored = db()
    .update(session)
    .set({ expiresAt, updatedAt: new Date() })
    .where(eq(session.id, id))
    .then(
      () => true,
      (error: unknown) => {
        const message = 'a session was not prolonged; the next page tries again';
        logFailure({ error, message, level: 'warn' });
        return false;
      },
    );
  const { promise: tooLong, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, REFRESH_PATIENCE_MS, false);
  return Promise.race([stored, tooLong]).finally(() => clearTimeout(timer));
}
