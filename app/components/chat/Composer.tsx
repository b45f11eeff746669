import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { Form } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { MESSAGE_MAX_LENGTH } from '../../lib/chat/message-rules.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { LockIcon, SendIcon } from '../icons.tsx';
import type { useChat } from './use-chat.ts';

const LENGTH_TO_TELL = 200;

interface ComposerProps {
  readonly name: string;
  readonly wallet: WalletView;
  readonly chat: ReturnType<typeof useChat>;
}

/** Open for typing at any time; sending waits for the wallet, and unlocks in place. */
export function Composer({ name, wallet, chat }: ComposerProps) {
  const text = useText();
  const id = useId();
  const { draft, setDraft, fault, isBusy } = chat;
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // Somebody may have typed before the page came alive.
    if (field.current?.value) setDraft(field.current.value);
  }, [setDraft]);

  const canSend = wallet.isReady && !isBusy;
  const left = MESSAGE_MAX_LENGTH - draft.length;

  const submit = () => {
    if (canSend) void chat.send();
  };
  const sendOnEnter = (event: KeyboardEvent) => {
    // While a Korean syllable is being composed, Enter belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <div className="sticky bottom-0 z-10 -mx-4 bg-canvas px-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
      {wallet.isReady ? null : <LockReason wallet={wallet} />}
      <Form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        className="card flex items-end gap-2 rounded-[1.75rem] p-2 focus-within:border-accent"
      >
        <label htmlFor={id} className="sr-only">
          {text.chat.message}
        </label>
        <textarea
          ref={field}
          id={id}
          name="message"
          rows={1}
          value={draft}
          onChange={(event) => {
            setDraft(event.target.value);
            chat.setFault(null);
          }}
          onKeyDown={sendOnEnter}
          placeholder={text.chat.placeholder(name)}
          aria-invalid={fault ? true : undefined}
          aria-describedby={`${id}-fault`}
          className="field-sizing-content max-h-48 min-h-11 flex-1 resize-none rounded-3xl bg-transparent px-3 py-2.5 outline-none placeholder:text-muted"
        />
        <button
          type="submit"
          disabled={!wallet.isReady}
          aria-disabled={!canSend}
          aria-label={text.chat.send}
          className="button size-11 min-h-11 shrink-0 rounded-full px-0"
        >
          {wallet.isReady ? <SendIcon /> : <LockIcon />}
        </button>
      </Form>
      <div id={`${id}-fault`} role="alert" className="px-3 text-danger text-sm">
        {fault ? <p className="pt-1.5">{faultSentence(text, fault)}</p> : null}
      </div>
      {left < LENGTH_TO_TELL && left >= 0 ? (
        <p className="px-3 pt-1 text-right text-muted text-xs">{text.chat.lengthLeft(left)}</p>
      ) : null}
    </div>
  );
}

function faultSentence(text: ReturnType<typeof useText>, fault: ComposerProps['chat']['fault']) {
  if (fault === null) return null;
  const sentences = text.chat.faults;
  return fault === 'MESSAGE_TOO_LONG'
    ? sentences.MESSAGE_TOO_LONG(MESSAGE_MAX_LENGTH)
    : sentences[fault];
}

/** Not a live region: the status line above says what changes. */
function LockReason({ wallet }: { wallet: WalletView }) {
  const text = useText().chat;
  return (
    <div className="mb-2 rounded-2xl bg-accent-soft px-4 py-3 text-sm">
      <p className="font-semibold">{text.lockedTitle}</p>
      <p className="text-muted">
        {lockSentence(text, wallet)} {text.draftKept}
      </p>
    </div>
  );
}

function lockSentence(text: ReturnType<typeof useText>['chat'], wallet: WalletView): string {
  if (wallet.status !== 'FAILED') return text.lockedWaiting;
  return wallet.retryAt ? text.lockedRetrying : text.lockedFailed;
}
