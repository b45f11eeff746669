import type { CharacterId } from '../characters.ts';
import {
  deleteConversation,
  deleteMessages,
  findConversation,
  findMessage,
  listMessages,
  replyIdOf,
} from '../conversation.server.ts';
import { MESSAGE_PAGE } from '../message-rules.ts';
import { findRunningReply } from './running-reply.server.ts';

interface Place {
  readonly userId: string;
  readonly characterId: CharacterId;
}

/**
 * Deletes a message and its reply permanently. A reply in progress is stopped first, or
 * it would be stored after its message was deleted.
 * @returns false if there is no such message
 */
export async function removeMessage({
  messageId,
  ...place
}: Place & { readonly messageId: string }): Promise<boolean> {
  const conversationId = await findConversation(place);
  if (conversationId === null || !(await findMessage(conversationId, messageId))) return false;
  await endReply(conversationId, messageId);
  await deleteMessages(conversationId, [messageId, replyIdOf(messageId)]);
  return true;
}

/** Deletes the whole conversation with the character permanently. Safe to repeat. */
export async function removeConversation(place: Place): Promise<void> {
  const conversationId = await findConversation(place);
  if (conversationId === null) return;
  const { messages } = await listMessages({ conversationId, limit: MESSAGE_PAGE });
  for (const { id, role } of messages) if (role === 'user') await endReply(conversationId, id);
  await deleteConversation(conversationId);
}

async function endReply(conversationId: string, messageId: string): Promise<void> {
  const reply = findRunningReply(`${conversationId}:${replyIdOf(messageId)}`);
  reply?.stop();
  await reply?.ended;
}
