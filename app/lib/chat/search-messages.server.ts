import { and, desc, eq, isNull, or, sql } from 'drizzle-orm';
import { conversation, message } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { requireTurn } from '../limits/limit-reached.server.ts';
import { type CharacterId, isCharacterId } from './characters.ts';
import { textStart } from './text-start.ts';

export const MOST_FOUND = 30;
const MOST_READ = 3_000;
/** More than anyone searches. */
const A_MINUTE = { most: 30, windowMs: 60_000, scope: 'you' } as const;
/** Characters before the match. */
const BEFORE = 24;
const EXCERPT_LENGTH = 120;

export interface FoundMessage {
  readonly id: string;
  readonly characterId: CharacterId;
  readonly isOwn: boolean;
  readonly sentAtMs: number;
  /** The text before the match, the match as written, and the text after it. */
  readonly excerpt: readonly [before: string, words: string, after: string];
}

/**
 * The user's own messages that contain the words, newest first, at most
 * {@link MOST_FOUND}. Case is ignored. Fixed words of care are not searched, so that no one meets
 * them by chance. It reads {@link MOST_READ} messages of each conversation, so that
 * no search blocks other requests, however many messages there are.
 * @param part 0 is the newest part, 1 the one before
 * @throws LimitReachedError
 */
export async function searchMessages(
  userId: string,
  words: string,
  part = 0,
): Promise<{ found: FoundMessage[]; hasOlder: boolean }> {
  const wanted = words.trim();
  if (wanted === '') return { found: [], hasOlder: false };
  await requireTurn([{ key: `search:${userId}`, ...A_MINUTE }]);
  const rooms = await db()
    .select({ id: conversation.id, characterId: conversation.characterId })
    .from(conversation)
    .where(eq(conversation.userId, userId));
  const found = await Promise.all(
    rooms.map(async ({ id, characterId }) => {
      if (!isCharacterId(characterId)) return [];
      const rows = await findRows(id, { wanted, part });
      return rows.map(({ id: rowId, role, content, createdAt }) => ({
        id: rowId.slice(id.length + 1),
        characterId,
        isOwn: role === 'user',
        sentAtMs: createdAt.getTime(),
        excerpt: excerptOf(content, wanted),
      }));
    }),
  );
  const older = await Promise.all(rooms.map(({ id }) => hasPart(id, part + 1)));
  const newestFirst = found.flat().sort((left, right) => right.sentAtMs - left.sentAtMs);
  return { found: newestFirst.slice(0, MOST_FOUND), hasOlder: older.includes(true) };
}

async function hasPart(conversationId: string, part: number): Promise<boolean> {
  const rows = await db()
    .select({ id: message.id })
    .from(message)
    .where(eq(message.conversationId, conversationId))
    .orderBy(desc(message.createdAt), desc(message.id))
    .limit(1)
    .offset(part * MOST_READ);
  return rows.length > 0;
}

function findRows(conversationId: string, { wanted, part }: { wanted: string; part: number }) {
  const newest = db()
    .select()
    .from(message)
    .where(eq(message.conversationId, conversationId))
    .orderBy(desc(message.createdAt), desc(message.id))
    .limit(MOST_READ)
    .offset(part * MOST_READ)
    .as('newest');
  return (
    db()
      .select()
      .from(newest)
      // Not LIKE, whose time grows with the product of both lengths.
      .where(
        and(
          isNull(newest.care),
          or(
            ...spellings(wanted).map((words) => sql`instr(lower(${newest.content}), ${words}) > 0`),
          ),
        ),
      )
      .orderBy(desc(newest.createdAt), desc(newest.id))
      .limit(MOST_FOUND)
  );
}

/** Like `lower` of both databases: A to Z only, so that a text keeps its length. */
function lowerLatin(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

/** The spellings that `lower` keeps apart: as typed, in lower case and in upper case; mostly identical. */
function spellings(words: string): string[] {
  const written = [words, words.toLowerCase(), words.toUpperCase()];
  return [...new Set(written.map(lowerLatin))];
}

export function excerptOf(content: string, words: string): FoundMessage['excerpt'] {
  const lowered = lowerLatin(content);
  const found = spellings(words).find((spelling) => lowered.includes(spelling)) ?? '';
  const at = lowered.indexOf(found);
  const end = at + found.length;
  const start = Math.max(0, content.lastIndexOf(' ', Math.max(0, at - BEFORE)));
  const before = `${start > 0 ? '…' : ''}${content.slice(start, at)}`;
  const rest = content.slice(end);
  const after = textStart(rest, EXCERPT_LENGTH);
  return [before, content.slice(at, end), after === rest ? after : `${after}…`];
}
