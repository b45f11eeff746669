import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { Icon } from '../Icon.tsx';

/** In a room's only bar, in place of the app's name: the back link and the character. */
export function RoomBar({ characterId }: { readonly characterId: CharacterId }) {
  const text = useText();
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2">
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
        className="size-9 max-w-[10vw] shrink-0 rounded-full"
      />
      <div className="min-w-0">
        <h1 className="truncate font-bold leading-tight">{text.characters[characterId].name}</h1>
        <p className="text-muted text-xs">{text.chat.isAi}</p>
      </div>
    </div>
  );
}
