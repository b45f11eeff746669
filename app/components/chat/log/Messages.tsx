import { Fragment, memo } from 'react';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import { MessageBubble } from '../message/MessageBubble.tsx';
import type { ShownMessage } from '../state/shown-messages.ts';
import { DayMark } from './DayMark.tsx';
import { chunkMessages, isSameChunk, type MessageChunk } from './message-chunks.ts';

interface MessagesProps {
  readonly messages: readonly ShownMessage[];
  readonly characterId: CharacterId;
  /** When the message before them was sent; undefined: there is none. */
  readonly after?: number | undefined;
}

/** A streamed word re-renders one bubble in one chunk, however long the conversation is. */
export function Messages({ messages, characterId, after }: MessagesProps) {
  const chunks = chunkMessages(messages);
  return (
    <div className="flex flex-col gap-2">
      {chunks.map((chunk, index) => (
        <Chunk
          key={chunk.id}
          chunk={chunk}
          characterId={characterId}
          before={index === 0 ? after : chunks[index - 1]?.messages.at(-1)?.sentAtMs}
        />
      ))}
    </div>
  );
}

interface ChunkProps {
  readonly chunk: MessageChunk;
  readonly characterId: CharacterId;
  /** When the message before its first one was sent. */
  readonly before: number | undefined;
}

const Chunk = memo(
  function Chunk({ chunk, characterId, before }: ChunkProps) {
    return chunk.messages.map((message, index) => (
      <Fragment key={message.id}>
        <DayMark
          sentAtMs={message.sentAtMs}
          before={index === 0 ? before : chunk.messages[index - 1]?.sentAtMs}
        />
        <MessageBubble message={message} characterId={characterId} />
      </Fragment>
    ));
  },
  (before, after) =>
    before.characterId === after.characterId &&
    before.before === after.before &&
    isSameChunk(before.chunk, after.chunk),
);
