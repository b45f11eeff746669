import { type KeyboardEvent, type RefObject, useEffect, useId } from 'react';
import { Form } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { MESSAGE_MAX_LENGTH } from '../../lib/chat/message-rules.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { Icon } from '../Icon.tsx';
import { Notice } from '../Notice.tsx';
import type { SendFault } from './chat-api.ts';
import type { Chat } from './use-chat.ts';

const LENGTH_TO_TELL = 200;

interface ComposerProps {
  readonly name: string;
  readonly wallet: WalletView;
  readonly chat: Chat;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** Open for typing at any time; sending waits for the wallet, and unlocks in place. */
export function Composer({ name, wallet, chat, field }: ComposerProps) {
  const text = useText();
  const id = useId();
  const { draft, setDraft, fault, isBusy } = chat;
  useEffect(() => {
    // Somebody may have typed before the page came alive.
    if (field.current?.value) setDraft(field.current.value);
  }, [field, setDraft]);
  const left = MESSAGE_MAX_LENGTH - draft.length;

  const submit = () => {
    if (wallet.isReady && !isBusy) void chat.send(draft);
  };
  const sendOnEnter = (event: KeyboardEvent) => {
    // While a Korean syllable is being composed, Enter belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <div className="mx-auto w-full max-w-3xl px-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
      {wallet.isReady ? null : <LockReason wallet={wallet} />}
      <Form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        className="flex items-end gap-2 rounded-[1.75rem] border border-control bg-surface p-1.5 shadow-card transition-colors focus-within:border-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
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
          className="field-sizing-content max-h-48 min-h-11 min-w-0 flex-1 resize-none bg-transparent px-3 py-2.5 outline-none placeholder:text-muted"
        />
        {isBusy ? <StopButton onStop={chat.stop} /> : <SendButton canSend={wallet.isReady} />}
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

const roundButton = 'button size-11 min-h-11 shrink-0 rounded-full px-0';

function SendButton({ canSend }: { canSend: boolean }) {
  const text = useText().chat;
  return (
    <button type="submit" disabled={!canSend} aria-label={text.send} className={roundButton}>
      <Icon name={canSend ? 'send' : 'lock'} />
    </button>
  );
}

function StopButton({ onStop }: { onStop: () => Promise<void> }) {
  const text = useText().chat;
  return (
    <button type="button" aria-label={text.stop} className={roundButton} onClick={onStop}>
      <Icon name="stop" />
    </button>
  );
}

function faultSentence(text: ReturnType<typeof useText>, fault: SendFault): string {
  const sentences = text.chat.faults;
  return fault === 'MESSAGE_TOO_LONG'
    ? sentences.MESSAGE_TOO_LONG(MESSAGE_MAX_LENGTH)
    : sentences[fault];
}

/** Not a live region: the status line above says what changes. */
function LockReason({ wallet }: { wallet: WalletView }) {
  const text = useText().chat;
  return (
    <div className="mb-2">
      <Notice kind={wallet.status === 'FAILED' ? 'danger' : 'wait'} title={text.lockedTitle}>
        {lockSentence(text, wallet)} {text.draftKept}
      </Notice>
    </div>
  );
}

function lockSentence(text: ReturnType<typeof useText>['chat'], wallet: WalletView): string {
  if (wallet.status !== 'FAILED') return text.lockedWaiting;
  return wallet.retryAt ? text.lockedRetrying : text.lockedFailed;
}
