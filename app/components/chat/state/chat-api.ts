import type { CharacterId } from '../../../lib/chat/characters.ts';
import type { MessagePage } from '../../../lib/chat/conversation.server.ts';
import type { MessageError } from '../../../lib/chat/message-rules.ts';
import { isReplyErrorCode, type ReplyErrorCode } from '../../../lib/chat/reply-error.ts';
import { type LimitNotice, readLimitNotice } from '../../../lib/forms/limit-notice.ts';

/** Why a message was rejected; it belongs back in the composer. */
export type SendError = MessageError | 'WALLET_NOT_READY' | 'UNAUTHORIZED' | LimitNotice | 'FAILED';

interface Sending {
  readonly characterId: CharacterId;
  readonly messageId: string;
  readonly text: string;
  /** Requests a different reply to replace the stored one. */
  readonly isAgain: boolean;
  readonly signal: AbortSignal;
}

/** @returns the streaming reply, or why there is none */
export async function sendMessage({
  characterId,
  messageId,
  text,
  isAgain,
  signal,
}: Sending): Promise<Response | SendError | ReplyErrorCode> {
  try {
    const response = await fetch(`/api/chat/${characterId}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: text, messageId, again: isAgain }),
      signal,
    });
    if (response.ok) return response;
    if (response.status === 401) return 'UNAUTHORIZED';
    if (response.status === 423) return 'WALLET_NOT_READY';
    const body: unknown = await response.json();
    const limit = readLimitNotice(body);
    if (limit) return limit;
    const { error } = Object(body) as { error?: unknown };
    if (isReplyErrorCode(error)) return error;
  } catch {
    // No response, or one that is not ours: an error like any other to the user.
  }
  return 'FAILED';
}

/** Calls back with the whole text so far after each chunk. @throws if the stream breaks off */
export async function readReply(
  response: Response,
  show: (content: string) => void,
): Promise<string> {
  let content = '';
  if (!response.body) return content;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    content += piece.value;
    show(content);
  }
  return content;
}

/** @returns whether the server stops the reply; the stream then ends by itself */
export async function stopReply(characterId: CharacterId, messageId: string): Promise<boolean> {
  const response = await fetch(`/api/chat/${characterId}`, {
    method: 'DELETE',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ messageId }),
  }).catch(() => null);
  return response?.ok ?? false;
}

/** @returns whether the message and the reply to it are deleted */
export async function removeMessage(characterId: CharacterId, messageId: string): Promise<boolean> {
  const address = `/api/chat/${characterId}/messages/${encodeURIComponent(messageId)}`;
  const response = await fetch(address, { method: 'DELETE' }).catch(() => null);
  // 404: already deleted elsewhere.
  return response !== null && (response.ok || response.status === 404);
}

export interface NewestPage extends MessagePage {
  /** The reply to the last message is being written. */
  readonly isReplying: boolean;
}

/** The newest messages, or null if they could not be loaded. */
export function loadNewest(characterId: CharacterId): Promise<NewestPage | null> {
  return load(`/api/chat/${characterId}`);
}

/** The messages before the given one, or null if they could not be loaded. */
export function loadEarlier(characterId: CharacterId, before: string): Promise<MessagePage | null> {
  return load(`/api/chat/${characterId}?${new URLSearchParams({ before })}`);
}

async function load<Page extends MessagePage>(address: string): Promise<Page | null> {
  try {
    const response = await fetch(address);
    return response.ok ? ((await response.json()) as Page) : null;
  } catch {
    return null;
  }
}
