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

/** Before the first message: a few ways to begin, where the user's messages will appear. */
export function Openers({ characterId, onOpen, canSend, moveFocus }: OpenersProps) {
  const part = useRef<HTMLDivElement>(null);
  useFocusHandover(part, moveFocus);
  const { openers } = useText().characters[characterId];
  const buttons = openers.map((opener) => (
    <button
      key={opener}
      // While chat is locked, pressing one only fills the composer.
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
  ));
  return (
    <div ref={part}>
      {canSend ? (
        <Form method="post" className={row}>
          {buttons}
        </Form>
      ) : (
        <div className={row}>{buttons}</div>
      )}
    </div>
  );
}

const row = 'flex flex-wrap justify-end gap-2 pt-1';
