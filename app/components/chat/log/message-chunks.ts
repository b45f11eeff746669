import type { ShownMessage } from '../state/shown-messages.ts';

/** On average one in this many of the user's messages begins a chunk, decided by its id. */
const CHUNK_OF = 16;

export interface MessageChunk {
  /** The id of its first message. */
  readonly id: string;
  readonly messages: readonly ShownMessage[];
}

/**
 * Splits a conversation into chunks of about thirty messages, each re-rendered only when one of its
 * messages changes. The boundaries follow from the messages' ids, so adding messages at either end
 * moves none of them.
 */
export function chunkMessages(messages: readonly ShownMessage[]): readonly MessageChunk[] {
  const chunks: { id: string; messages: ShownMessage[] }[] = [];
  for (const message of messages) {
    const current = chunks.at(-1);
    if (!current || beginsChunk(message)) chunks.push({ id: message.id, messages: [message] });
    else current.messages.push(message);
  }
  return chunks;
}

export function isSameChunk(left: MessageChunk, right: MessageChunk): boolean {
  return (
    left.messages.length === right.messages.length &&
    left.messages.every((message, index) => message === right.messages[index])
  );
}

function beginsChunk({ id, role }: ShownMessage): boolean {
  const end = id.charCodeAt(id.length - 1) + 7 * id.charCodeAt(id.length - 2);
  return role === 'user' && end % CHUNK_OF === 0;
}
