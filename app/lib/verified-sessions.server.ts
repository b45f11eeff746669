import { and, eq, gt, isNull } from 'drizzle-orm';
import { session, user } from '#drizzle/schema.ts';
import { db } from './db.server.ts';
import { remember } from './remember.server.ts';

/** So long what the database has said of a token is believed, where nothing but a limit hangs on it. */
const KEPT_MS = 30_000;
const MOST_KEPT = 10_000;
/** Longer no request waits only to learn under whose limit it is counted. */
const PATIENCE_MS = 250;

interface Kept {
  readonly userId: string | null;
  readonly untilMs: number;
}

/**
 * Whose living session a token is, as it was within the last half minute; null for one that has ended or
 * was never stored, and while the database does not answer. To count by, not to let anybody in by.
 */
export async function findSessionUser(token: string, nowMs = Date.now()): Promise<string | null> {
  const kept = remember('session users', () => new Map<string, Kept>());
  const known = kept.get(token);
  if (known && known.untilMs > nowMs) return known.userId;
  const userId = await inTime(readUser(token, nowMs));
  if (userId === undefined) return known?.userId ?? null;
  // The oldest stand first.
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

/** Undefined when it was not answered, or too late. */
async function inTime<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, PATIENCE_MS);
  const answer = await Promise.race([asked.catch(() => undefined), tooLate]);
  clearTimeout(timer);
  return answer;
}
