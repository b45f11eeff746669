import { memo } from 'react';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { HelpLines } from './HelpLines.tsx';
import { MessageText } from './MessageText.tsx';
import type { ShownMessage } from './shown-messages.ts';

interface MessageBubbleProps {
  readonly message: ShownMessage;
  readonly characterId: CharacterId;
}

export const MessageBubble = memo(function MessageBubble({
  message,
  characterId,
}: MessageBubbleProps) {
  const text = useText();
  const { name } = text.characters[characterId];
  if (message.role === 'user') {
    return (
      <div data-role="user" className="flex animate-arrive justify-end pl-12">
        <p className="wrap-anywhere max-w-xl whitespace-pre-wrap rounded-3xl rounded-br-md bg-accent px-4 py-2.5 text-on-accent">
          <span className="sr-only">{text.chat.you}: </span>
          {message.content}
        </p>
      </div>
    );
  }
  const isWriting = message.isWriting ?? false;
  return (
    <div data-role="assistant" className="flex animate-arrive items-end gap-2.5 pr-8">
      <CharacterFace id={characterId} className="size-8 shrink-0 rounded-full" />
      <div
        aria-busy={isWriting}
        className="wrap-anywhere min-w-0 max-w-xl rounded-3xl rounded-bl-md border border-line bg-surface px-4 py-2.5"
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
    </div>
  );
});

function TypingDots({ label }: { label: string }) {
  return (
    <span className="inline-flex h-6 items-center gap-1">
      <span className="sr-only">{label}</span>
      {['0ms', '200ms', '400ms'].map((animationDelay) => (
        <span
          key={animationDelay}
          aria-hidden="true"
          className="size-1.5 animate-breathe rounded-full bg-muted"
          style={{ animationDelay }}
        />
      ))}
    </span>
  );
}
