import type { ReactNode } from 'react';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import { CharacterFace } from '../../CharacterFace.tsx';

const THEIRS = 'rounded-3xl rounded-tl-md border border-line bg-surface px-[min(1rem,4vw)] py-2.5';
const OWN = 'rounded-3xl rounded-br-md bg-accent px-[min(1rem,4vw)] py-2.5 text-on-accent';

interface SpeechBubbleProps {
  /** Null: the visitor's own words. */
  readonly from: CharacterId | null;
  /** The speaker, for screen readers. */
  readonly speaker: string;
  /** Follows another bubble of the same speaker, which shows the face. */
  readonly isMore?: boolean;
  /** Content that is not text, such as a card, has no bubble around it. */
  readonly isBare?: boolean;
  readonly children: ReactNode;
}

/** A bubble of the opening scene, which is not stored; messages use `MessageBubble`. */
export function SpeechBubble({
  from,
  speaker,
  isMore = false,
  isBare = false,
  children,
}: SpeechBubbleProps) {
  const said = (
    <div
      className={`wrap-anywhere min-w-0 max-w-xl text-pretty ${isBare ? 'w-full' : from ? THEIRS : OWN}`}
    >
      <span className="sr-only">{speaker}: </span>
      {children}
    </div>
  );
  if (from === null) return <div className="flex animate-arrive justify-end pl-12">{said}</div>;
  return (
    <div
      className={`flex animate-arrive gap-[min(0.625rem,2vw)] pr-[min(1rem,3vw)] sm:pr-8 ${isMore ? 'pl-[calc(min(2rem,9vw)+min(0.625rem,2vw))]' : ''}`}
    >
      {isMore ? null : (
        <CharacterFace id={from} className="size-[min(2rem,9vw)] shrink-0 rounded-full" />
      )}
      {said}
    </div>
  );
}
