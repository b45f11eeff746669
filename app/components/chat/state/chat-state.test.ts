import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../lib/chat/conversation.server.ts';
import {
  type ChatEvent,
  type ChatStart,
  chatStep,
  firstChatState,
  messageOf,
  replyProblemOf,
} from './chat-state.ts';
import { replyIdTo } from './shown-messages.ts';

const NOW_MS = 1_700_000_000_000;
const asked = (id: string): ChatMessage => ({ id, role: 'user', content: `${id}?`, care: null });
const answered = (id: string): ChatMessage => ({
  id: replyIdTo(id),
  role: 'assistant',
  content: `${id}!`,
  care: null,
});
const LIMIT = { error: 'TOO_MANY_REQUESTS', scope: 'you', retryAfterSeconds: 9 } as const;

const begin = (start: Partial<ChatStart> = {}) =>
  firstChatState({
    accountId: 'user',
    characterId: 'byeol',
    storedMessages: [asked('a'), answered('a')],
    hasEarlier: true,
    isPast: false,
    isReplying: false,
    draft: '',
    error: null,
    replyError: null,
    ...start,
  });
const stateAfter = (events: readonly ChatEvent[], start?: Partial<ChatStart>) =>
  events.reduce(chatStep, begin(start));
const sent: ChatEvent = { type: 'message-sent', message: asked('b') };
const grown: ChatEvent = {
  type: 'reply-grown',
  messageId: 'b',
  reply: { content: 'b!', care: null },
};
const ended = (end: Extract<ChatEvent, { type: 'reply-ended' }>['end']): ChatEvent => ({
  type: 'reply-ended',
  end,
  nowMs: NOW_MS,
});
const idsAfter = (events: readonly ChatEvent[]) => stateAfter(events).messages.map(({ id }) => id);

describe('a new message', () => {
  it('shows at once with its pending reply, and clears what was wrong before', () => {
    const state = stateAfter([sent], { error: 'FAILED', replyError: 'STOPPED' });
    expect(state).toMatchObject({ error: null, replyError: null, sentId: 'b' });
    expect(state.underWay).toEqual({ kind: 'message', message: asked('b') });
    expect(state.messages.slice(2)).toMatchObject([asked('b'), { content: '', isWriting: true }]);
  });

  it('stays with its reply', () => {
    const state = stateAfter([sent, grown, ended(null)]);
    expect(state.messages.slice(2)).toEqual([asked('b'), { ...answered('b'), sentAtMs: NOW_MS }]);
    expect([state.underWay, replyProblemOf(state), state.unsent]).toEqual([null, null, null]);
  });

  it.each(['INTERRUPTED', 'STOPPED', 'MODEL_BUSY'] as const)('stays without a reply: %s', (end) => {
    const state = stateAfter([sent, ended(end)]);
    expect(state.messages.at(-1)).toEqual(asked('b'));
    expect([state.error, replyProblemOf(state)]).toEqual([null, end]);
  });

  it.each([['FAILED'], ['UNAUTHORIZED'], ['WALLET_NOT_READY'], [LIMIT]] as const)(
    'leaves the conversation if it was not sent: %s',
    (end) => {
      const state = stateAfter([sent, ended(end)]);
      expect(state.messages).toEqual(begin().messages);
      expect([state.error, state.replyError, state.unsent]).toEqual([end, null, asked('b')]);
    },
  );

  it('is the same message when its text is sent again', () => {
    const { unsent } = stateAfter([sent, ended('FAILED')]);
    const tools = { unsent, id: 'c', nowMs: NOW_MS };
    expect(messageOf('b?', tools)).toBe(unsent);
    expect(messageOf('other', tools)).toMatchObject({ id: 'c', role: 'user', sentAtMs: NOW_MS });
    expect(stateAfter([sent, ended('FAILED'), sent]).unsent).toBeNull();
  });
});

describe('the reply to a stored message', () => {
  const requested: ChatEvent = { type: 'reply-requested', messageId: 'a' };

  it('is missing until it was requested again', () => {
    const start = { storedMessages: [asked('a')] };
    expect(replyProblemOf(stateAfter([], start))).toBe('UNANSWERED');
    expect(replyProblemOf(stateAfter([requested], start))).toBeNull();
  });

  it('keeps the previous one if the new one fails', () => {
    const state = stateAfter([requested, ended('MODEL_BUSY')]);
    expect(state.messages.map(({ content }) => content)).toEqual(['a?', 'a!']);
    expect(state.replyError).toBe('MODEL_BUSY');
  });

  it.each([['FAILED'], [LIMIT]] as const)('concerns the reply, not the composer: %s', (end) => {
    const { error, replyError, unsent } = stateAfter([requested, ended(end)]);
    expect([error, replyError, unsent]).toEqual([null, end, null]);
  });

  it.each(['UNAUTHORIZED', 'WALLET_NOT_READY'] as const)('concerns the user: %s', (end) => {
    const { error, replyError } = stateAfter([requested, ended(end)]);
    expect([error, replyError]).toEqual([end, null]);
  });

  it('is pending from the first render if the server is writing it', () => {
    const state = stateAfter([], { storedMessages: [asked('a')], isReplying: true });
    expect(state.underWay).toEqual({ kind: 'reply' });
    expect(state.messages.at(-1)).toMatchObject({ id: replyIdTo('a'), isWriting: true });
  });
});

describe('loaded messages', () => {
  const page = (...messages: ChatMessage[]) => ({ messages, hasEarlier: false });
  const past = { type: 'earlier-loaded', page: page(asked('0')) } as const;

  it('earlier ones come first', () => {
    expect(idsAfter([past])).toEqual(['0', 'a', replyIdTo('a')]);
    expect(stateAfter([past]).hasEarlier).toBe(false);
  });

  it('newer ones continue the conversation, and end what was wrong with its last reply', () => {
    const newest = page(asked('a'), answered('a'), asked('b'));
    const state = stateAfter([{ type: 'newest-loaded', page: newest }], { replyError: 'STOPPED' });
    expect(state).toMatchObject({ messages: newest.messages, hasEarlier: true, replyError: null });
    const same = page(asked('a'), answered('a'));
    const unchanged = stateAfter([{ type: 'newest-loaded', page: same }], {
      replyError: 'STOPPED',
    });
    expect(unchanged.replyError).toBe('STOPPED');
  });

  it('replace another part of the conversation', () => {
    const state = stateAfter([{ type: 'newest-loaded', page: page(asked('z')) }]);
    expect(state).toMatchObject({ messages: [asked('z')], hasEarlier: false });
  });

  it('a removed message takes its reply with it', () => {
    expect(idsAfter([{ type: 'message-removed', messageId: 'a' }])).toEqual([]);
  });
});
