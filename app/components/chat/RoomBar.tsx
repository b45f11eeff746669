import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { Icon } from '../Icon.tsx';

/** In a room's only bar, in place of the app's name: the back link and the character. */
export function RoomBar({ characterId }: { readonly characterId: CharacterId }) {
  const text = useText();
  return (
    <div className="@container min-w-0 flex-1">
      <div className="grid grid-cols-[auto_auto_minmax(0,1fr)] items-center gap-x-2 @max-[12rem]:py-1">
        <Link
          to="/home"
          prefetch="intent"
          viewTransition
          className="icon-button row-span-2 -ml-2 @max-[12rem]:row-span-1"
          aria-label={text.chat.back}
        >
          <Icon name="back" />
        </Link>
        <CharacterFace
          id={characterId}
          hasTransition
          className="row-span-2 size-9 max-w-[10vw] shrink-0 rounded-full @max-[12rem]:row-span-1"
        />
        {/* With large text there is no width for either beside the face. */}
        <h1 className="@max-[12rem]:wrap-anywhere truncate font-bold leading-tight @max-[12rem]:col-span-full @max-[12rem]:whitespace-normal">
          {text.characters[characterId].name}
        </h1>
        <p className="text-muted text-xs @max-[12rem]:col-span-full">{text.chat.isAi}</p>
      </div>
    </div>
  );
}
