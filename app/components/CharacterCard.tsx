import { Link } from 'react-router';
import { useText } from '../i18n/use-language.ts';
import type { CharacterId } from '../lib/chat/characters.ts';
import { CharacterFace } from './CharacterFace.tsx';
import { Icon } from './Icon.tsx';
import { useWalletWords } from './wallet/use-wallet-words.ts';

interface CharacterCardProps {
  readonly id: CharacterId;
  readonly lastMessage: string | null;
}

/** Leads to the chat even while it is locked: the page shows what was said and why it waits. */
export function CharacterCard({ id, lastMessage }: CharacterCardProps) {
  const text = useText();
  const { card: locked } = useWalletWords();
  const character = text.characters[id];
  return (
    <Link
      to={`/chat/${id}`}
      prefetch="intent"
      viewTransition
      className="card group flex h-full flex-wrap gap-4 p-4 transition-colors hover:border-accent"
    >
      <CharacterFace id={id} hasTransition className="size-16 shrink-0 rounded-2xl" />
      <span className="flex min-w-0 flex-1 basis-36 flex-col">
        <span className="font-bold text-lg leading-snug">{character.name}</span>
        <span className="text-muted text-sm">{character.tagline}</span>
        <span className="mt-1 line-clamp-2 text-sm">{lastMessage ?? character.persona}</span>
        <span className="mt-auto flex items-center gap-1.5 pt-2 font-semibold text-sm">
          {locked === null ? (
            <span className="text-accent">{lastMessage ? text.home.resume : text.home.open}</span>
          ) : (
            <span className="flex items-center gap-1.5 font-medium text-muted">
              <Icon name="lock" className="size-4" />
              {locked}
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}
