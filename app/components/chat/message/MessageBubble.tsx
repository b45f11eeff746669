import { memo, type ReactNode } from 'react';
import { useText } from '../../../i18n/use-language.ts';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import { CharacterFace } from '../../CharacterFace.tsx';
import type { ShownMessage } from '../state/shown-messages.ts';
import { HelpLines } from './HelpLines.tsx';
import { MessageActions } from './MessageActions.tsx';
import { MessageText } from './MessageText.tsx';
import { MessageTime } from './MessageTime.tsx';
import { TypingDots } from './TypingDots.tsx';

interface MessageBubbleProps {
  readonly message: ShownMessage;
  readonly characterId: CharacterId;
}

export const MessageBubble = memo(function MessageBubble({
  message,
  characterId,
}: MessageBubbleProps) {
  return message.role === 'user' ? (
    <OwnBubble message={message} />
  ) : (
    <TheirBubble message={message} characterId={characterId} />
  );
});

function OwnBubble({ message }: Pick<MessageBubbleProps, 'message'>) {
  const text = useText();
  return (
    <div
      id={anchorOf(message.id)}
      data-role="user"
      className="group/message flex animate-arrive scroll-m-8 rounded-3xl data-found:bg-accent-soft flex-col items-end pl-[min(2rem,6vw)]"
    >
      <p className="wrap-anywhere max-w-xl whitespace-pre-wrap rounded-3xl rounded-br-md bg-accent px-[min(1rem,4vw)] py-2.5 text-on-accent">
        <span className="sr-only">{text.chat.you}: </span>
        {message.content}
      </p>
      <Foot message={message} isOwn />
    </div>
  );
}

function TheirBubble({ message, characterId }: MessageBubbleProps) {
  const text = useText();
  const { name } = text.characters[characterId];
  const isWriting = message.isWriting ?? false;
  return (
    <div
      id={anchorOf(message.id)}
      data-role="assistant"
      className="group/message flex animate-arrive scroll-m-8 rounded-3xl data-found:bg-accent-soft gap-[min(0.625rem,2vw)] pr-[min(1rem,3vw)] sm:pr-8"
    >
      <CharacterFace
        id={characterId}
        className="size-[min(2rem,9vw)] shrink-0 self-start rounded-full"
      />
      <div className="flex min-w-0 flex-col items-start">
        <div
          aria-busy={isWriting}
          className="wrap-anywhere min-w-0 max-w-xl rounded-3xl rounded-tl-md border border-line bg-surface px-[min(1rem,4vw)] py-2.5"
        >
          <span className="sr-only">{name}: </span>
          {message.content ? (
            <div className={message.isGivingWay ? 'text-muted' : undefined}>
              <MessageText content={message.content} />
            </div>
          ) : null}
          {message.isGivingWay || !message.content ? (
            <TypingDots label={text.chat.writing(name)} />
          ) : null}
          {message.cut && !isWriting ? (
            <p className="mt-1 text-muted text-sm">{text.chat.cut[message.cut]}</p>
          ) : null}
          {message.care ? <HelpLines kind={message.care} beside={message.content} /> : null}
        </div>
        {isWriting ? null : <Foot message={message} />}
      </div>
    </div>
  );
}

/** The time and the actions, below the text so that they do not narrow the bubble. */
function Foot({ message, isOwn = false }: { message: ShownMessage; isOwn?: boolean }): ReactNode {
  return (
    <div
      className={`flex max-w-full items-start gap-1 px-1 ${isOwn ? 'flex-row-reverse' : ''} has-[[open]]:flex-wrap`}
    >
      {message.sentAtMs === undefined ? null : (
        <MessageTime sentAtMs={message.sentAtMs} form="time" />
      )}
      <MessageActions message={message} />
    </div>
  );
}

/** The anchor a search result links to. */
export function anchorOf(messageId: string): string {
  return `message-${messageId}`;
}
