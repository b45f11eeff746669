import { useCallback, useEffect, useRef, useState } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import type { ChatMessage } from '../../lib/chat/conversation.server.ts';
import { findMessageError } from '../../lib/chat/message-rules.ts';
import { isReplyErrorCode, type ReplyErrorCode } from '../../lib/chat/reply-error.ts';
import { type LimitNotice, readLimitNotice } from '../../lib/forms/limit-notice.ts';
import { loadNewest, removeMessage, type SendError } from './chat-api.ts';
import { beginReply, mergeNewest, type ShownMessage, withoutMessage } from './shown-messages.ts';
import { useEarlierMessages } from './use-earlier-messages.ts';
import { useKeptDraft } from './use-kept-draft.ts';
import { type ReplyEnd, useReply } from './use-reply.ts';
import { useReturn } from './use-return.ts';

/** Why the last message has no reply, or only part of one. */
export type ReplyProblem =
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
  /** Whether this is an older page of the conversation, opened by its address. */
  readonly isPast: boolean;
  /** The message a search result led to. */
  readonly shownId?: string | null;
  /** Whether the server is writing the reply to the last message right now. */
  readonly isReplying: boolean;
  readonly draft: string;
  readonly error: SendError | null;
  readonly replyError: ReplyProblem | null;
}

/**
 * The conversation on the page. A message shows at once and leaves the composer. If it cannot be
 * sent, it returns there, before anything typed since. If it was sent but got no reply, it stays and
 * the reply can be requested again.
 */
export function useChat(start: ChatStart) {
  const { characterId } = start;
  const [messages, setMessages] = useState(() => firstShown(start));
  const draft = useKeptDraft(start);
  const setDraft = draft.set;
  const [error, setError] = useState<SendError | null>(start.error);
  const [replyError, setReplyError] = useState<ReplyProblem | null>(start.replyError);
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
      // The same text again after a lost response: the first attempt may have arrived.
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
      setReplyError(null);
      setMessages((shown) => [...shown, message]);
      setSentId(message.id);
      const end = await answer(message, false);
      if (isSent(end)) return setReplyError(end);
      unsent.current = message;
      setMessages((shown) => shown.filter(({ id }) => id !== message.id));
      setDraft((typedSince) => (typedSince ? `${text}\n${typedSince}` : text));
      setError(end);
    },
    [answer, isRunning, setDraft],
  );

  const send = useCallback(() => say(draft.get(), true), [draft, say]);
  /** Sends an opener; a typed draft stays. */
  const open = useCallback((opener: string) => say(opener, false), [say]);

  const ask = useCallback(
    async (asked: ChatMessage, isAgain: boolean) => {
      if (isRunning()) return;
      setError(null);
      setReplyError(null);
      const end = await answer(asked, isAgain);
      if (isReplyProblem(end)) setReplyError(end);
      else setError(end);
    },
    [answer, isRunning],
  );

  /** Requests the reply to the last message, or a different one. */
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
    // Messages sent here meanwhile are newer than the loaded page.
    if (!page || isRunning() || latest.current !== before) return;
    const merged = mergeNewest(before, page);
    setMessages(merged.messages);
    if (!merged.isJoined) setHasEarlier(page.hasEarlier);
    if (merged.messages.at(-1)?.id !== before.at(-1)?.id) setReplyError(null);
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
    /** The last message sent from this page. */
    sentId,
    earlier,
    /** A store, not state: reading it here would re-render the whole room at each keystroke. */
    draft,
    error,
    setError,
    replyError: replyError ?? (isUnanswered ? 'UNANSWERED' : null),
    isBusy,
    send,
    open,
    retry,
    stop,
    remove,
  } as const;
}

export type Chat = ReturnType<typeof useChat>;

/** If a reply is being written, it is pending from the first render. */
function firstShown({ storedMessages, isReplying }: ChatStart): readonly ShownMessage[] {
  const asked = lastOwn(storedMessages);
  return isReplying && asked ? beginReply(storedMessages, asked.id) : storedMessages;
}

function lastOwn(messages: readonly ChatMessage[]): ChatMessage | undefined {
  return messages.findLast(({ role }) => role === 'user');
}

/** The message is already stored, so an error of a retry concerns the reply. */
function isReplyProblem(end: ReplyEnd): end is Exclude<ReplyProblem, 'UNANSWERED'> | null {
  return isSent(end) || end === 'FAILED' || readLimitNotice(end) !== null;
}

/** The message is stored; only the reply may be missing. */
function isSent(end: ReplyEnd): end is Exclude<ReplyEnd, SendError> {
  return end === null || end === 'INTERRUPTED' || end === 'STOPPED' || isReplyErrorCode(end);
}
