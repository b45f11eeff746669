import type { ChatMessage, MessagePage } from '../../lib/chat/conversation.server.ts';
import type { FramedReply } from '../../lib/chat/reply-frame.ts';

export interface ShownMessage extends ChatMessage {
  readonly isWriting?: boolean;
  /** Words of the reply before, while no word of the new one has come. */
  readonly isGivingWay?: boolean;
}

type Shown = readonly ShownMessage[];

export function replyIdTo(messageId: string): string {
  return `${messageId}:reply`;
}

/** A reply is awaited. The one there is stays until the new one has a word. */
export function beginReply(shown: Shown, messageId: string): Shown {
  const id = replyIdTo(messageId);
  const { content = '', care = null } = shown.find((message) => message.id === id) ?? {};
  return withReply(shown, { id, content, care, isWriting: true, isGivingWay: content !== '' });
}

export function showReply(shown: Shown, messageId: string, reply: FramedReply): Shown {
  return withReply(shown, { ...reply, id: replyIdTo(messageId), isWriting: true });
}

/** What was written stays; a reply without a word was none. */
export function endReply(shown: Shown, nowMs: number): Shown {
  return shown
    .filter(({ isWriting, content }) => !isWriting || content !== '')
    .map((message) => {
      // The same object: what has not changed is not drawn again.
      if (!message.isWriting) return message;
      const { isWriting: _, isGivingWay: __, ...rest } = message;
      return { ...rest, sentAtMs: nowMs };
    });
}

/** Without it, and without the reply to it. */
export function withoutMessage(shown: Shown, messageId: string): Shown {
  return shown.filter(({ id }) => id !== messageId && id !== replyIdTo(messageId));
}

function withReply(shown: Shown, reply: Omit<ShownMessage, 'role'>): Shown {
  const others = shown.filter(({ id }) => id !== reply.id);
  return [...others, { ...reply, role: 'assistant' }];
}

interface Merged {
  readonly messages: Shown;
  /** False: what was shown before is another part of the conversation, and has gone. */
  readonly isJoined: boolean;
}

/**
 * What is stored now, after what is shown of earlier pages. A reply that broke off is stored
 * nowhere: it stays while it is the last.
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
