import { useCallback, useEffect, useRef, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import type { ChatMessage } from '../../lib/chat/conversation.server.ts';
import { findMessageFault } from '../../lib/chat/message-rules.ts';
import { isReplyFaultCode, type ReplyFaultCode } from '../../lib/chat/reply-fault.ts';
import type { SendFault } from './chat-api.ts';
import { useEarlierMessages } from './use-earlier-messages.ts';
import { useKeptDraft } from './use-kept-draft.ts';
import { type ReplyEnd, type ShownMessage, useReply } from './use-reply.ts';

/** Why the last message has no reply, or not the whole of it. */
export type ReplyTrouble = ReplyFaultCode | 'INTERRUPTED' | 'STOPPED' | 'UNANSWERED';

export interface ChatStart {
  readonly characterId: CharacterId;
  readonly storedMessages: readonly ChatMessage[];
  readonly hasEarlier: boolean;
  /** The server is writing the reply to the last message at this moment. */
  readonly isReplying: boolean;
  readonly draft: string;
  readonly fault: SendFault | null;
  readonly trouble: ReplyTrouble | null;
}

/**
 * The conversation on the page. A message shows at once and leaves the composer; when it cannot be
 * sent it goes back there, before anything typed since. When it was sent but has no reply, it stays
 * and can be answered again.
 */
export function useChat(start: ChatStart) {
  const { characterId } = start;
  const [messages, setMessages] = useState<readonly ShownMessage[]>(start.storedMessages);
  const [draft, setDraft] = useKeptDraft(characterId, start.draft);
  const [fault, setFault] = useState<SendFault | null>(start.fault);
  const [trouble, setTrouble] = useState<ReplyTrouble | null>(start.trouble);
  const { answer, stop, isBusy, isRunning } = useReply(characterId, setMessages);
  const earlier = useEarlierMessages({
    characterId,
    firstMessageId: messages[0]?.id ?? null,
    hasEarlier: start.hasEarlier,
    setMessages,
  });
  const unsent = useRef<ChatMessage | null>(null);

  const send = useCallback(
    async (typed: string) => {
      const text = typed.trim();
      const wrong = findMessageFault(text);
      setFault(wrong);
      if (wrong || isRunning()) return;
      // The same words again after a lost answer: perhaps they had arrived.
      const again = unsent.current?.content === text ? unsent.current : null;
      const message = again ?? { id: crypto.randomUUID(), role: 'user', content: text };
      unsent.current = null;
      setDraft('');
      setTrouble(null);
      setMessages((shown) => [...shown, message]);
      const end = await answer(message, false);
      if (isSent(end)) return setTrouble(end);
      unsent.current = message;
      setMessages((shown) => shown.filter(({ id }) => id !== message.id));
      setDraft((typedSince) => (typedSince ? `${text}\n${typedSince}` : text));
      setFault(end);
    },
    [answer, isRunning, setDraft],
  );

  /** Asks for the reply to the last message, or for another one. */
  const retry = useCallback(async () => {
    const asked = messages.findLast(({ role }) => role === 'user');
    if (!asked || isRunning()) return;
    setTrouble(null);
    const end = await answer(asked, messages.at(-1)?.role === 'assistant');
    if (isSent(end)) setTrouble(end);
    else setFault(end);
  }, [answer, isRunning, messages]);

  const isJoining = useRef(start.isReplying);
  useEffect(() => {
    if (isJoining.current) void retry();
    isJoining.current = false;
  }, [retry]);

  const isUnanswered = messages.at(-1)?.role === 'user' && !isBusy;
  return {
    messages,
    earlier,
    draft,
    setDraft,
    fault,
    setFault,
    trouble: trouble ?? (isUnanswered ? 'UNANSWERED' : null),
    isBusy,
    send,
    retry,
    stop,
  } as const;
}

export type Chat = ReturnType<typeof useChat>;

/** The message is stored; all that may be missing is the reply. */
function isSent(end: ReplyEnd): end is Exclude<ReplyEnd, SendFault> {
  return end === null || end === 'INTERRUPTED' || end === 'STOPPED' || isReplyFaultCode(end);
}
