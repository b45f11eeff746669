import {
  type Dispatch,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
} from 'react';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import type { ChatMessage } from '../../../lib/chat/conversation.server.ts';
import { findMessageError } from '../../../lib/chat/message-rules.ts';
import type { DraftStore } from '../composer/draft-store.ts';
import { useKeptDraft } from '../composer/use-kept-draft.ts';
import { loadNewest, removeMessage, type SendError } from './chat-api.ts';
import {
  type ChatEvent,
  type ChatStart,
  type ChatState,
  chatStep,
  firstChatState,
  isSent,
  lastOwn,
  messageOf,
  replyProblemOf,
} from './chat-state.ts';
import { useEarlierMessages } from './use-earlier-messages.ts';
import { useReply } from './use-reply.ts';
import { useReturn } from './use-return.ts';

/**
 * The conversation on the page. A message shows at once and leaves the composer. If it cannot be
 * sent, it returns there, before anything typed since. If it was sent but got no reply, it stays and
 * the reply can be requested again.
 */
export function useChat(start: ChatStart) {
  const { characterId } = start;
  const [state, dispatch] = useReducer(chatStep, start, firstChatState);
  const latest = useRef(state);
  useLayoutEffect(() => {
    latest.current = state;
  }, [state]);
  const parts = { characterId, latest, dispatch, ...useReply(characterId, dispatch) };
  const draft = useKeptDraft(start);
  const setError = useCallback((error: SendError | null) => {
    // At each keystroke: an unchanged error must not render the room again.
    if (error !== latest.current.error) dispatch({ type: 'draft-checked', error });
  }, []);
  const sending = useSending(parts, { draft, setError });
  const { ask, retry } = useAsking(parts);
  useJoin(start, ask);
  useReturn(useRefresh(parts, ask), !start.isPast);
  const remove = useRemove(parts);
  const earlier = useEarlierMessages({ characterId, state, dispatch });

  return {
    messages: state.messages,
    sentId: state.sentId,
    earlier,
    /** A store, not state: reading it here would re-render the whole room at each keystroke. */
    draft,
    error: state.error,
    setError,
    replyError: replyProblemOf(state),
    isBusy: state.underWay !== null,
    ...sending,
    retry,
    stop: parts.stop,
    remove,
  } as const;
}

export type Chat = ReturnType<typeof useChat>;

interface Parts extends Omit<ReturnType<typeof useReply>, 'stop'> {
  readonly characterId: CharacterId;
  /** As of the last render. */
  readonly latest: RefObject<ChatState>;
  readonly dispatch: Dispatch<ChatEvent>;
}

type Ask = (asked: ChatMessage, isAgain: boolean) => Promise<void>;

/** Sends a text as a new message. */
function useSending(
  { latest, dispatch, answer, isRunning }: Parts,
  { draft, setError }: { draft: DraftStore; setError: (error: SendError | null) => void },
) {
  const setDraft = draft.set;
  const say = useCallback(
    async (said: string, isDraft: boolean) => {
      const text = said.trim();
      const wrong = findMessageError(text);
      setError(wrong);
      if (wrong || isRunning()) return;
      const { unsent } = latest.current;
      const message = messageOf(text, { unsent, id: crypto.randomUUID(), nowMs: Date.now() });
      if (isDraft) setDraft('');
      dispatch({ type: 'message-sent', message });
      const end = await answer(message, false);
      if (!isSent(end)) setDraft((typedSince) => (typedSince ? `${text}\n${typedSince}` : text));
    },
    [answer, dispatch, isRunning, latest, setDraft, setError],
  );
  const send = useCallback(() => say(draft.get(), true), [draft, say]);
  /** Sends an opener; a typed draft stays. */
  const open = useCallback((opener: string) => say(opener, false), [say]);
  return { send, open };
}

/** Requests the reply to a message that is stored already. */
function useAsking({ latest, dispatch, answer, isRunning }: Parts) {
  const ask: Ask = useCallback(
    async (asked, isAgain) => {
      if (isRunning()) return;
      dispatch({ type: 'reply-requested', messageId: asked.id });
      await answer(asked, isAgain);
    },
    [answer, dispatch, isRunning],
  );
  /** Requests the reply to the last message, or a different one. */
  const retry = useCallback(async () => {
    const { messages } = latest.current;
    const asked = lastOwn(messages);
    if (asked) await ask(asked, messages.at(-1)?.role === 'assistant');
  }, [ask, latest]);
  return { ask, retry };
}

/** Joins the reply that the server was writing when it rendered the page. */
function useJoin({ isReplying, storedMessages }: ChatStart, ask: Ask) {
  const joined = useRef(isReplying ? lastOwn(storedMessages) : undefined);
  useEffect(() => {
    if (joined.current) void ask(joined.current, false);
    joined.current = undefined;
  }, [ask]);
}

/** Loads what was said elsewhere, and joins a reply that is being written. */
function useRefresh({ characterId, latest, dispatch, isRunning }: Parts, ask: Ask) {
  return useCallback(async () => {
    const before = latest.current.messages;
    const page = isRunning() ? null : await loadNewest(characterId);
    // Messages sent here meanwhile are newer than the loaded page.
    if (!page || isRunning() || latest.current.messages !== before) return;
    dispatch({ type: 'newest-loaded', page });
    const asked = page.isReplying ? lastOwn(page.messages) : null;
    if (asked) await ask(asked, false);
  }, [ask, characterId, dispatch, isRunning, latest]);
}

function useRemove({ characterId, dispatch }: Parts) {
  return useCallback(
    async (messageId: string) => {
      const isRemoved = await removeMessage(characterId, messageId);
      if (isRemoved) dispatch({ type: 'message-removed', messageId });
      return isRemoved;
    },
    [characterId, dispatch],
  );
}
