import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { conversation, message } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { requireTurn } from '../limit-reached.server.ts';
import { type CharacterId, isCharacterId } from './characters.ts';
import { textStart } from './text-start.ts';

export const MOST_FOUND = 30;
const MOST_READ = 3_000;
/** More than anybody looks for. */
const A_MINUTE = { most: 30, windowMs: 60_000, scope: 'you' } as const;
/** Around the words that were found, in characters. */
const BEFORE = 24;
const EXCERPT_LENGTH = 120;

export interface FoundMessage {
  readonly id: string;
  readonly characterId: CharacterId;
  readonly isOwn: boolean;
  readonly sentAtMs: number;
  /** What stands before the words, the words as they are written there, and what follows. */
  readonly excerpt: readonly [before: string, words: string, after: string];
}

/**
 * The user's own conversations' messages that contain the words, the newest first, at most
 * {@link MOST_FOUND}. Capitals make no difference in Latin letters. Fixed words of care, which nobody
 * wants to meet by chance, are not searched; of a conversation the newest {@link MOST_READ} messages
 * are, so that no search holds up the others however much somebody has written.
 * @throws LimitReachedError
 */
export async function searchMessages(userId: string, words: string): Promise<FoundMessage[]> {
  const wanted = words.trim();
  if (wanted === '') return [];
  await requireTurn([{ key: `search:${userId}`, ...A_MINUTE }]);
  const rooms = await db()
    .select({ id: conversation.id, characterId: conversation.characterId })
    .from(conversation)
    .where(eq(conversation.userId, userId));
  const found = await Promise.all(
    rooms.map(async ({ id, characterId }) => {
      if (!isCharacterId(characterId)) return [];
      const rows = await findRows(id, wanted);
      return rows.map(({ id: rowId, role, content, createdAt }) => ({
        id: rowId.slice(id.length + 1),
        characterId,
        isOwn: role === 'user',
        sentAtMs: createdAt.getTime(),
        excerpt: excerptOf(content, wanted),
      }));
    }),
  );
  return found
    .flat()
    .sort((left, right) => right.sentAtMs - left.sentAtMs)
    .slice(0, MOST_FOUND);
}

function findRows(conversationId: string, wanted: string) {
  const newest = db()
    .select()
    .from(message)
    .where(eq(message.conversationId, conversationId))
    .orderBy(desc(message.createdAt))
    .limit(MOST_READ)
    .as('newest');
  return (
    db()
      .select()
      .from(newest)
      // Not LIKE, which takes a step for each letter of the words at each letter of a message.
      .where(
        and(isNull(newest.care), sql`instr(lower(${newest.content}), ${wanted.toLowerCase()}) > 0`),
      )
      .orderBy(desc(newest.createdAt), desc(newest.id))
      .limit(MOST_FOUND)
  );
}

export function excerptOf(content: string, words: string): FoundMessage['excerpt'] {
  const at = Math.max(0, content.toLowerCase().indexOf(words.toLowerCase()));
  const end = at + words.length;
  const start = Math.max(0, content.lastIndexOf(' ', Math.max(0, at - BEFORE)));
  const before = `${start > 0 ? '…' : ''}${content.slice(start, at)}`;
  const rest = content.slice(end);
  const after = textStart(rest, EXCERPT_LENGTH);
  return [before, content.slice(at, end), after === rest ? after : `${after}…`];
}
