import { useRef } from 'react';
import { Form } from 'react-router';
import type { Catalogue } from '../../../i18n/catalogue.ts';
import { limitSentence } from '../../../i18n/error-sentence.ts';
import { useText } from '../../../i18n/use-language.ts';
import { Icon } from '../../Icon.tsx';
import type { Chat } from '../state/use-chat.ts';
import { useFocusHandover } from '../use-focus-handover.ts';

interface ReplyStateProps {
  readonly chat: Chat;
  readonly moveFocus: () => void;
}

/** The state of the last reply, and the button for another one. */
export function ReplyState({ chat, moveFocus }: ReplyStateProps) {
  const text = useText();
  const { replyError, isBusy } = chat;
  return (
    <div className="flex min-h-11 items-center gap-2 pt-1 pl-10.5">
      <p role="status" className="text-muted text-sm">
        {replyErrorSentence(text, replyError)}
      </p>
      {isBusy || chat.messages.at(-1)?.care ? null : <AskAgain chat={chat} moveFocus={moveFocus} />}
    </div>
  );
}

function replyErrorSentence(text: Catalogue, replyError: Chat['replyError']): string | null {
  if (replyError === null) return null;
  return typeof replyError === 'string'
    ? text.chat.replyErrors[replyError]
    : limitSentence(text, replyError);
}

function AskAgain({ chat: { messages, retry }, moveFocus }: ReplyStateProps) {
  const text = useText().chat;
  const form = useRef<HTMLFormElement>(null);
  useFocusHandover(form, moveFocus);
  const isAnswered = messages.at(-1)?.role === 'assistant';
  return (
    <Form ref={form} method="post">
      <button
        type="submit"
        name="answer"
        value={messages.findLast(({ role }) => role === 'user')?.id}
        className="button-quiet text-sm"
        onClick={(event) => {
          event.preventDefault();
          void retry();
        }}
      >
        <Icon name="retry" className="size-4" />
        {isAnswered ? text.anotherReply : text.retry}
      </button>
    </Form>
  );
}
