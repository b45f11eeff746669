import { useRef, useState } from 'react';
import { Form } from 'react-router';
import { useText } from '../../../i18n/use-language.ts';
import { Icon } from '../../Icon.tsx';
import { useHydrated } from '../../use-hydrated.ts';
import type { ShownMessage } from '../state/shown-messages.ts';
import { useFocusHandover } from '../use-focus-handover.ts';
import { useRemoveMessage } from './use-remove-message.ts';

interface MessageActionsProps {
  readonly message: ShownMessage;
}

/**
 * The actions on one message. Disclosures, so that they open without scripts; only one is open at a
 * time. Deleting takes a second press, below an explanation.
 */
export function MessageActions({ message }: MessageActionsProps) {
  const text = useText().kept;
  const isHydrated = useHydrated();
  const [isOpen, setOpen] = useState(false);
  const isOwn = message.role === 'user';
  return (
    <details
      name="message-actions"
      className={`group/actions max-w-full ${isOwn ? 'text-right' : ''}`}
      onToggle={(event) => {
        if (event.target === event.currentTarget) setOpen(event.currentTarget.open);
      }}
    >
      <summary
        aria-label={text.menu}
        className="icon-button -my-1.5 size-8 list-none opacity-70 group-open/actions:bg-sunken group-open/actions:opacity-100 pointer-coarse:-my-2 pointer-coarse:size-9 pointer-fine:opacity-0 pointer-fine:group-focus-within/message:opacity-100 pointer-fine:group-hover/message:opacity-100 [&::-webkit-details-marker]:hidden"
      >
        <Icon name="more" className="size-4" />
      </summary>
      {/* While closed, rendered only before hydration: needed without scripts, dead weight with them. */}
      {isOpen || !isHydrated ? (
        <div
          className={`mt-1 inline-flex max-w-full flex-wrap items-center gap-1 rounded-2xl border border-line bg-surface p-1 ${isOwn ? 'justify-end' : ''}`}
        >
          <CopyAction value={message.content} />
          <RemoveAction message={message} />
        </div>
      ) : null}
    </details>
  );
}

/** Not rendered until hydrated: it needs scripts. */
function CopyAction({ value }: { readonly value: string }) {
  const text = useText().kept;
  const isHydrated = useHydrated();
  const [outcome, setOutcome] = useState<'copied' | 'copyRefused' | null>(null);
  if (!isHydrated) return null;
  const copy = async () => {
    try {
      // The clipboard is missing on an insecure address, and rejects when the user declines.
      await navigator.clipboard.writeText(value);
      setOutcome('copied');
    } catch {
      setOutcome('copyRefused');
    }
  };
  return (
    <>
      <button type="button" className="button-quiet text-sm" onClick={copy}>
        <Icon name={outcome === 'copied' ? 'check' : 'copy'} className="size-4" />
        {text.copy}
      </button>
      <span role="status" className="px-1 text-good text-sm empty:hidden">
        {outcome ? text[outcome] : null}
      </span>
    </>
  );
}

function RemoveAction({ message }: MessageActionsProps) {
  const text = useText().kept;
  const { remove, hasFailed } = useRemoveMessage(message.id);
  const part = useRef<HTMLDetailsElement>(null);
  useFocusHandover(part, focusLog);
  return (
    <details ref={part} className="group/remove max-w-full text-left">
      <summary className="button-quiet list-none text-sm [&::-webkit-details-marker]:hidden">
        <Icon name="trash" className="size-4" />
        {text.remove}
      </summary>
      <Form
        method="post"
        className="flex max-w-sm flex-col items-start gap-2 px-3 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          void remove();
        }}
      >
        <p className="text-muted text-sm">{text.removeMeans[message.role]}</p>
        <button
          type="submit"
          name="remove"
          value={message.id}
          className="button-danger min-h-11 text-sm"
        >
          {text.removeNow}
        </button>
        <p role="alert" className="text-danger text-sm empty:hidden">
          {hasFailed ? text.removeFailed : null}
        </p>
      </Form>
    </details>
  );
}

/** If the deleted message had the focus, the log takes it, so that the next Tab stays near. */
function focusLog(): void {
  document.querySelector<HTMLElement>('[role=log]')?.focus({ preventScroll: true });
}
