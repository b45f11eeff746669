import { and, asc, desc, eq } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { conversation, message } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { type CharacterId, isCharacterId } from './characters.ts';

const HISTORY_LIMIT = 200;
const PREVIEW_LENGTH = 80;

export interface ChatMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

interface ConversationKey {
  readonly userId: string;
  readonly characterId: CharacterId;
}

/** The user's one conversation with the character, made at the first message. */
export async function ensureConversation({
  userId,
  characterId,
}: ConversationKey): Promise<string> {
  const now = new Date();
  await db()
    .insert(conversation)
    .values({ id: nanoid(), userId, characterId, createdAt: now, updatedAt: now })
    .onConflictDoNothing();
  const found = await findConversation({ userId, characterId });
  if (!found) throw new Error('the conversation was not stored');
  return found;
}

async function findConversation({ userId, characterId }: ConversationKey): Promise<string | null> {
  const row = await db().query.conversation.findFirst({
    where: and(eq(conversation.userId, userId), eq(conversation.characterId, characterId)),
    columns: { id: true },
  });
  return row?.id ?? null;
}

/** The latest messages, oldest first. */
export async function listMessages(key: ConversationKey): Promise<ChatMessage[]> {
  const conversationId = await findConversation(key);
  if (!conversationId) return [];
  const rows = await db()
    .select({ id: message.id, role: message.role, content: message.content })
    .from(message)
    .where(eq(message.conversationId, conversationId))
    .orderBy(desc(message.createdAt), desc(message.id))
    .limit(HISTORY_LIMIT);
  return rows.reverse();
}

/** The start of what was said last, by character. */
export async function listLastMessages(
  userId: string,
): Promise<Partial<Record<CharacterId, string>>> {
  const rows = await db()
    .select({ characterId: conversation.characterId, id: conversation.id })
    .from(conversation)
    .where(eq(conversation.userId, userId))
    .orderBy(asc(conversation.createdAt));
  const last: Partial<Record<CharacterId, string>> = {};
  for (const { characterId, id } of rows) {
    if (!isCharacterId(characterId)) continue;
    const row = await db().query.message.findFirst({
      where: eq(message.conversationId, id),
      orderBy: [desc(message.createdAt), desc(message.id)],
      columns: { content: true },
    });
    if (row) last[characterId] = row.content.slice(0, PREVIEW_LENGTH);
  }
  return last;
}

export async function findMessage(id: string): Promise<ChatMessage | null> {
  const row = await db().query.message.findFirst({
    where: eq(message.id, id),
    columns: { id: true, role: true, content: true },
  });
  return row ?? null;
}

/** Stores a message once: the same id again changes nothing. */
export async function saveMessage(
  conversationId: string,
  { id, role, content }: ChatMessage,
): Promise<void> {
  const createdAt = new Date();
  await db()
    .insert(message)
    .values({ id, conversationId, role, content, createdAt })
    .onConflictDoNothing();
  await db()
    .update(conversation)
    .set({ updatedAt: createdAt })
    .where(eq(conversation.id, conversationId));
}

export function newMessageId(): string {
  return nanoid();
}
