import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import type { MessageFault } from '../../lib/chat/message-rules.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { BackIcon } from '../icons.tsx';
import { Composer } from './Composer.tsx';
import { MessageBubble } from './MessageBubble.tsx';
import { type ShownMessage, useChat } from './use-chat.ts';

interface ChatRoomProps {
  readonly characterId: CharacterId;
  readonly wallet: WalletView;
  readonly storedMessages: readonly Omit<ShownMessage, 'state'>[];
  /** A message the page's own form sent in vain. */
  readonly refused: { readonly fault: MessageFault; readonly draft: string } | null;
}

export function ChatRoom({ characterId, wallet, storedMessages, refused }: ChatRoomProps) {
  const text = useText();
  const character = text.characters[characterId];
  const chat = useChat({
    characterId,
    storedMessages,
    draft: refused?.draft ?? '',
    fault: refused?.fault ?? null,
  });
  const end = useRef<HTMLDivElement>(null);
  const lastContent = chat.messages.at(-1)?.content;

  // biome-ignore lint/correctness/useExhaustiveDependencies: every piece of a reply moves the end
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [chat.messages.length, lastContent]);

  return (
    <main id="content" className="mx-auto flex w-full max-w-3xl flex-1 flex-col px-4">
      <div className="flex items-center gap-3 py-4">
        <Link to="/home" className="button-quiet -ml-2 px-2" aria-label={text.chat.back}>
          <BackIcon />
        </Link>
        <CharacterFace id={characterId} className="size-11 rounded-xl" />
        <div className="min-w-0">
          <h1 className="font-bold text-lg leading-tight">{character.name}</h1>
          <p className="truncate text-muted text-sm">{character.tagline}</p>
        </div>
      </div>
      <section
        role="log"
        aria-label={text.chat.history(character.name)}
        className="flex flex-1 flex-col justify-end gap-3 pb-4"
      >
        {chat.messages.length === 0 ? (
          <div className="m-auto flex flex-col items-center gap-4 py-10 text-center">
            <CharacterFace id={characterId} className="size-28 rounded-full shadow-card" />
            <p className="max-w-xs text-muted">{character.persona}</p>
            <p className="font-semibold">{text.chat.empty(character.name)}</p>
          </div>
        ) : (
          chat.messages.map((message) => (
            <MessageBubble key={message.id} message={message} characterId={characterId} />
          ))
        )}
      </section>
      <Composer name={character.name} wallet={wallet} chat={chat} />
      <div ref={end} />
    </main>
  );
}
