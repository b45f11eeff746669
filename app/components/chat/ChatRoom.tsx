import { useCallback, useRef } from 'react';
import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { Icon } from '../Icon.tsx';
import { Composer } from './Composer.tsx';
import { MessageLog } from './MessageLog.tsx';
import { Openers } from './Openers.tsx';
import { type ChatStart, useChat } from './use-chat.ts';

interface ChatRoomProps {
  readonly start: ChatStart;
  readonly wallet: WalletView;
}

export function ChatRoom({ start, wallet }: ChatRoomProps) {
  const text = useText();
  const { characterId, isPast } = start;
  const character = text.characters[characterId];
  const chat = useChat(start);
  const field = useRef<HTMLTextAreaElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  /** On to the composer; on a touch screen its field would bring up the keyboard. */
  const moveFocus = useCallback(() => {
    const target = hasTouch() ? button.current : field.current;
    target?.focus({ preventScroll: true });
  }, []);

  /** Sent when it can be, else put where it can be changed, after what is typed already. */
  const open = (opener: string) => {
    if (wallet.isReady) return void chat.open(opener);
    chat.draft.set((typed) => (typed.trim() ? `${typed.trimEnd()}\n${opener}` : opener));
    if (!hasTouch()) field.current?.focus();
  };

  return (
    <main id="content" data-room="" className="flex min-h-0 w-full flex-1 flex-col">
      <div className="mx-auto flex w-full max-w-3xl items-center gap-3 px-4 py-2.5">
        <Link
          to="/home"
          prefetch="intent"
          viewTransition
          className="icon-button -ml-2"
          aria-label={text.chat.back}
        >
          <Icon name="back" />
        </Link>
        <CharacterFace
          id={characterId}
          hasTransition
          className="size-11 max-w-[12vw] shrink-0 rounded-xl"
        />
        <div className="min-w-0">
          <h1 className="font-bold text-lg leading-tight">{character.name}</h1>
          <p className="truncate text-muted text-sm">{character.tagline}</p>
          <p className="text-muted text-xs">{text.chat.isAi}</p>
        </div>
      </div>
      <MessageLog
        characterId={characterId}
        chat={chat}
        canAnswer={wallet.isReady && !isPast}
        moveFocus={moveFocus}
      >
        <Openers
          characterId={characterId}
          onOpen={open}
          canSend={wallet.isReady}
          moveFocus={moveFocus}
        />
      </MessageLog>
      {isPast ? (
        <div className="mx-auto flex w-full max-w-3xl justify-center px-4 py-4">
          <Link to={`/chat/${characterId}`} className="button-outline">
            {text.chat.latest}
          </Link>
        </div>
      ) : (
        <Composer
          characterId={characterId}
          wallet={wallet}
          chat={chat}
          field={field}
          button={button}
        />
      )}
    </main>
  );
}

function hasTouch(): boolean {
  return window.matchMedia('(pointer: coarse)').matches;
}
