import { z } from 'zod';
import { languageOf } from '../../i18n/language.server.ts';
import { type CharacterId, isCharacterId } from '../../lib/chat/characters.ts';
import { findConversation, listMessages } from '../../lib/chat/conversation.server.ts';
import { MESSAGE_PAGE, MessageRefusedError } from '../../lib/chat/message-rules.ts';
import { isReplying, stopReply, streamReply } from '../../lib/chat/reply/reply.server.ts';
import { ReplyError } from '../../lib/chat/reply-error.ts';
import { errorResponse, readJson } from '../../lib/forms/read-fields.server.ts';
import { LimitReachedError, limitResponse } from '../../lib/limits/limit-reached.server.ts';
import { requireApiUserId, requireReadyWallet } from '../../lib/session.server.ts';
import type { Route } from './+types/chat.ts';

const messageId = z.string().regex(/^[\w-]{8,64}$/);
const bodySchema = z.object({
  message: z.string(),
  messageId: messageId.optional(),
  again: z.boolean().default(false),
});
const stopSchema = z.object({ messageId });

/** The newest page of the conversation, or the page before the message `before`. */
export async function loader({ request, params }: Route.LoaderArgs) {
  const userId = await requireApiUserId(request);
  const characterId = requireCharacterId(params.id);
  const conversationId = await findConversation({ userId, characterId });
  const before = new URL(request.url).searchParams.get('before');
  const page = conversationId
    ? await listMessages({ conversationId, limit: MESSAGE_PAGE, before })
    : { messages: [], hasEarlier: false };
  const isWriting =
    conversationId !== null && before === null && isReplying(conversationId, page.messages);
  return Response.json(
    { ...page, isReplying: isWriting },
    { headers: { 'Cache-Control': 'no-store' } },
  );
}

export async function action({ request, params }: Route.ActionArgs) {
  if (request.method === 'POST') return send(request, params.id);
  if (request.method === 'DELETE') return stop(request, params.id);
  return Response.json(
    { error: 'METHOD_NOT_ALLOWED' },
    { status: 405, headers: { Allow: 'GET, POST, DELETE' } },
  );
}

/**
 * Takes `{message, messageId?, again?}` and streams the reply as plain text. `again` requests another
 * reply to the same message. If the model does not start: 502 to 504 with its code.
 */
async function send(request: Request, id: string) {
  const userId = await requireReadyWallet(request);
  const characterId = requireCharacterId(id);
  const read = await readJson(request);
  if ('error' in read) return errorResponse(read.error);
  const body = bodySchema.safeParse(read.fields);
  if (!body.success) return Response.json({ error: 'MESSAGE_INVALID' }, { status: 400 });
  try {
    const reply = await streamReply({
      userId,
      characterId,
      text: body.data.message,
      messageId: body.data.messageId ?? null,
      isAgain: body.data.again,
      language: await languageOf(request),
    });
    return new Response(reply, {
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-store',
        // A buffering proxy would deliver the stream late and in one piece.
        'X-Accel-Buffering': 'no',
      },
    });
  } catch (error) {
    if (error instanceof MessageRefusedError) {
      return Response.json({ error: error.error }, { status: 400 });
    }
    if (error instanceof LimitReachedError) return limitResponse(error.notice);
    if (!(error instanceof ReplyError)) throw error;
    return Response.json({ error: error.code }, { status: statusOf(error) });
  }
}

/** Takes `{messageId}` and stops the reply to it. 404 if this process is not writing it. */
async function stop(request: Request, id: string) {
  const userId = await requireApiUserId(request);
  const characterId = requireCharacterId(id);
  const read = await readJson(request);
  if ('error' in read) return errorResponse(read.error);
  const body = stopSchema.safeParse(read.fields);
  if (!body.success) return Response.json({ error: 'MESSAGE_INVALID' }, { status: 400 });
  const isStopped = await stopReply({ userId, characterId, messageId: body.data.messageId });
  return isStopped
    ? new Response(null, { status: 204 })
    : Response.json({ error: 'NOT_REPLYING' }, { status: 404 });
}

function requireCharacterId(id: string): CharacterId {
  if (!isCharacterId(id)) throw Response.json({ error: 'CHARACTER_NOT_FOUND' }, { status: 404 });
  return id;
}

function statusOf({ code }: ReplyError): number {
  if (code === 'MODEL_BUSY') return 503;
  return code === 'MODEL_TIMEOUT' ? 504 : 502;
}
