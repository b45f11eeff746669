import { type ReactNode, useCallback } from 'react';
import { useText } from '../../../i18n/use-language.ts';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import { GUEST_PREFIX } from '../../../lib/chat/guest-talk.ts';
import { Icon } from '../../Icon.tsx';
import type { ShownMessage } from '../state/shown-messages.ts';
import type { Chat } from '../state/use-chat.ts';
import { EarlierMessages } from './EarlierMessages.tsx';
import { Messages } from './Messages.tsx';
import { ReplyState } from './ReplyState.tsx';
import { useLogEnd } from './use-log-end.ts';

interface MessageLogProps {
  readonly characterId: CharacterId;
  readonly chat: Chat;
  /** Whether a reply can be requested. */
  readonly canAnswer: boolean;
  /** Moves the focus when the focused element disappears. */
  readonly moveFocus: () => void;
  /** The opening, before the first message but after the guest conversation. */
  readonly opening: (isKnown: boolean) => ReactNode;
  /** Shown while there are no messages. */
  readonly children: ReactNode;
}

/**
 * The messages. The box scrolls from its bottom (`column-reverse`), so the newest message is in view
 * before any script runs, a growing reply pushes older ones up, and a reader who has scrolled up is
 * not moved. In a low window the whole page scrolls instead.
 */
export function MessageLog({ children, ...props }: MessageLogProps) {
  const { characterId, chat } = props;
  const text = useText();
  const { box, isReading, showEnd, onScroll } = useLogEnd(chat);
  const focusBox = useCallback(() => box.current?.focus({ preventScroll: true }), [box]);
  // Scrolled from its bottom, an empty log's opening would be cut off at the top.
  const direction = chat.messages.length === 0 ? 'flex-col' : 'flex-col-reverse low:flex-col';

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <section
        ref={box}
        role="log"
        aria-label={text.chat.history(text.characters[characterId].name)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable areas must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className={`flex flex-1 overflow-y-auto overscroll-contain -outline-offset-2 low:overflow-y-visible ${direction}`}
      >
        <div className="mx-auto flex min-h-full w-full max-w-3xl shrink-0 flex-col px-[min(1rem,4vw)] pt-2 pb-4">
          <div className="mt-auto" />
          <Conversation {...props} focusBox={focusBox}>
            {children}
          </Conversation>
        </div>
      </section>
      {isReading ? (
        <button
          type="button"
          aria-label={text.chat.toEnd}
          className="icon-button low:hidden absolute bottom-3 left-1/2 -translate-x-1/2 animate-arrive border border-line bg-surface text-ink shadow-float"
          onClick={() => {
            focusBox();
            showEnd('smooth');
          }}
        >
          <Icon name="down" />
        </button>
      ) : null}
    </div>
  );
}

/** From the top: earlier ones or the conversation's beginning, the messages, the state of the reply. */
function Conversation({
  characterId,
  chat,
  canAnswer,
  moveFocus,
  opening,
  focusBox,
  children,
}: MessageLogProps & { readonly focusBox: () => void }) {
  const { messages, earlier } = chat;
  const begin = earlier.hasEarlier ? 0 : countGuestMessages(messages);
  return (
    <>
      {earlier.hasEarlier ? (
        <EarlierMessages earlier={earlier} moveFocus={focusBox} />
      ) : (
        <>
          <Messages messages={messages.slice(0, begin)} characterId={characterId} />
          {opening(begin > 0)}
        </>
      )}
      {begin === messages.length ? children : null}
      <Messages
        messages={messages.slice(begin)}
        characterId={characterId}
        after={messages[begin - 1]?.sentAtMs}
      />
      {canAnswer && messages.length > begin ? (
        <ReplyState chat={chat} moveFocus={moveFocus} />
      ) : null}
    </>
  );
}

/** The guest conversation comes before the opening, which followed it. */
function countGuestMessages(messages: readonly ShownMessage[]): number {
  const first = messages.findIndex(({ id }) => !id.startsWith(GUEST_PREFIX));
  return first === -1 ? messages.length : first;
}
