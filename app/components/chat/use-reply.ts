import {
  type Dispatch,
  type SetStateAction,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { CharacterId } from '../../lib/chat/characters.ts';
import type { ChatMessage } from '../../lib/chat/conversation.server.ts';
import type { ReplyErrorCode } from '../../lib/chat/reply-error.ts';
import { readFrame } from '../../lib/chat/reply-frame.ts';
import { readReply, type SendError, sendMessage, stopReply } from './chat-api.ts';
import { beginReply, endReply, type ShownMessage, showReply } from './shown-messages.ts';

export type SetMessages = Dispatch<SetStateAction<readonly ShownMessage[]>>;

/** How a reply ended; null: whole. */
export type ReplyEnd = SendError | ReplyErrorCode | 'INTERRUPTED' | 'STOPPED' | null;

interface Running {
  readonly messageId: string;
  readonly leaving: AbortController;
  isStopping: boolean;
}

interface ReplyStart {
  readonly characterId: CharacterId;
  /** Whether the server is already writing one, whose stream is about to be joined. */
  readonly isReplying: boolean;
  readonly setMessages: SetMessages;
}

/** Fetches replies, one at a time, and shows them as they stream in. */
export function useReply({ characterId, isReplying, setMessages }: ReplyStart) {
  const running = useRef<Running | null>(null);
  const [isBusy, setBusy] = useState(isReplying);
  useEffect(() => () => running.current?.leaving.abort(), []);

  /** @param isAgain whether the new reply replaces a stored one */
  const answer = useCallback(
    async ({ id, content: text }: ChatMessage, isAgain: boolean): Promise<ReplyEnd> => {
      const run: Running = { messageId: id, leaving: new AbortController(), isStopping: false };
      running.current = run;
      setBusy(true);
      setMessages((shown) => beginReply(shown, id));
      const { signal } = run.leaving;
      const response = await sendMessage({ characterId, messageId: id, text, isAgain, signal });
      let end: ReplyEnd = null;
      if (response instanceof Response) {
        const show = (streamed: string) =>
          setMessages((shown) => showReply(shown, id, readFrame(streamed)));
        await readReply(response, show).catch(() => {
          end = 'INTERRUPTED';
        });
      } else {
        end = response;
      }
      if (run.isStopping) end = 'STOPPED';
      setMessages((shown) => endReply(shown, Date.now()));
      running.current = null;
      setBusy(false);
      return end;
    },
    [characterId, setMessages],
  );

  const stop = useCallback(async () => {
    const run = running.current;
    if (!run || run.isStopping) return;
    run.isStopping = true;
    // If another process is writing it, at least stop listening.
    if (!(await stopReply(characterId, run.messageId))) run.leaving.abort();
  }, [characterId]);

  const isRunning = useCallback(() => running.current !== null, []);
  return { answer, stop, isBusy, isRunning };
}
