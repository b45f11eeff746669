import { z } from 'zod';
import { languageOf } from '../../i18n/language.server.ts';
import { isCharacterId } from '../../lib/chat/characters.ts';
import { findMessageFault } from '../../lib/chat/message-rules.ts';
import { streamReply } from '../../lib/chat/reply.server.ts';
import { requireReadyWallet } from '../../lib/session.server.ts';
import type { Route } from './+types/chat.ts';

const bodySchema = z.object({
  message: z.string(),
  messageId: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .optional(),
});

export function loader() {
  return Response.json(
    { error: 'METHOD_NOT_ALLOWED' },
    { status: 405, headers: { Allow: 'POST' } },
  );
}

/** `{message, messageId?}` in, the reply as plain text out, piece by piece. */
export async function action({ request, params }: Route.ActionArgs) {
  const userId = await requireReadyWallet(request);
  if (!isCharacterId(params.id)) {
    return Response.json({ error: 'CHARACTER_NOT_FOUND' }, { status: 404 });
  }
  const body = bodySchema.safeParse(await request.json().catch(() => null));
  if (!body.success) return Response.json({ error: 'MESSAGE_INVALID' }, { status: 400 });
  const { message: text, messageId } = body.data;
  const fault = findMessageFault(text);
  if (fault) return Response.json({ error: fault }, { status: 400 });
  const reply = await streamReply({
    userId,
    characterId: params.id,
    text,
    clientMessageId: messageId ?? null,
    language: await languageOf(request),
  });
  return new Response(reply, {
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      // A buffering proxy would turn the stream into one late piece.
      'X-Accel-Buffering': 'no',
    },
  });
}
