import type { Language } from '../../i18n/language.ts';
import { log } from '../log.server.ts';
import type { CharacterId } from './characters.ts';
import {
  ensureConversation,
  findMessage,
  newMessageId,
  saveMessage,
} from './conversation.server.ts';
import { writeScriptedReply } from './scripted-persona.server.ts';

interface ReplyRequest {
  readonly userId: string;
  readonly characterId: CharacterId;
  readonly text: string;
  /** The client's own id of the message: sending it again after a lost answer stores it once. */
  readonly clientMessageId: string | null;
  readonly language: Language;
}

/**
 * Stores the user's message and answers with the reply, piece by piece. The reply is written and
 * stored to its end even when the reader leaves, so that it is there when they come back.
 */
export async function streamReply(request: ReplyRequest): Promise<ReadableStream<Uint8Array>> {
  const conversationId = await ensureConversation(request);
  const messageId = `${conversationId}:${request.clientMessageId ?? newMessageId()}`;
  const replyId = `${messageId}:reply`;
  await saveMessage(conversationId, { id: messageId, role: 'user', content: request.text.trim() });
  const stored = await findMessage(replyId);
  if (stored) return streamOf(repeat(stored.content));
  const pieces = writeScriptedReply({ ...request, seed: messageId });
  return streamOf(pieces, (content) =>
    saveMessage(conversationId, { id: replyId, role: 'assistant', content }),
  );
}

async function* repeat(text: string): AsyncGenerator<string> {
  yield text;
}

function streamOf(
  pieces: AsyncIterable<string>,
  onEnd?: (content: string) => Promise<void>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isRead = true;
  return new ReadableStream({
    start(controller) {
      const write = async () => {
        let content = '';
        for await (const piece of pieces) {
          content += piece;
          if (isRead) controller.enqueue(encoder.encode(piece));
        }
        await onEnd?.(content);
        if (isRead) controller.close();
      };
      write().catch((error: unknown) => {
        log().error({ err: error }, 'a reply broke off');
        if (isRead) controller.error(error);
      });
    },
    cancel() {
      isRead = false;
    },
  });
}
