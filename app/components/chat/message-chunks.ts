import type { ShownMessage } from './shown-messages.ts';

/** One in so many of the user's messages begins a chunk, by its id. */
const CHUNK_OF = 16;

export interface MessageChunk {
  /** That of its first message. */
  readonly id: string;
  readonly messages: readonly ShownMessage[];
}

/**
 * A conversation in pieces of some thirty messages, each drawn again only when something in it has
 * changed. Where one begins follows from the messages' ids: what is added at either end moves no
 * boundary, so nothing that stands on the page is made anew.
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
