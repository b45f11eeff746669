import type { ChatMessage, MessagePage } from '../../../lib/chat/conversation.server.ts';
import type { FramedReply } from '../../../lib/chat/reply-frame.ts';

export interface ShownMessage extends ChatMessage {
  readonly isWriting?: boolean;
  /** The previous reply, shown until the new one has text. */
  readonly isGivingWay?: boolean;
}

type Shown = readonly ShownMessage[];

export function replyIdTo(messageId: string): string {
  return `${messageId}:reply`;
}

/** Marks a reply as pending. An existing one stays until the new one has text. */
export function beginReply(shown: Shown, messageId: string): Shown {
  const id = replyIdTo(messageId);
  const { content = '', care = null } = shown.find((message) => message.id === id) ?? {};
  return withReply(shown, { id, content, care, isWriting: true, isGivingWay: content !== '' });
}

export function showReply(shown: Shown, messageId: string, reply: FramedReply): Shown {
  return withReply(shown, { ...reply, id: replyIdTo(messageId), isWriting: true });
}

/** Keeps what was written; removes an empty reply. */
export function endReply(shown: Shown, nowMs: number): Shown {
  return shown
    .filter(({ isWriting, content }) => !isWriting || content !== '')
    .map((message) => {
      // Return the same object, so that unchanged messages are not re-rendered.
      if (!message.isWriting) return message;
      const { isWriting: _, isGivingWay: __, ...rest } = message;
      return { ...rest, sentAtMs: nowMs };
    });
}

/** Removes a message and the reply to it. */
export function withoutMessage(shown: Shown, messageId: string): Shown {
  return shown.filter(({ id }) => id !== messageId && id !== replyIdTo(messageId));
}

function withReply(shown: Shown, reply: Omit<ShownMessage, 'role'>): Shown {
  const others = shown.filter(({ id }) => id !== reply.id);
  return [...others, { ...reply, role: 'assistant' }];
}

interface Merged {
  readonly messages: Shown;
  /** False: the messages shown before were another part of the conversation and are dropped. */
  readonly isJoined: boolean;
}

/**
 * Merges the stored messages after earlier pages that are shown. A reply that broke off is not
 * stored: it stays as long as it is the last message.
 */
export function mergeNewest(
  shown: Shown,
  { messages: stored }: Pick<MessagePage, 'messages'>,
): Merged {
  const [first] = stored;
  if (!first) return { messages: shown, isJoined: true };
  const start = shown.findIndex(({ id }) => id === first.id);
  if (start === -1) return { messages: stored, isJoined: false };
  const asked = stored.at(-1);
  const broken = shown.at(-1);
  const isKept = asked?.role === 'user' && broken?.id === replyIdTo(asked.id);
  const end = isKept && broken ? [broken] : [];
  return { messages: [...shown.slice(0, start), ...stored, ...end], isJoined: true };
}
