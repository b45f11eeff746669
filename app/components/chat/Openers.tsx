import { useRef } from 'react';
import { Form } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { CharacterFace } from '../CharacterFace.tsx';
import { useFocusHandover } from './use-focus-handover.ts';

interface OpenersProps {
  readonly characterId: CharacterId;
  readonly onOpen: (opener: string) => void;
  readonly canSend: boolean;
  readonly moveFocus: () => void;
}

/** Before the first word: who this is, and a few ways to begin. */
export function Openers({ characterId, onOpen, canSend, moveFocus }: OpenersProps) {
  const form = useRef<HTMLFormElement>(null);
  useFocusHandover(form, moveFocus);
  const text = useText();
  const character = text.characters[characterId];
  return (
    <div className="m-auto flex flex-col items-center gap-5 px-4 py-8 text-center">
      <CharacterFace id={characterId} className="size-24 rounded-full shadow-card sm:size-28" />
      <div className="max-w-sm">
        <p className="font-semibold text-lg">{text.chat.empty(character.name)}</p>
        <p className="mt-1 text-balance text-muted">{character.persona}</p>
      </div>
      <Form ref={form} method="post" className="flex max-w-md flex-wrap justify-center gap-2">
        {character.openers.map((opener) => (
          <button
            key={opener}
            // While it cannot be sent, pressing it only fills the composer.
            type={canSend ? 'submit' : 'button'}
            name="message"
            value={opener}
            className="button-outline min-h-11 rounded-full bg-surface px-4 font-medium text-sm"
            onClick={(event) => {
              event.preventDefault();
              onOpen(opener);
            }}
          >
            {opener}
          </button>
        ))}
      </Form>
    </div>
  );
}
