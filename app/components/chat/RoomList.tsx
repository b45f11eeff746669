import { NavLink } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { CHARACTER_IDS, type CharacterId } from '../../lib/chat/characters.ts';
import type { LastMessages } from '../../lib/chat/conversation.server.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { MessageTime } from './message/MessageTime.tsx';

interface RoomListProps {
  readonly label: string;
  readonly lastMessages: LastMessages;
  /** The open room beside the list, whose messages are visible; null on a page of its own. */
  readonly besideId?: CharacterId | null;
}

/** All characters, most recent conversation first, with the last message and its time. */
export function RoomList({ label, lastMessages, besideId = null }: RoomListProps) {
  const isBeside = besideId !== null;
  return (
    <ul
      aria-label={label}
      className={
        isBeside
          ? 'flex flex-col gap-1'
          : 'card divide-y divide-line overflow-hidden rounded-3xl sm:grid sm:grid-cols-2 sm:gap-3 sm:divide-y-0 sm:overflow-visible sm:border-0 sm:bg-transparent sm:shadow-none'
      }
    >
      {inOrder(lastMessages).map((id) => (
        <li key={id}>
          <Room
            id={id}
            last={id === besideId ? null : (lastMessages[id] ?? null)}
            isBeside={isBeside}
          />
        </li>
      ))}
    </ul>
  );
}

function inOrder(lastMessages: LastMessages): readonly CharacterId[] {
  const sentAtMs = (id: CharacterId) => lastMessages[id]?.sentAtMs ?? 0;
  return CHARACTER_IDS.toSorted((left, right) => sentAtMs(right) - sentAtMs(left));
}

interface RoomProps {
  readonly id: CharacterId;
  readonly last: LastMessages[CharacterId] | null;
  readonly isBeside: boolean;
}

/** Links to the chat even while it is locked: the page shows the messages and the reason. */
function Room({ id, last, isBeside }: RoomProps) {
  const text = useText();
  const character = text.characters[id];
  return (
    <NavLink
      to={`/chat/${id}`}
      prefetch="intent"
      viewTransition
      className={`group flex gap-3.5 transition-colors -outline-offset-2 hover:bg-sunken ${isBeside ? 'rounded-2xl p-2.5 aria-[current=page]:bg-accent-soft' : 'h-full px-4 py-3.5 sm:rounded-3xl sm:border sm:border-line sm:bg-surface sm:shadow-card sm:hover:border-accent'}`}
    >
      <CharacterFace
        id={id}
        hasTransition={!isBeside}
        className={`shrink-0 rounded-full ${isBeside ? 'size-11' : 'size-14 max-w-[18vw]'}`}
      />
      <span className="flex min-w-0 flex-1 flex-col justify-center">
        <span className="flex flex-wrap items-baseline justify-between gap-x-2">
          <span className="font-bold leading-snug">{character.name}</span>
          {last ? <MessageTime sentAtMs={last.sentAtMs} form="short" /> : null}
        </span>
        <span className={`line-clamp-2 text-sm ${last ? '' : 'text-muted'}`}>
          {last?.text ? `${last.isOwn ? `${text.chat.you}: ` : ''}${last.text}` : null}
          {last?.text ? null : character.tagline}
        </span>
      </span>
    </NavLink>
  );
}
