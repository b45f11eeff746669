import { data, redirect } from 'react-router';
import { ChatRoom } from '../../components/chat/ChatRoom.tsx';
import { RoomList } from '../../components/chat/RoomList.tsx';
import type { SendError } from '../../components/chat/state/chat-api.ts';
import { useWalletState } from '../../components/wallet/live/WalletStateProvider.tsx';
import { languageOf } from '../../i18n/language.server.ts';
import { useText } from '../../i18n/use-language.ts';
import { type CharacterId, HOST_ID, isCharacterId } from '../../lib/chat/characters.ts';
import {
  findConversation,
  findMessage,
  listLastMessages,
  listMessages,
  listMessagesAround,
} from '../../lib/chat/conversation.server.ts';
import { takeTalk } from '../../lib/chat/guest-talk.server.ts';
import { MESSAGE_PAGE, MessageRefusedError } from '../../lib/chat/message-rules.ts';
import { removeMessage } from '../../lib/chat/reply/remove-messages.server.ts';
import { isReplying, streamReply } from '../../lib/chat/reply/reply.server.ts';
import { ReplyError } from '../../lib/chat/reply-error.ts';
import { limitHeaders } from '../../lib/forms/limit-notice.ts';
import { readForm } from '../../lib/forms/read-fields.server.ts';
import { LimitReachedError } from '../../lib/limits/limit-reached.server.ts';
import { requireReadyWallet, requireUserId, requireWalletOwner } from '../../lib/session.server.ts';
import { readWelcomeGift } from '../../lib/wallet/welcome-gift.server.ts';
import type { Route } from './+types/$id.ts';

/** Fills the screen: the composer takes the place of the navigation. */
export const handle = { isRoom: true };

export async function loader({ request, params }: Route.LoaderArgs) {
  const { userId, name, wallet } = await requireWalletOwner(request);
  const characterId = requireCharacterId(params.id);
  const { searchParams } = new URL(request.url);
  const before = searchParams.get('before');
  const language = await languageOf(request);
  const headers = (await takeTalk(request, { userId, language })) ?? {};
  const conversationId = await findConversation({ userId, characterId });
  const around = conversationId
    ? await findAround(conversationId, searchParams.get('around'))
    : null;
  const isPast = around ? !around.isNewest : before !== null;
  const page =
    around ??
    (conversationId
      ? await listMessages({ conversationId, limit: MESSAGE_PAGE, before })
      : { messages: [], hasEarlier: false });
  const isWriting = conversationId !== null && !isPast && isReplying(conversationId, page.messages);
  return data(
    {
      accountId: userId,
      userName: name,
      characterId,
      walletStatus: wallet.status,
      canChat: wallet.isReady,
      place: searchParams.toString(),
      isPast,
      shownId: around ? searchParams.get('around') : null,
      messages: page.messages,
      hasEarlier: page.hasEarlier,
      isReplying: isWriting,
      gift: characterId === HOST_ID ? await readWelcomeGift(userId, wallet) : null,
      lastMessages: await listLastMessages(userId),
    },
    { headers },
  );
}

/** The page with a search result; null if none was requested, or the message is gone. */
function findAround(conversationId: string, id: string | null) {
  return id === null ? null : listMessagesAround({ conversationId, id, limit: MESSAGE_PAGE });
}

/** The page's forms without JavaScript: the page is shown once the reply is complete. */
export async function action({ request, params }: Route.ActionArgs) {
  const visitorId = await requireUserId(request);
  const characterId = requireCharacterId(params.id);
  const form = await readForm(request);
  const removed = form.text('remove');
  if (removed) {
    await removeMessage({ userId: visitorId, characterId, messageId: removed });
    return redirect(`/chat/${characterId}`);
  }
  const userId = await requireReadyWallet(request);
  const again = form.text('answer');
  const conversationId = again ? await findConversation({ userId, characterId }) : null;
  const asked = conversationId ? await findMessage(conversationId, again) : null;
  const text = asked?.content ?? form.text('message');
  const refuse = (error: SendError, init: ResponseInit) =>
    data({ error, replyError: null, draft: asked ? '' : text }, init);
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
    if (error instanceof MessageRefusedError) return refuse(error.error, { status: 400 });
    if (error instanceof LimitReachedError) {
      return refuse(error.notice, { status: 429, headers: limitHeaders(error.notice) });
    }
    if (!(error instanceof ReplyError)) throw error;
    return data({ error: null, replyError: error.code, draft: '' }, { status: 502 });
  }
  return redirect(`/chat/${characterId}`);
}

function requireCharacterId(id: string): CharacterId {
  if (!isCharacterId(id)) throw data(null, { status: 404 });
  return id;
}

export default function Chat({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { accountId, characterId, messages, hasEarlier, isPast, lastMessages } = loaderData;
  const { wallet } = useWalletState();
  return (
    <>
      <title>{`${text.chat.title(text.characters[characterId].name)} · ${text.appName}`}</title>
      <ChatRoom
        key={`${accountId} ${characterId} ${loaderData.place}`}
        wallet={wallet}
        opening={{ userName: loaderData.userName, gift: loaderData.gift }}
        beside={
          <RoomList label={text.chat.rooms} lastMessages={lastMessages} besideId={characterId} />
        }
        start={{
          accountId,
          characterId,
          storedMessages: messages,
          hasEarlier,
          isPast,
          shownId: loaderData.shownId,
          isReplying: loaderData.isReplying,
          draft: actionData?.draft ?? '',
          error: actionData?.error ?? null,
          replyError: actionData?.replyError ?? null,
        }}
      />
    </>
  );
}
