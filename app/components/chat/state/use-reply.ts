import { type Dispatch, useCallback, useEffect, useRef } from 'react';
import type { CharacterId } from '../../../lib/chat/characters.ts';
import type { ChatMessage } from '../../../lib/chat/conversation.server.ts';
import { readFrame } from '../../../lib/chat/reply-frame.ts';
import { readReply, sendMessage, stopReply } from './chat-api.ts';
import type { ChatEvent, ReplyEnd } from './chat-state.ts';

interface Running {
  readonly messageId: string;
  readonly leaving: AbortController;
  isStopping: boolean;
}

/** Fetches replies, one at a time, and reports how they grow and end. */
export function useReply(characterId: CharacterId, dispatch: Dispatch<ChatEvent>) {
  const running = useRef<Running | null>(null);
  useEffect(() => () => running.current?.leaving.abort(), []);

  /** @param isAgain whether the new reply replaces a stored one */
  const answer = useCallback(
    async ({ id, content: text }: ChatMessage, isAgain: boolean): Promise<ReplyEnd> => {
      const run: Running = { messageId: id, leaving: new AbortController(), isStopping: false };
      running.current = run;
      const { signal } = run.leaving;
      const response = await sendMessage({ characterId, messageId: id, text, isAgain, signal });
      let end: ReplyEnd = null;
      if (response instanceof Response) {
        const show = (streamed: string) =>
          dispatch({ type: 'reply-grown', messageId: id, reply: readFrame(streamed) });
        await readReply(response, show).catch(() => {
          end = 'INTERRUPTED';
        });
      } else {
        end = response;
      }
      if (run.isStopping) end = 'STOPPED';
      running.current = null;
      dispatch({ type: 'reply-ended', end, nowMs: Date.now() });
      return end;
    },
    [characterId, dispatch],
  );

  const stop = useCallback(async () => {
    const run = running.current;
    if (!run || run.isStopping) return;
    run.isStopping = true;
    // If another process is writing it, at least stop listening.
    if (!(await stopReply(characterId, run.messageId))) run.leaving.abort();
  }, [characterId]);

  const isRunning = useCallback(() => running.current !== null, []);
  return { answer, stop, isRunning };
}
