import { data, redirect } from 'react-router';
import { ChatRoom } from '../../components/chat/ChatRoom.tsx';
import type { SendFault } from '../../components/chat/chat-api.ts';
import { useWalletState } from '../../components/wallet/WalletStateProvider.tsx';
import { languageOf } from '../../i18n/language.server.ts';
import { useText } from '../../i18n/use-language.ts';
import { type CharacterId, isCharacterId } from '../../lib/chat/characters.ts';
import { findConversation, findMessage, listMessages } from '../../lib/chat/conversation.server.ts';
import { MESSAGE_PAGE, MessageRefusedError } from '../../lib/chat/message-rules.ts';
import { isReplying, streamReply } from '../../lib/chat/reply.server.ts';
import { ReplyFault } from '../../lib/chat/reply-fault.ts';
import { LimitReachedError, limitHeaders } from '../../lib/limit-reached.server.ts';
import { readForm } from '../../lib/read-fields.server.ts';
import { requireReadyWallet, requireUserId, requireWalletOwner } from '../../lib/session.server.ts';
import type { Route } from './+types/$id.ts';

/** It fills the screen: the composer is where other pages have the navigation. */
export const handle = { isRoom: true };

export async function loader({ request, params }: Route.LoaderArgs) {
  const { userId, wallet } = await requireWalletOwner(request);
  const characterId = requireCharacterId(params.id);
  const before = new URL(request.url).searchParams.get('before');
  const conversationId = await findConversation({ userId, characterId });
  const page = conversationId
    ? await listMessages({ conversationId, limit: MESSAGE_PAGE, before })
    : { messages: [], hasEarlier: false };
  return {
    accountId: userId,
    characterId,
    walletStatus: wallet.status,
    canChat: wallet.isReady,
    before,
    ...page,
    isReplying:
      conversationId !== null && before === null && isReplying(conversationId, page.messages),
  };
}

/** The forms of the page without JavaScript: the reply is written whole, then the page shows it. */
export async function action({ request, params }: Route.ActionArgs) {
  await requireUserId(request);
  const userId = await requireReadyWallet(request);
  const characterId = requireCharacterId(params.id);
  const form = await readForm(request);
  const again = form.text('answer');
  const conversationId = again ? await findConversation({ userId, characterId }) : null;
  const asked = conversationId ? await findMessage(conversationId, again) : null;
  const text = asked?.content ?? form.text('message');
  const refuse = (fault: SendFault, init: ResponseInit) =>
    data({ fault, trouble: null, draft: asked ? '' : text }, init);
  if (form.tooLong.has('message')) return refuse('MESSAGE_TOO_LONG', { status: 400 });
  try {
    const reply = await streamReply({
      userId,
      characterId,
      text,
      messageId: asked?.id ?? null,
      isAgain: asked !== null,
      language: await languageOf(request),
    });
    await new Response(reply).text();
  } catch (error) {
    if (error instanceof MessageRefusedError) return refuse(error.fault, { status: 400 });
    if (error instanceof LimitReachedError) {
      return refuse(error.notice, { status: 429, headers: limitHeaders(error.notice) });
    }
    if (!(error instanceof ReplyFault)) throw error;
    return data({ fault: null, trouble: error.code, draft: '' }, { status: 502 });
  }
  return redirect(`/chat/${characterId}`);
}

function requireCharacterId(id: string): CharacterId {
  if (!isCharacterId(id)) throw data(null, { status: 404 });
  return id;
}

export default function Chat({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { accountId, characterId, messages, hasEarlier, before } = loaderData;
  const { wallet } = useWalletState();
  return (
    <>
      <title>{`${text.characters[characterId].name} · ${text.appName}`}</title>
      <ChatRoom
        key={`${accountId} ${characterId} ${before}`}
        wallet={wallet}
        start={{
          accountId,
          characterId,
          storedMessages: messages,
          hasEarlier,
          isPast: before !== null,
          isReplying: loaderData.isReplying,
          draft: actionData?.draft ?? '',
          fault: actionData?.fault ?? null,
          trouble: actionData?.trouble ?? null,
        }}
      />
    </>
  );
}
