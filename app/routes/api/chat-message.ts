import { isCharacterId } from '../../lib/chat/characters.ts';
import { removeMessage } from '../../lib/chat/reply/remove-messages.server.ts';
import { requireApiUserId } from '../../lib/session.server.ts';
import type { Route } from './+types/chat-message.ts';

/** `DELETE` removes the message and the reply to it. 404 if it does not exist. */
export async function action({ request, params }: Route.ActionArgs) {
  const userId = await requireApiUserId(request);
  if (request.method !== 'DELETE') {
    return Response.json(
      { error: 'METHOD_NOT_ALLOWED' },
      { status: 405, headers: { Allow: 'DELETE' } },
    );
  }
  const { id: characterId, messageId } = params;
  if (!isCharacterId(characterId)) {
    return Response.json({ error: 'CHARACTER_NOT_FOUND' }, { status: 404 });
  }
  const isRemoved = await removeMessage({ userId, characterId, messageId });
  return isRemoved
    ? new Response(null, { status: 204 })
    : Response.json({ error: 'MESSAGE_NOT_FOUND' }, { status: 404 });
}
