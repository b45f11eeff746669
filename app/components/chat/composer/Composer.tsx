import {
  type MouseEvent,
  type MouseEventHandler,
  type RefObject,
  useEffect,
  useId,
  useSyncExternalStore,
} from 'react';
import { Form, Link } from 'react-router';
import { limitSentence } from '../../../i18n/error-sentence.ts';
import { useText } from '../../../i18n/use-language.ts';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import { findMessageError, MESSAGE_MAX_LENGTH } from '../../../lib/chat/message-rules.ts';
import type { WalletView } from '../../../lib/wallet/wallet-view.ts';
import { Icon } from '../../Icon.tsx';
import { useWalletState } from '../../wallet/live/WalletStateProvider.tsx';
import { useWalletWords } from '../../wallet/words/use-wallet-words.ts';
import type { SendError } from '../state/chat-api.ts';
import type { Chat } from '../state/use-chat.ts';
import { useComposerKeys } from './use-composer-keys.ts';

const LENGTH_TO_TELL = 200;

interface ComposerProps {
  readonly characterId: CharacterId;
  readonly wallet: WalletView;
  readonly chat: Chat;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly button: RefObject<HTMLButtonElement | null>;
}

/** Typing is always possible; sending is locked until the wallet is READY and unlocks in place. */
export function Composer({ characterId, wallet, chat, field, button }: ComposerProps) {
  const text = useText();
  const { name } = text.characters[characterId];
  const id = useId();
  const { typed, type } = useTyped(chat, field);
  const submit = () => {
    if (wallet.isReady && !chat.isBusy) void chat.send();
  };
  useComposerKeys(field, submit);

  return (
    <div className="mx-auto w-full max-w-3xl px-[min(1rem,4vw)] pb-[max(1rem,env(safe-area-inset-bottom))]">
      <LockReason id={`${id}-lock`} />
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
          value={typed}
          onChange={(event) => type(event.target.value)}
          // On-screen keyboards: Enter breaks the line; the button sends.
          enterKeyHint="enter"
          placeholder={wallet.isReady ? text.chat.placeholder(name) : text.chat.placeholderLocked}
          // Drafts are kept per account; the browser's own restore would show them to the next user.
          autoComplete="off"
          aria-invalid={chat.error ? true : undefined}
          aria-describedby={`${id}-lock ${id}-error ${id}-length`}
          // In large text the hint grows less than what is typed, so that two rows hold all of it.
          className="field-sizing-content max-h-48 min-h-11 min-w-0 flex-1 resize-none bg-transparent px-[min(0.75rem,3vw)] py-2.5 outline-none placeholder:break-keep placeholder:text-[length:min(1rem,5vw)] placeholder:text-muted"
        />
        <RoundButton
          button={button}
          onStop={chat.isBusy ? chat.stop : null}
          canSend={wallet.isReady}
          // Keep the focus in the field: on a phone, focusing the button would close the keyboard.
          onMouseDown={(event) => {
            if (document.activeElement === field.current) event.preventDefault();
          }}
        />
      </Form>
      <SendProblem id={`${id}-error`} error={chat.error} characterId={characterId} />
      <LengthLeft id={`${id}-length`} left={MESSAGE_MAX_LENGTH - typed.length} />
    </div>
  );
}

function useTyped({ draft, setError }: Chat, field: ComposerProps['field']) {
  const typed = useSyncExternalStore(draft.subscribe, draft.get, draft.get);
  useEffect(() => {
    // Text may have been typed before hydration.
    if (field.current?.value) draft.set(field.current.value);
  }, [field, draft]);
  const type = (text: string) => {
    draft.set(text);
    // Pasted text that is too long is reported at once and left as it is.
    const isTooLong = findMessageError(text) === 'MESSAGE_TOO_LONG';
    setError(isTooLong ? 'MESSAGE_TOO_LONG' : null);
  };
  return { typed, type };
}

interface SendProblemProps {
  readonly id: string;
  readonly error: SendError | null;
  readonly characterId: CharacterId;
}

function SendProblem({ id, error, characterId }: SendProblemProps) {
  const text = useText();
  return (
    <div id={id} role="alert" className="px-3 text-danger text-sm">
      {error ? (
        <p className="pt-1.5">
          {errorSentence(text, error)}{' '}
          {error === 'UNAUTHORIZED' ? (
            <Link to={`/login?to=/chat/${characterId}`} className="link">
              {text.chat.logInAgain}
            </Link>
          ) : null}
        </p>
      ) : null}
    </div>
  );
}

/** How many characters are left near the limit, or how many are too many. */
function LengthLeft({ id, left }: { readonly id: string; readonly left: number }) {
  const text = useText().chat;
  return (
    <p
      id={id}
      className={`px-3 pt-1 text-right text-xs empty:hidden ${left < 0 ? 'text-danger' : 'text-muted'}`}
    >
      {left >= LENGTH_TO_TELL ? null : left < 0 ? text.lengthOver(-left) : text.lengthLeft(left)}
    </p>
  );
}

interface RoundButtonProps {
  readonly button: RefObject<HTMLButtonElement | null>;
  /** Null if no reply is being written. */
  readonly onStop: (() => Promise<void>) | null;
  readonly canSend: boolean;
  readonly onMouseDown: MouseEventHandler;
}

/** Sends or stops. One button, so that it keeps the focus. */
function RoundButton({ button, onStop, canSend, onMouseDown }: RoundButtonProps) {
  const text = useText().chat;
  const stop = (event: MouseEvent) => {
    event.preventDefault();
    // The second click of a double click was meant for sending.
    if (event.detail < 2) void onStop?.();
  };
  return (
    <button
      ref={button}
      type={onStop ? 'button' : 'submit'}
      disabled={!onStop && !canSend}
      aria-label={onStop ? text.stop : text.send}
      className="button size-11 min-h-11 shrink-0 rounded-full px-0"
      onMouseDown={onMouseDown}
      onClick={onStop ? stop : undefined}
    >
      <Icon name={onStop ? 'stop' : canSend ? 'send' : 'lock'} />
    </button>
  );
}

function errorSentence(text: ReturnType<typeof useText>, error: SendError): string {
  if (typeof error !== 'string') return limitSentence(text, error);
  const sentences = text.chat.errors;
  return error === 'MESSAGE_TOO_LONG'
    ? sentences.MESSAGE_TOO_LONG(MESSAGE_MAX_LENGTH)
    : sentences[error];
}

/**
 * Why nothing can be sent. While the wallet only needs time, the status line and the conversation
 * show that already, so this text is for screen readers.
 */
function LockReason({ id }: { readonly id: string }) {
  const { situation } = useWalletState();
  const { lock } = useWalletWords();
  if (!lock) return null;
  const needsHelp = situation === 'failed' || situation === 'failedForGood' || situation === 'none';
  return (
    <p id={id} className={needsHelp ? 'px-3 pb-2 text-danger text-sm' : 'sr-only'}>
      {lock}
    </p>
  );
}
