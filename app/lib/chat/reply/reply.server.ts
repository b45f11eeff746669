import { setTimeout as sleep } from 'node:timers/promises';
import type { Language } from '../../../i18n/language.ts';
import { countCare } from '../../care-count.server.ts';
import { fairTurns } from '../../database/fair-turns.server.ts';
import { logFailure } from '../../database/log-failure.server.ts';
import { env } from '../../settings/env.server.ts';
import type { ChatModelConfig } from '../../settings/env-chat.server.ts';
import { checkReply } from '../care/checked-reply.ts';
import { findConcern } from '../care/find-concern.ts';
import { firstAnswer, MESSAGES_LOOKED_BACK, replacementFor } from '../care/first-answer.ts';
import type { CharacterId } from '../characters.ts';
import {
  type ChatMessage,
  ensureConversation,
  findConversation,
  findMessage,
  listMessages,
  newMessageId,
  replaceMessage,
  replyIdOf,
  saveMessage,
} from '../conversation.server.ts';
import { languageOfText } from '../message-language.ts';
import { findMessageError, MessageRefusedError } from '../message-rules.ts';
import { writeModelReply } from '../model/chat-model.server.ts';
import { recollect } from '../persona/recollection.ts';
import { writeScriptedReply } from '../persona/scripted-persona.server.ts';
import { ReplyError } from '../reply-error.ts';
import { frameReply, markCut, readFrame } from '../reply-frame.ts';
import { readUserName } from '../user-name.server.ts';
import { requireReplyTurn, takeHelpTurn } from './reply-limits.server.ts';
import { findRunningReply, runReply } from './running-reply.server.ts';

/** History sent to a model: enough for context, bounded in cost. */
const HISTORY_MESSAGES = 30;
const HISTORY_CHARACTERS = 12_000;
/** How far back a character remembers likes. */
const REMEMBERED_MESSAGES = 80;
/** How often a reply in preparation is checked. */
const STARTING_LOOK_MS = 5;

interface ReplyRequest {
  readonly userId: string;
  readonly characterId: CharacterId;
  readonly text: string;
  /** The client's own id of the message: sending it again after a lost response stores it once. */
  readonly messageId: string | null;
  /** Whether a stored reply is replaced by a new one. */
  readonly isAgain: boolean;
  readonly language: Language;
}

/**
 * Stores the user's message and returns the reply as a stream, once its first piece has arrived. The reply
 * is written and stored to its end even if the reader leaves; `stopReply` stops
 * it. Excessive messages of distress are answered but not stored.
 * @throws MessageRefusedError or LimitReachedError, nothing was stored; ReplyError if no reply
 * begins, and then the message is stored all the same
 */
export async function streamReply(request: ReplyRequest): Promise<ReadableStream<Uint8Array>> {
  const error = findMessageError(request.text);
  if (error) throw new MessageRefusedError(error);
  const messageId = request.messageId ?? newMessageId();
  const key = startKeyOf(request, messageId);
  while (isStarting(key)) await sleep(STARTING_LOOK_MS);
  const start: Start = { isWriting: false };
  starting.set(key, start);
  try {
    return await begin({ request, messageId, start });
  } finally {
    if (starting.get(key) === start) starting.delete(key);
  }
}

interface Start {
  /** From then on it is among the running replies. */
  isWriting: boolean;
}

/**
 * Replies whose limits are being counted and whose message is being stored. A second request for one, or
 * a stop, waits for that.
 */
const starting = new Map<string, Start>();

function startKeyOf(
  { userId, characterId }: Pick<ReplyRequest, 'userId' | 'characterId'>,
  messageId: string,
): string {
  return `${userId}:${characterId}:${messageId}`;
}

function isStarting(key: string): boolean {
  return starting.get(key)?.isWriting === false;
}

async function begin({
  request,
  messageId,
  start,
}: {
  request: ReplyRequest;
  messageId: string;
  start: Start;
}): Promise<ReadableStream<Uint8Array>> {
  const conversationId = await ensureConversation(request);
  const replyId = replyIdOf(messageId);
  const stored = await findMessage(conversationId, replyId);
  const running = findRunningReply(`${conversationId}:${replyId}`);
  // A stored or running reply costs nothing more, however often it is requested.
  if (running) return running.begun.then(() => running.read());
  if (stored && !request.isAgain) return streamOfText(stored);
  const wait = fairTurns().wait();
  if (wait) await wait;
  // Help is never held back: its words are fixed and cost nothing.
  const needed = isInNeed(request.text);
  if (needed && !(await takeHelpTurn(request.userId))) return streamOfHelp(request);
  const giveBack = needed ? async () => {} : await requireReplyTurn(request.userId);
  const asked = { id: messageId, role: 'user', content: request.text.trim(), care: null } as const;
  await saveMessage(conversationId, asked);
  const reply = runReply(`${conversationId}:${replyId}`, {
    write: (signal) => write({ request, conversationId, messageId, stored, signal }),
    store: async (streamed) => {
      const reply = { id: replyId, ...readFrame(streamed) };
      // Another process may have deleted the message.
      if (!(await findMessage(conversationId, messageId))) return;
      await (stored
        ? replaceMessage(conversationId, reply)
        : saveMessage(conversationId, { ...reply, role: 'assistant' }));
    },
  });
  start.isWriting = true;
  await reply.begun.catch(async (error: unknown) => {
    // A slow or silent model is billed all the same.
    if (!(error instanceof ReplyError) || error.isRefusal) await giveBack();
    throw error;
  });
  return reply.read();
}

