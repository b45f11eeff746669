import { memo } from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { MessageBubble } from './MessageBubble.tsx';
import { chunkMessages, isSameChunk, type MessageChunk } from './message-chunks.ts';
import type { ShownMessage } from './shown-messages.ts';

interface MessagesProps {
  readonly messages: readonly ShownMessage[];
  readonly characterId: CharacterId;
}

/** A streamed word draws one bubble, and looks at one piece, however long the conversation is. */
export function Messages({ messages, characterId }: MessagesProps) {
  return (
    <div className="flex flex-col gap-3">
      {chunkMessages(messages).map((chunk) => (
        <Chunk key={chunk.id} chunk={chunk} characterId={characterId} />
      ))}
    </div>
  );
}

interface ChunkProps {
  readonly chunk: MessageChunk;
  readonly characterId: CharacterId;
}

const Chunk = memo(
  function Chunk({ chunk, characterId }: ChunkProps) {
    return chunk.messages.map((message) => (
      <MessageBubble key={message.id} message={message} characterId={characterId} />
    ));
  },
  (before, after) =>
    before.characterId === after.characterId && isSameChunk(before.chunk, after.chunk),
);
