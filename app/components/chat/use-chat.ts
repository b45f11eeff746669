import { useCallback, useEffect, useRef, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import type { ChatMessage } from '../../lib/chat/conversation.server.ts';
import { findMessageError } from '../../lib/chat/message-rules.ts';
import { isReplyErrorCode, type ReplyErrorCode } from '../../lib/chat/reply-error.ts';
import { type LimitNotice, readLimitNotice } from '../../lib/limit-notice.ts';
import { loadNewest, removeMessage, type SendError } from './chat-api.ts';
import { beginReply, mergeNewest, type ShownMessage, withoutMessage } from './shown-messages.ts';
import { useEarlierMessages } from './use-earlier-messages.ts';
import { useKeptDraft } from './use-kept-draft.ts';
import { type ReplyEnd, useReply } from './use-reply.ts';
import { useReturn } from './use-return.ts';

/** Why the last message has no reply, or not the whole of it. */
export type ReplyTrouble =
  | ReplyErrorCode
  | 'INTERRUPTED'
  | 'STOPPED'
  | 'UNANSWERED'
  | LimitNotice
  | 'FAILED';

export interface ChatStart {
  readonly accountId: string;
  readonly characterId: CharacterId;
  readonly storedMessages: readonly ChatMessage[];
  readonly hasEarlier: boolean;
  /** An older page of the conversation, opened by its address. */
  readonly isPast: boolean;
  /** The message somebody has searched for. */
  readonly shownId?: string | null;
  /** The server is writing the reply to the last message at this moment. */
  readonly isReplying: boolean;
  readonly draft: string;
  readonly error: SendError | null;
  readonly trouble: ReplyTrouble | null;
}

/**
 * The conversation on the page. A message shows at once and leaves the composer; when it cannot be
 * sent it goes back there, before anything typed since. When it was sent but has no reply, it stays
 * and can be answered again.
 */
export function useChat(start: ChatStart) {
  const { characterId } = start;
  const [messages, setMessages] = useState(() => firstShown(start));
  const draft = useKeptDraft(start);
  const setDraft = draft.set;
  const [error, setError] = useState<SendError | null>(start.error);
  const [trouble, setTrouble] = useState<ReplyTrouble | null>(start.trouble);
  const { answer, stop, isBusy, isRunning } = useReply({ ...start, setMessages });
  const earlier = useEarlierMessages({
    characterId,
    firstMessageId: messages[0]?.id ?? null,
    hasEarlier: start.hasEarlier,
    setMessages,
  });
  const unsent = useRef<ChatMessage | null>(null);
  const [sentId, setSentId] = useState<string | null>(null);

  const say = useCallback(
    async (said: string, isDraft: boolean) => {
      const text = said.trim();
      const wrong = findMessageError(text);
      setError(wrong);
      if (wrong || isRunning()) return;
      // The same words again after a lost answer: perhaps they had arrived.
      const again = unsent.current?.content === text ? unsent.current : null;
      const message = again ?? {
        id: crypto.randomUUID(),
        role: 'user',
        content: text,
        care: null,
        sentAtMs: Date.now(),
      };
      unsent.current = null;
      if (isDraft) setDraft('');
      setTrouble(null);
      setMessages((shown) => [...shown, message]);
      setSentId(message.id);
      const end = await answer(message, false);
      if (isSent(end)) return setTrouble(end);
      unsent.current = message;
      setMessages((shown) => shown.filter(({ id }) => id !== message.id));
      setDraft((typedSince) => (typedSince ? `${text}\n${typedSince}` : text));
      setError(end);
    },
    [answer, isRunning, setDraft],
  );

  const send = useCallback(() => say(draft.get(), true), [draft, say]);
  /** An opener goes beside what is typed, which stays. */
  const open = useCallback((opener: string) => say(opener, false), [say]);

  const ask = useCallback(
    async (asked: ChatMessage, isAgain: boolean) => {
      if (isRunning()) return;
      setError(null);
      setTrouble(null);
      const end = await answer(asked, isAgain);
      if (isTrouble(end)) setTrouble(end);
      else setError(end);
    },
    [answer, isRunning],
  );

  /** Asks for the reply to the last message, or for another one. */
  const retry = useCallback(async () => {
    const asked = lastOwn(messages);
    if (asked) await ask(asked, messages.at(-1)?.role === 'assistant');
  }, [ask, messages]);

  const joined = useRef(start.isReplying ? lastOwn(start.storedMessages) : undefined);
  useEffect(() => {
    if (joined.current) void ask(joined.current, false);
    joined.current = undefined;
  }, [ask]);

  const latest = useRef(messages);
  useEffect(() => {
    latest.current = messages;
  }, [messages]);
  const { setHasEarlier } = earlier;
  const refresh = useCallback(async () => {
    const before = latest.current;
    const page = isRunning() ? null : await loadNewest(characterId);
    // What was said here meanwhile is newer than the page.
    if (!page || isRunning() || latest.current !== before) return;
    const merged = mergeNewest(before, page);
    setMessages(merged.messages);
    if (!merged.isJoined) setHasEarlier(page.hasEarlier);
    if (merged.messages.at(-1)?.id !== before.at(-1)?.id) setTrouble(null);
    const asked = page.isReplying ? lastOwn(page.messages) : null;
    if (asked) await ask(asked, false);
  }, [ask, characterId, isRunning, setHasEarlier]);
  useReturn(refresh, !start.isPast);

  const remove = useCallback(
    async (messageId: string) => {
      const isRemoved = await removeMessage(characterId, messageId);
      if (isRemoved) setMessages((shown) => withoutMessage(shown, messageId));
      return isRemoved;
    },
    [characterId],
  );

  const isUnanswered = messages.at(-1)?.role === 'user' && !isBusy;
  return {
    messages,
    /** The message sent from here last. */
    sentId,
    earlier,
    /** Not a state: reading it here would draw the whole room at each keystroke. */
    draft,
    error,
    setError,
    trouble: trouble ?? (isUnanswered ? 'UNANSWERED' : null),
    isBusy,
    send,
    open,
    retry,
    stop,
    remove,
  } as const;
}

export type Chat = ReturnType<typeof useChat>;

/** A reply that is being written is awaited from the first picture on. */
function firstShown({ storedMessages, isReplying }: ChatStart): readonly ShownMessage[] {
  const asked = lastOwn(storedMessages);
  return isReplying && asked ? beginReply(storedMessages, asked.id) : storedMessages;
}

function lastOwn(messages: readonly ChatMessage[]): ChatMessage | undefined {
  return messages.findLast(({ role }) => role === 'user');
}

/** The message was stored before; what is wrong with asking again is wrong with the reply. */
function isTrouble(end: ReplyEnd): end is Exclude<ReplyTrouble, 'UNANSWERED'> | null {
  return isSent(end) || end === 'FAILED' || readLimitNotice(end) !== null;
}

/** The message is stored; all that may be missing is the reply. */
function isSent(end: ReplyEnd): end is Exclude<ReplyEnd, SendError> {
  return end === null || end === 'INTERRUPTED' || end === 'STOPPED' || isReplyErrorCode(end);
}
