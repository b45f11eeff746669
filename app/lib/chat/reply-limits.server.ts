import { env } from '../env.server.ts';
import { requireTurn } from '../limit-reached.server.ts';

/** More than anybody types. */
const A_MINUTE = { most: 30, windowMs: 60_000, scope: 'you' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Before a reply is written, for whatever door: so many a minute, and, where a model is paid for, the
 * user's share of the day, which begins with its first reply. All processes count together.
 * @returns gives the day's share back, of a reply that never began
 * @throws LimitReachedError, and nothing of the day is used up
 */
export async function requireReplyTurn(userId: string): Promise<() => Promise<void>> {
  const { chatModel, chatRepliesPerDay } = env();
  await requireTurn([{ key: `reply:${userId}`, ...A_MINUTE }]);
  if (chatModel === null || chatRepliesPerDay === 0) return async () => {};
  const day = { most: chatRepliesPerDay, windowMs: DAY_MS, scope: 'day' } as const;
  return requireTurn([{ key: `reply-day:${userId}`, ...day }]);
}
