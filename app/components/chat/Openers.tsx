import { useRef } from 'react';
import { Form } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { CharacterId } from '../../lib/chat/characters.ts';
import { useFocusHandover } from './use-focus-handover.ts';

interface OpenersProps {
  readonly characterId: CharacterId;
  readonly onOpen: (opener: string) => void;
  readonly canSend: boolean;
  readonly moveFocus: () => void;
}

/** Before the first word: a few ways to begin, where the own words will stand. */
export function Openers({ characterId, onOpen, canSend, moveFocus }: OpenersProps) {
  const form = useRef<HTMLFormElement>(null);
  useFocusHandover(form, moveFocus);
  const { openers } = useText().characters[characterId];
  return (
    <Form ref={form} method="post" className="flex flex-wrap justify-end gap-2 pt-1">
      {openers.map((opener) => (
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
  );
}
