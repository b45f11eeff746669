import type { CharacterId } from '../../../lib/chat/characters.ts';
import type { ChatMessage, MessagePage } from '../../../lib/chat/conversation.server.ts';
import { isReplyErrorCode, type ReplyErrorCode } from '../../../lib/chat/reply-error.ts';
import type { FramedReply } from '../../../lib/chat/reply-frame.ts';
import { type LimitNotice, readLimitNotice } from '../../../lib/forms/limit-notice.ts';
import type { SendError } from './chat-api.ts';
import {
  beginReply,
  endReply,
  mergeNewest,
  type ShownMessage,
  showReply,
  withoutMessage,
} from './shown-messages.ts';

/** How a reply ended; null: whole. */
export type ReplyEnd = SendError | ReplyErrorCode | 'INTERRUPTED' | 'STOPPED' | null;

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

/** The conversation on the page. */
export interface ChatState {
  readonly messages: readonly ShownMessage[];
  readonly hasEarlier: boolean;
  /** A new message with its reply, or the reply to a message that is stored already. */
  readonly underWay:
    | { readonly kind: 'message'; readonly message: ChatMessage }
    | { readonly kind: 'reply' }
    | null;
  /** Why the composer's text cannot be sent. */
  readonly error: SendError | null;
  readonly replyError: ReplyProblem | null;
  /** The last message sent from this page. */
  readonly sentId: string | null;
  /** Went back to the composer; the server may have it all the same. */
  readonly unsent: ChatMessage | null;
}

export type ChatEvent =
  | { readonly type: 'draft-checked'; readonly error: SendError | null }
  | { readonly type: 'message-sent'; readonly message: ChatMessage }
  | { readonly type: 'reply-requested'; readonly messageId: string }
  | { readonly type: 'reply-grown'; readonly messageId: string; readonly reply: FramedReply }
  | { readonly type: 'reply-ended'; readonly end: ReplyEnd; readonly nowMs: number }
  | { readonly type: 'earlier-loaded'; readonly page: MessagePage }
  | { readonly type: 'newest-loaded'; readonly page: MessagePage }
  | { readonly type: 'message-removed'; readonly messageId: string };

/** If a reply is being written, it is pending from the first render. */
export function firstChatState(start: ChatStart): ChatState {
  const { storedMessages, isReplying, hasEarlier, error, replyError } = start;
  const asked = isReplying ? lastOwn(storedMessages) : undefined;
  return {
    messages: asked ? beginReply(storedMessages, asked.id) : storedMessages,
    hasEarlier,
    underWay: isReplying ? { kind: 'reply' } : null,
    error,
    replyError,
    sentId: null,
    unsent: null,
  };
}

export function chatStep(state: ChatState, event: ChatEvent): ChatState {
  const { messages } = state;
  switch (event.type) {
    case 'draft-checked':
      return { ...state, error: event.error };
    case 'message-sent': {
      const { message } = event;
      const said = { ...state, messages: [...messages, message], sentId: message.id, unsent: null };
      return { ...awaitReply(said, message.id), underWay: { kind: 'message', message } };
    }
    case 'reply-requested':
      return { ...awaitReply(state, event.messageId), underWay: { kind: 'reply' } };
    case 'reply-grown':
      return { ...state, messages: showReply(messages, event.messageId, event.reply) };
    case 'reply-ended': {
      const ended = { ...state, messages: endReply(messages, event.nowMs), underWay: null };
      return { ...ended, ...outcomeOf(ended.messages, state.underWay, event.end) };
    }
    case 'earlier-loaded': {
      const { page } = event;
      return { ...state, messages: [...page.messages, ...messages], hasEarlier: page.hasEarlier };
    }
    case 'newest-loaded':
      return withNewest(state, event.page);
    case 'message-removed':
      return { ...state, messages: withoutMessage(messages, event.messageId) };
  }
}

function awaitReply(state: ChatState, messageId: string): ChatState {
  const messages = beginReply(state.messages, messageId);
  return { ...state, messages, error: null, replyError: null };
}

/** A message that was not sent leaves the conversation, to be sent again from the composer. */
function outcomeOf(
  messages: ChatState['messages'],
  underWay: ChatState['underWay'],
  end: ReplyEnd,
): Partial<ChatState> {
  if (underWay?.kind !== 'message') {
    return isReplyProblem(end) ? { replyError: end } : { error: end };
  }
  if (isSent(end)) return { replyError: end };
  const { message } = underWay;
  return { messages: messages.filter(({ id }) => id !== message.id), unsent: message, error: end };
}

function withNewest(state: ChatState, page: MessagePage): ChatState {
  const { messages, isJoined } = mergeNewest(state.messages, page);
  const hasEnded = messages.at(-1)?.id === state.messages.at(-1)?.id;
  return {
    ...state,
    messages,
    hasEarlier: isJoined ? state.hasEarlier : page.hasEarlier,
    replyError: hasEnded ? state.replyError : null,
  };
}

/** The message is stored; only the reply may be missing. */
export function isSent(end: ReplyEnd): end is Exclude<ReplyEnd, SendError> {
  return end === null || end === 'INTERRUPTED' || end === 'STOPPED' || isReplyErrorCode(end);
}

/** The message is already stored, so an error of a retry concerns the reply. */
function isReplyProblem(end: ReplyEnd): end is Exclude<ReplyProblem, 'UNANSWERED'> | null {
  return isSent(end) || end === 'FAILED' || readLimitNotice(end) !== null;
}

/** The same text again after a lost response is the same message: the first attempt may have arrived. */
export function messageOf(
  content: string,
  { unsent, id, nowMs }: Pick<ChatState, 'unsent'> & { id: string; nowMs: number },
): ChatMessage {
  if (unsent?.content === content) return unsent;
  return { id, role: 'user', content, care: null, sentAtMs: nowMs };
}

export function replyProblemOf({ messages, underWay, replyError }: ChatState): ReplyProblem | null {
  const isUnanswered = messages.at(-1)?.role === 'user' && !underWay;
  return replyError ?? (isUnanswered ? 'UNANSWERED' : null);
}

export function lastOwn(messages: readonly ChatMessage[]): ChatMessage | undefined {
  return messages.findLast(({ role }) => role === 'user');
}
