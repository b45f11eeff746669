import { type ReactNode, useCallback, useRef } from 'react';
import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { WalletView } from '../../lib/wallet/wallet-view.ts';
import { Composer } from './composer/Composer.tsx';
import { MessageLog } from './log/MessageLog.tsx';
import { useShownMessage } from './log/use-shown-message.ts';
import { RemoveContext } from './message/use-remove-message.ts';
import { Openers } from './Openers.tsx';
import { RoomOpening } from './RoomOpening.tsx';
import type { ChatStart } from './state/chat-state.ts';
import { type Chat, useChat } from './state/use-chat.ts';

interface ChatRoomProps {
  readonly start: ChatStart;
  readonly wallet: WalletView;
  /** The opening of the conversation. */
  readonly opening: { readonly userName: string; readonly gift: string | null };
  /** The list of other rooms, on wide screens. */
  readonly beside: ReactNode;
}

export function ChatRoom({ start, wallet, opening, beside }: ChatRoomProps) {
  const text = useText();
  const { characterId, isPast } = start;
  const chat = useChat(start);
  const { field, button, moveFocus, open } = useComposer(chat, wallet.isReady);
  useShownMessage(start.shownId ?? null);

  return (
    <div data-room="" className="mx-auto flex min-h-0 w-full max-w-6xl flex-1">
      <nav
        aria-label={text.chat.rooms}
        className="hidden w-80 shrink-0 overflow-y-auto border-line border-r px-3 py-4 lg:block"
      >
        {beside}
      </nav>
      <main id="content" className="flex min-h-0 min-w-0 flex-1 flex-col">
        <RemoveContext value={chat.remove}>
          <MessageLog
            characterId={characterId}
            chat={chat}
            canAnswer={wallet.isReady && !isPast}
            moveFocus={moveFocus}
            opening={(isKnown) => (
              <RoomOpening characterId={characterId} isKnown={isKnown} {...opening} />
            )}
          >
            <Openers
              characterId={characterId}
              onOpen={open}
              canSend={wallet.isReady}
              moveFocus={moveFocus}
            />
          </MessageLog>
        </RemoveContext>
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
    </div>
  );
}

/** What the rest of the room does with the composer. */
function useComposer(chat: Chat, canSend: boolean) {
  const field = useRef<HTMLTextAreaElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  /** Moves the focus to the composer; not on touch screens, where it would open the keyboard. */
  const moveFocus = useCallback(() => {
    const target = hasTouch() ? button.current : field.current;
    target?.focus({ preventScroll: true });
  }, []);

  /** Sends an opener if chat is open; otherwise appends it to the draft. */
  const open = (opener: string) => {
    if (canSend) return void chat.open(opener);
    chat.draft.set((typed) => (typed.trim() ? `${typed.trimEnd()}\n${opener}` : opener));
    if (!hasTouch()) field.current?.focus();
  };
  return { field, button, moveFocus, open };
}

function hasTouch(): boolean {
  return window.matchMedia('(pointer: coarse)').matches;
}
