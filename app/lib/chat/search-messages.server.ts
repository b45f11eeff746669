import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { conversation, message } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { type CharacterId, isCharacterId } from './characters.ts';
import { textStart } from './text-start.ts';

export const MOST_FOUND = 30;
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
 * wants to meet by chance, are not searched.
 */
export async function searchMessages(userId: string, words: string): Promise<FoundMessage[]> {
  const wanted = words.trim();
  if (wanted === '') return [];
  const pattern = `%${wanted.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await db()
    .select({
      id: message.id,
      conversationId: message.conversationId,
      characterId: conversation.characterId,
      role: message.role,
      content: message.content,
      createdAt: message.createdAt,
    })
    .from(message)
    .innerJoin(conversation, eq(message.conversationId, conversation.id))
    .where(
      and(
        eq(conversation.userId, userId),
        isNull(message.care),
        sql`lower(${message.content}) LIKE ${pattern} ESCAPE '\\'`,
      ),
    )
    .orderBy(desc(message.createdAt), desc(message.id))
    .limit(MOST_FOUND);
  return rows.flatMap(({ id, conversationId, characterId, role, content, createdAt }) =>
    isCharacterId(characterId)
      ? [
          {
            id: id.slice(conversationId.length + 1),
            characterId,
            isOwn: role === 'user',
            sentAtMs: createdAt.getTime(),
            excerpt: excerptOf(content, wanted),
          },
        ]
      : [],
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
