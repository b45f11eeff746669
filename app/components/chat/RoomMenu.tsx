import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Link, useLocation } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { Icon } from '../Icon.tsx';

const itemClass = 'flex min-h-11 items-center gap-2.5 rounded-lg px-3 text-sm hover:bg-sunken';

/** A disclosure of links: it opens without scripts, and closes like a menu with them. */
export function RoomMenu({ characterId }: { readonly characterId: CharacterId }) {
  const text = useText();
  const details = useRef<HTMLDetailsElement>(null);
  const { key } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: navigation closes it
  useEffect(() => {
    const close = (event?: Event) => {
      const isInside = event?.target instanceof Node && details.current?.contains(event.target);
      if (!isInside) details.current?.removeAttribute('open');
    };
    close();
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [key]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !details.current?.open) return;
    details.current.open = false;
    details.current.querySelector('summary')?.focus();
  };
  return (
    <details ref={details} className="relative" onKeyDown={onKeyDown}>
      <summary
        aria-label={text.kept.roomMenu}
        className="icon-button list-none [&::-webkit-details-marker]:hidden"
      >
        <Icon name="more" />
      </summary>
      <ul className="absolute top-full right-0 z-30 mt-1 min-w-44 rounded-2xl border border-line bg-surface p-1.5 shadow-float">
        <li>
          <Link to="/search" prefetch="intent" className={itemClass}>
            <Icon name="search" className="size-4" />
            {text.search.title}
          </Link>
        </li>
        <li>
          <Link to={`/chat/${characterId}/delete`} className={`${itemClass} text-danger`}>
            <Icon name="trash" className="size-4" />
            {text.kept.removeRoom}
          </Link>
        </li>
      </ul>
    </details>
  );
}
