import { Form } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { Icon } from '../Icon.tsx';
import type { Chat } from './use-chat.ts';

/** What became of the last reply, and the way to another one. */
export function ReplyState({ chat }: { readonly chat: Chat }) {
  const text = useText().chat;
  const { trouble, isBusy, messages } = chat;
  const isAnswered = messages.at(-1)?.role === 'assistant';
  return (
    <div className="flex min-h-11 items-center gap-2 pt-1 pl-10.5">
      <p role="status" className="text-muted text-sm">
        {trouble ? text.troubles[trouble] : null}
      </p>
      {isBusy ? null : (
        <Form method="post">
          <button
            type="submit"
            name="answer"
            value={messages.findLast(({ role }) => role === 'user')?.id}
            className="button-quiet text-sm"
            onClick={(event) => {
              event.preventDefault();
              void chat.retry();
            }}
          >
            <Icon name="retry" className="size-4" />
            {isAnswered ? text.anotherReply : text.retry}
          </button>
        </Form>
      )}
    </div>
  );
}
