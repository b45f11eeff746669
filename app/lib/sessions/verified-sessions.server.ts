import { and, eq, gt, isNull } from 'drizzle-orm';
import { session, user } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { remember } from '../remember.server.ts';

/** How long a result is cached; it is used for limits only. */
const KEPT_MS = 30_000;
const MOST_KEPT = 10_000;
/** The longest a request waits only to learn which limit it counts towards. */
const PATIENCE_MS = 250;

interface Kept {
  readonly userId: string | null;
  readonly untilMs: number;
}

/**
 * The user of a valid session, as of the last half minute; null if it has ended or
 * never existed, and while the database does not answer. For counting, not for access.
 */
export async function findSessionUser(token: string, nowMs = Date.now()): Promise<string | null> {
  const kept = remember('session users', () => new Map<string, Kept>());
  const known = kept.get(token);
  if (known && known.untilMs > nowMs) return known.userId;
  const userId = await inTime(readUser(token, nowMs));
  if (userId === undefined) return known?.userId ?? null;
  // Oldest first.
  for (const oldest of kept.keys()) {
    if (kept.size < MOST_KEPT) break;
    kept.delete(oldest);
  }
  kept.delete(token);
  kept.set(token, { userId, untilMs: nowMs + KEPT_MS });
  return userId;
}

async function readUser(token: string, nowMs: number): Promise<string | null> {
  const isLive = gt(session.expiresAt, new Date(nowMs));
  const [found] = await db()
    .select({ userId: session.userId })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .where(and(eq(session.token, token), isLive, isNull(user.deletedAt)))
    .limit(1);
  return found?.userId ?? null;
}

/** Undefined if there is no result in time. */
async function inTime<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, PATIENCE_MS);
  const answer = await Promise.race([asked.catch(() => undefined), tooLate]);
  clearTimeout(timer);
  return answer;
}