function isInNeed(text: string): boolean {
  const concern = findConcern(text)?.concern;
  return concern !== undefined && concern !== 'identity';
}

/**
 * Stops a reply; what was written is stored.
 * @returns false if this process is not writing it
 */
export async function stopReply({
  messageId,
  ...key
}: Pick<ReplyRequest, 'userId' | 'characterId'> & { messageId: string }): Promise<boolean> {
  while (isStarting(startKeyOf(key, messageId))) await sleep(STARTING_LOOK_MS);
  const conversationId = await findConversation(key);
  const reply = findRunningReply(`${conversationId}:${replyIdOf(messageId)}`);
  reply?.stop();
  return reply !== null;
}

/** Whether this process is writing the reply to the last of these messages, or another reply to it. */
export function isReplying(conversationId: string, messages: readonly ChatMessage[]): boolean {
  const asked = messages.findLast(({ role }) => role === 'user');
  return (
    asked !== undefined && findRunningReply(`${conversationId}:${replyIdOf(asked.id)}`) !== null
  );
}

interface Writing {
  readonly request: ReplyRequest;
  readonly conversationId: string;
  readonly messageId: string;
  readonly stored: ChatMessage | null;
  readonly signal: AbortSignal;
}

async function* write(writing: Writing): AsyncGenerator<string> {
  const { request, conversationId, messageId, stored } = writing;
  const { characterId, text, language } = request;
  const earlier = await readEarlier(conversationId, messageId);
  const wait = fairTurns().wait();
  if (wait) await wait;
  const first = firstAnswer({
    characterId,
    text,
    language,
    unlike: stored?.content ?? null,
    earlier: earlier.slice(-MESSAGES_LOOKED_BACK),
  });
  if (first) {
    if (first.care) countCare();
    return yield frameReply(first);
  }
  const leaving = new AbortController();
  let hasBegun = false;
  try {
    const model = env().chatModel;
    const pieces = model
      ? writeByModel(model, { writing, earlier, leaving: leaving.signal })
      : writeByScript(writing, earlier);
    for await (const piece of pieces) {
      yield piece;
      hasBegun = readFrame(piece).content.trim() !== '' || hasBegun;
    }
  } catch (error) {
    const code = error instanceof ReplyError ? error.code : 'FAILED';
    logFailure({ error, message: 'a chat reply broke off', code, conversationId });
    if (!hasBegun) throw error;
    // The partial text is kept and marked as incomplete.
    yield markCut('fault');
  } finally {
    // The connection to a model whose reply was withdrawn is closed.
    leaving.abort();
  }
}

interface ModelWriting {
  readonly writing: Writing;
  readonly earlier: readonly ChatMessage[];
  readonly leaving: AbortSignal;
}

/** What it writes is checked before it is shown. */
async function* writeByModel(
  model: ChatModelConfig,
  { writing, earlier, leaving }: ModelWriting,
): AsyncGenerator<string> {
  const { request, conversationId, messageId, signal } = writing;
  const { characterId, language } = request;
  const spoken = languageOfText(request.text) ?? language;
  const script = {
    characterId,
    language,
    userName: await readUserName(request.userId),
    history: await recall(conversationId, messageId),
    likes: recollect(earlier, spoken).likes,
    signal: AbortSignal.any([signal, leaving]),
  };
  yield* checkReply(writeModelReply(model, script), (danger) => {
    if (danger === 'suicide') countCare();
    return frameReply(replacementFor(danger, { characterId, language: spoken }));
  });
}

async function* writeByScript(
  { request, messageId, stored, signal }: Writing,
  earlier: readonly ChatMessage[],
): AsyncGenerator<string> {
  const { characterId, text, language } = request;
  yield* writeScriptedReply({
    characterId,
    text,
    language,
    // Asked for another reply, the persona should not repeat itself.
    seed: stored ? `${messageId}:${newMessageId()}` : messageId,
    choco: env().signupRewardChoco,
    unlike: stored?.content ?? null,
    userName: await readUserName(request.userId),
    earlier,
    signal,
  });
}

/** The messages just before, oldest first. */
async function readEarlier(
  conversationId: string,
  before: string,
): Promise<readonly ChatMessage[]> {
  const limit = Math.max(REMEMBERED_MESSAGES, MESSAGES_LOOKED_BACK);
  const { messages } = await listMessages({ conversationId, limit, before });
  return messages;
}

/** The conversation up to and including the message, without the oldest if it is long. */
async function recall(conversationId: string, messageId: string): Promise<ChatMessage[]> {
  const asked = await findMessage(conversationId, messageId);
  if (!asked) throw new Error('the message to answer is not stored');
  const { messages } = await listMessages({
    conversationId,
    limit: HISTORY_MESSAGES,
    before: messageId,
  });
  const recalled = [asked];
  let characters = asked.content.length;
  for (const message of messages.toReversed()) {
    characters += message.content.length;
    if (characters > HISTORY_CHARACTERS) break;
    recalled.unshift(message);
  }
  return recalled;
}

function streamOfHelp({ characterId, text, language }: ReplyRequest): ReadableStream<Uint8Array> {
  const help = firstAnswer({ characterId, text, language, earlier: [], unlike: null });
  if (!help) throw new Error('a message of need without an answer');
  return new Blob([frameReply(help)]).stream();
}

function streamOfText(stored: ChatMessage): ReadableStream<Uint8Array> {
  const text = stored.care ? frameReply(stored) : stored.content;
  return new Blob([stored.cut ? `${text}${markCut(stored.cut)}` : text]).stream();
}
