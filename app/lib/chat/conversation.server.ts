import { and, asc, desc, eq, lt, or } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { conversation, message } from '#drizzle/schema.ts';
import type { CareKind } from '../../i18n/care.ts';
import { db } from '../db.server.ts';
import { type CharacterId, isCharacterId } from './characters.ts';
import type { CutKind } from './reply-frame.ts';
import { textStart } from './text-start.ts';

const PREVIEW_LENGTH = 80;

export interface ChatMessage {
  /** Unique in its conversation: the client's own id, or that with `:reply`. */
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** Of a reply in fixed words to a message of need: help lines are shown beside it. */
  readonly care: CareKind | null;
  /** Of a reply that is not whole: why. */
  readonly cut?: CutKind | null;
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

/** Null until the first message. */
export async function findConversation({
  userId,
  characterId,
}: ConversationKey): Promise<string | null> {
  const row = await db().query.conversation.findFirst({
    where: and(eq(conversation.userId, userId), eq(conversation.characterId, characterId)),
    columns: { id: true },
  });
  return row?.id ?? null;
}

export interface MessagePage {
  /** Oldest first. */
  readonly messages: readonly ChatMessage[];
  readonly hasEarlier: boolean;
}

interface PageRequest {
  readonly conversationId: string;
  readonly limit: number;
  /** Only what was said before this message; null: the latest. */
  readonly before?: string | null;
}

/** A page of a conversation. A `before` that is not in it finds nothing. */
export async function listMessages({
  conversationId,
  limit,
  before = null,
}: PageRequest): Promise<MessagePage> {
  const isInConversation = eq(message.conversationId, conversationId);
  const mark = before === null ? null : await findRow(conversationId, before);
  if (before !== null && mark === null) return { messages: [], hasEarlier: false };
  const isEarlier =
    mark &&
    or(
      lt(message.createdAt, mark.createdAt),
      and(eq(message.createdAt, mark.createdAt), lt(message.id, mark.id)),
    );
  const rows = await db()
    .select({
      id: message.id,
      role: message.role,
      content: message.content,
      care: message.care,
      cut: message.cut,
    })
    .from(message)
    .where(isEarlier ? and(isInConversation, isEarlier) : isInConversation)
    .orderBy(desc(message.createdAt), desc(message.id))
    .limit(limit + 1);
  const hasEarlier = rows.length > limit;
  const messages = rows
    .slice(0, limit)
    .reverse()
    .map((row) => ({ ...row, id: row.id.slice(conversationId.length + 1) }));
  return { messages, hasEarlier };
}

/** The start of what was said last, by character; of words about a person's need, nothing. */
export async function listLastMessages(
  userId: string,
): Promise<Partial<Record<CharacterId, string>>> {
  const rows = await db()
    .select({ characterId: conversation.characterId, id: conversation.id })
    .from(conversation)
    .where(eq(conversation.userId, userId))
    .orderBy(asc(conversation.createdAt));
  const previews = await Promise.all(
    rows.map(async ({ characterId, id }) => {
      const { messages } = await listMessages({ conversationId: id, limit: 1 });
      return [characterId, previewOf(messages[0])] as const;
    }),
  );
  return Object.fromEntries(previews.filter(([id, text]) => isCharacterId(id) && text));
}

function previewOf(last: ChatMessage | undefined): string {
  return !last || last.care ? '' : textStart(last.content, PREVIEW_LENGTH);
}

export async function findMessage(conversationId: string, id: string): Promise<ChatMessage | null> {
  const row = await findRow(conversationId, id);
  return row && { id, role: row.role, content: row.content, care: row.care, cut: row.cut };
}

/** Stores a message once: the same id again changes nothing. */
export async function saveMessage(
  conversationId: string,
  { id, role, content, care, cut = null }: ChatMessage,
): Promise<void> {
  const createdAt = new Date();
  await db()
    .insert(message)
    .values({ id: rowId(conversationId, id), conversationId, role, content, care, cut, createdAt })
    .onConflictDoNothing();
  await db()
    .update(conversation)
    .set({ updatedAt: createdAt })
    .where(eq(conversation.id, conversationId));
}

/** Puts other words into a message, which keeps its place. */
export async function replaceMessage(
  conversationId: string,
  { id, content, care, cut = null }: Omit<ChatMessage, 'role'>,
): Promise<void> {
  await db()
    .update(message)
    .set({ content, care, cut })
    .where(eq(message.id, rowId(conversationId, id)));
}

function findRow(conversationId: string, id: string) {
  return db()
    .query.message.findFirst({ where: eq(message.id, rowId(conversationId, id)) })
    .then((row) => row ?? null);
}

function rowId(conversationId: string, id: string): string {
  return `${conversationId}:${id}`;
}

export function newMessageId(): string {
  return nanoid();
}

export function replyIdOf(messageId: string): string {
  return `${messageId}:reply`;
}
