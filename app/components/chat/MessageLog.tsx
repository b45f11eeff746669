import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { Icon } from '../Icon.tsx';
import { EarlierMessages } from './EarlierMessages.tsx';
import { MessageBubble } from './MessageBubble.tsx';
import { ReplyState } from './ReplyState.tsx';
import type { Chat } from './use-chat.ts';

/** Further than this from the newest message, somebody is reading. */
const READING_PX = 160;

interface MessageLogProps {
  readonly characterId: CharacterId;
  readonly chat: Chat;
  /** Whether a reply can be asked for. */
  readonly canAnswer: boolean;
  /** Shown while nothing was said. */
  readonly children: ReactNode;
}

/**
 * The messages. The box scrolls from its bottom (`column-reverse`), so the newest is in view before
 * any script runs, a growing reply pushes up by itself, and whoever has scrolled up stays there.
 */
export function MessageLog({ characterId, chat, canAnswer, children }: MessageLogProps) {
  const text = useText();
  const { messages, earlier } = chat;
  const box = useRef<HTMLElement>(null);
  const [isReading, setReading] = useState(false);
  const lastOwn = messages.findLast(({ role }) => role === 'user')?.id;
  const shownOwn = useRef(lastOwn);

  useEffect(() => {
    // Whoever has just sent something wants to see it.
    if (shownOwn.current !== lastOwn) box.current?.scrollTo({ top: 0 });
    shownOwn.current = lastOwn;
  }, [lastOwn]);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        ref={box}
        role="log"
        aria-label={text.chat.history(text.characters[characterId].name)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget }) => setReading(-currentTarget.scrollTop > READING_PX)}
        className="flex flex-1 flex-col-reverse overflow-y-auto overscroll-contain -outline-offset-2"
      >
        <div className="mx-auto flex min-h-full w-full max-w-3xl shrink-0 flex-col px-4 pt-2 pb-4">
          {messages.length === 0 ? children : <div className="mt-auto" />}
          {earlier.hasEarlier ? <EarlierMessages earlier={earlier} /> : null}
          <div className="flex flex-col gap-3">
            {messages.map((message) => (
              <MessageBubble key={message.id} message={message} characterId={characterId} />
            ))}
          </div>
          {canAnswer && messages.length > 0 ? <ReplyState chat={chat} /> : null}
        </div>
      </section>
      {isReading ? (
        <button
          type="button"
          aria-label={text.chat.toEnd}
          className="icon-button absolute bottom-3 left-1/2 -translate-x-1/2 animate-arrive border border-line bg-surface text-ink shadow-float"
          onClick={() => box.current?.scrollTo({ top: 0, behavior: 'smooth' })}
        >
          <Icon name="down" />
        </button>
      ) : null}
    </div>
  );
}
