import { useRef } from 'react';
import { Link } from 'react-router';
import { useText } from '../../../i18n/use-language.ts';
import type { Chat } from '../state/use-chat.ts';
import { useFocusHandover } from '../use-focus-handover.ts';

interface EarlierMessagesProps {
  readonly earlier: Chat['earlier'];
  readonly moveFocus: () => void;
}

/** A link to the previous page; with JavaScript those messages are prepended instead. */
export function EarlierMessages({ earlier, moveFocus }: EarlierMessagesProps) {
  const text = useText().chat;
  const part = useRef<HTMLDivElement>(null);
  useFocusHandover(part, moveFocus);
  return (
    // Scroll anchoring must hold the messages below in place, not this link.
    <div ref={part} className="flex flex-col gap-3 pb-4 [overflow-anchor:none]">
      <div className="flex flex-col items-center gap-1">
        <Link
          to={`?before=${earlier.firstMessageId}`}
          className="button-quiet text-sm"
          aria-disabled={earlier.isLoading}
          onClick={(event) => {
            event.preventDefault();
            void earlier.load();
          }}
        >
          {text.earlier}
        </Link>
        <p role="status" className="text-danger text-sm empty:hidden">
          {earlier.hasFailed ? text.earlierFailed : null}
        </p>
      </div>
      {earlier.isLoading ? (
        <div aria-hidden="true" className="flex flex-col gap-3">
          <div className="skeleton h-11 w-3/5 rounded-3xl" />
          <div className="skeleton ml-auto h-11 w-2/5 rounded-3xl" />
        </div>
      ) : null}
    </div>
  );
}
