import { and, asc, desc, eq, gt, inArray, lt, or } from 'drizzle-orm';
import { nanoid } from 'nanoid';
import { conversation, message } from '#drizzle/schema.ts';
import type { CareKind } from '../../i18n/care.ts';
import { isOfDeletedUser, livingUserId } from '../auth/deleted-users.server.ts';
import { db, lockedDb } from '../db.server.ts';
import { type CharacterId, isCharacterId } from './characters.ts';
import { GUEST_PREFIX } from './guest-talk.ts';
import type { CutKind } from './reply-frame.ts';
import { textStart } from './text-start.ts';

const PREVIEW_LENGTH = 80;

export interface ChatMessage {
  /** Unique in its conversation: the client's own id, or that with `:reply`. */
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** Of a fixed reply to a message of distress: help lines are shown beside it. */
  readonly care: CareKind | null;
  /** Why a reply is incomplete. */
  readonly cut?: CutKind | null;
  /** When it was stored, in milliseconds; absent until then. */
  readonly sentAtMs?: number;
}

interface ConversationKey {
  readonly userId: string;
  readonly characterId: CharacterId;
}

/**
 * The user's one conversation with the character, created by the first message. Nothing is stored for a user
 * who is deleted while a message is being processed.
 * @throws a 401 Response then
 */
export async function ensureConversation({
  userId,
  characterId,
}: ConversationKey): Promise<string> {
  const known = await findConversation({ userId, characterId });
  if (known) return known;
  const now = new Date();
  const [made] = await lockedDb()
    .insert(conversation)
    .values({
      ...{ id: nanoid(), userId: livingUserId(userId), characterId },
      ...{ createdAt: now, updatedAt: now },
    })
    .onConflictDoNothing()
    .returning({ id: conversation.id })
    .catch((error: unknown) => {
      if (!isOfDeletedUser(error)) throw error;
      throw Response.json({ error: 'Unauthorized' }, { status: 401 });
    });
  if (made) return made.id;
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
  /** Only messages before this one; null: the latest. */
  readonly before?: string | null;
}

/** A page of a conversation; empty for a `before` that is not in it. */
export async function listMessages({
  conversationId,
  limit,
  before = null,
}: PageRequest): Promise<MessagePage> {
  const isInConversation = eq(message.conversationId, conversationId);
  const mark = before === null ? null : await findRow(conversationId, before);
  if (before !== null && mark === null) return { messages: [], hasEarlier: false };
  const isEarlier = mark ? compareWith(mark, lt) : undefined;
  const rows = await db()
    .select(COLUMNS)
    .from(message)
    .where(and(isInConversation, isEarlier))
    .orderBy(desc(message.createdAt), desc(message.id))
    .limit(limit + 1);
  const hasEarlier = rows.length > limit;
  return { messages: rows.slice(0, limit).reverse().map(toMessage(conversationId)), hasEarlier };
}

const COLUMNS = {
  id: message.id,
  role: message.role,
  content: message.content,
  care: message.care,
  cut: message.cut,
  createdAt: message.createdAt,
};

type MessageRow = Omit<typeof message.$inferSelect, 'conversationId'>;

function toMessage(conversationId: string) {
  return ({ createdAt, ...row }: MessageRow): ChatMessage => ({
    ...row,
    id: row.id.slice(conversationId.length + 1),
    sentAtMs: createdAt.getTime(),
  });
}

/** Messages before (`lt`) or after (`gt`) a message: by time, then by id. */
function compareWith(mark: Pick<MessageRow, 'id' | 'createdAt'>, side: typeof lt) {
  return or(
    side(message.createdAt, mark.createdAt),
    and(eq(message.createdAt, mark.createdAt), side(message.id, mark.id)),
  );
}

interface PageAround {
  readonly conversationId: string;
  readonly id: string;
  readonly limit: number;
}

/**
 * A page around the message, and whether it includes the newest message.
 * @returns null if there is no such message
 */
export async function listMessagesAround({
  conversationId,
  id,
  limit,
}: PageAround): Promise<(MessagePage & { readonly isNewest: boolean }) | null> {
  const mark = await findRow(conversationId, id);
  if (!mark) return null;
  const newerLimit = Math.floor(limit / 2);
  const newer = await db()
    .select(COLUMNS)
    .from(message)
    .where(and(eq(message.conversationId, conversationId), compareWith(mark, gt)))
    .orderBy(asc(message.createdAt), asc(message.id))
    .limit(newerLimit + 1);
  const olderLimit = limit - newerLimit - 1;
  const older = await listMessages({ conversationId, limit: olderLimit, before: id });
  const shownNewer = [mark, ...newer.slice(0, newerLimit)].map(toMessage(conversationId));
  return {
    messages: [...older.messages, ...shownNewer],
    hasEarlier: older.hasEarlier,
    isNewest: newer.length <= newerLimit,
  };
}

/** The last message with one character. */
export interface LastMessage {
  /** Its beginning; empty for a message about distress. */
  readonly text: string;
  readonly isOwn: boolean;
  /** Written on the first page, before sign-up. */
  readonly isFromGuest: boolean;
  readonly sentAtMs: number;
}

export type LastMessages = Partial<Record<CharacterId, LastMessage>>;

/** The last messages, by character; none for characters without messages. */
export async function listLastMessages(userId: string): Promise<LastMessages> {
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
  return Object.fromEntries(previews.filter(([id, last]) => isCharacterId(id) && last));
}

function previewOf(last: ChatMessage | undefined): LastMessage | null {
  if (!last) return null;
  return {
    text: last.care ? '' : textStart(last.content, PREVIEW_LENGTH),
    isOwn: last.role === 'user',
    isFromGuest: last.id.startsWith(GUEST_PREFIX),
    sentAtMs: last.sentAtMs ?? 0,
  };
}

export async function isConversationEmpty(conversationId: string): Promise<boolean> {
  const row = await db().query.message.findFirst({
    where: eq(message.conversationId, conversationId),
    columns: { id: true },
  });
  return row === undefined;
}

/** Stores a guest's messages in their order: all or nothing, and once. */
export async function saveFirstMessages(
  conversationId: string,
  messages: readonly ChatMessage[],
): Promise<void> {
  const nowMs = Date.now();
  const rows = messages.map(({ id, role, content, care }, index) => ({
    id: rowId(conversationId, id),
    conversationId,
    role,
    content,
    care,
    createdAt: new Date(nowMs - messages.length + index),
  }));
  await db().insert(message).values(rows).onConflictDoNothing();
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

/** Replaces the text of a message, which keeps its position. */
export async function replaceMessage(
  conversationId: string,
  { id, content, care, cut = null }: Omit<ChatMessage, 'role'>,
): Promise<void> {
  await db()
    .update(message)
    .set({ content, care, cut })
    .where(eq(message.id, rowId(conversationId, id)));
}

export async function deleteMessages(
  conversationId: string,
  ids: readonly string[],
): Promise<void> {
  const rowIds = ids.map((id) => rowId(conversationId, id));
  await db().delete(message).where(inArray(message.id, rowIds));
}

/** With all its messages. */
export async function deleteConversation(conversationId: string): Promise<void> {
  await db().delete(conversation).where(eq(conversation.id, conversationId));
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
