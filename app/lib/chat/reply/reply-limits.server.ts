import { takeTurn } from '../../limits/limit-counters.server.ts';
import { requireTurn, type ScopedLimit } from '../../limits/limit-reached.server.ts';
import { env } from '../../settings/env.server.ts';

/** More than anyone types. */
const A_MINUTE = { most: 30, windowMs: 60_000, scope: 'you' } as const;
/** More than anyone in distress types: only a program's messages are not stored. */
const HELP = { most: 300, windowMs: 60 * 60 * 1000 } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Takes a turn before a reply is written, for any route: a number a minute and, for a paid model, the
 * user's share of the day and the deployment's, both counted from the first reply. Counted across
 * processes.
 * @returns gives the day's share back, for a reply that cost nothing
 * @throws LimitReachedError, and then nothing of the day is used up
 */
export async function requireReplyTurn(userId: string): Promise<() => Promise<void>> {
  const { chatModel, chatRepliesPerDay, chatRepliesPerDayInAll } = env();
  await requireTurn([{ key: `reply:${userId}`, ...A_MINUTE }]);
  if (chatModel === null) return async () => {};
  const days: readonly ScopedLimit[] = [
    { key: `reply-day:${userId}`, most: chatRepliesPerDay, windowMs: DAY_MS, scope: 'day' },
    { key: 'reply-day', most: chatRepliesPerDayInAll, windowMs: DAY_MS, scope: 'everybody' },
  ];
  return requireTurn(days.filter(({ most }) => most > 0));
}

/** Whether a message of distress, exempt from all other limits, may be stored with its answer. */
export async function takeHelpTurn(userId: string): Promise<boolean> {
  const { isWithin } = await takeTurn([{ key: `help:${userId}`, ...HELP }]);
  return isWithin;
}
