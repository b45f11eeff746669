import { data, redirect } from 'react-router';
import { ChatRoom } from '../../components/chat/ChatRoom.tsx';
import { languageOf } from '../../i18n/language.server.ts';
import { useText } from '../../i18n/use-language.ts';
import { textField } from '../../lib/auth-form.server.ts';
import { type CharacterId, isCharacterId } from '../../lib/chat/characters.ts';
import { listMessages } from '../../lib/chat/conversation.server.ts';
import { findMessageFault } from '../../lib/chat/message-rules.ts';
import { streamReply } from '../../lib/chat/reply.server.ts';
import { requireReadyWallet, requireWalletOwner } from '../../lib/session.server.ts';
import type { Route } from './+types/$id.ts';

export async function loader({ request, params }: Route.LoaderArgs) {
  const { userId, wallet } = await requireWalletOwner(request);
  const characterId = requireCharacterId(params.id);
  return {
    characterId,
    wallet,
    walletStatus: wallet.status,
    canChat: wallet.isReady,
    messages: await listMessages({ userId, characterId }),
  };
}

/** The composer's form without JavaScript: the reply is written whole, then the page shows it. */
export async function action({ request, params }: Route.ActionArgs) {
  const userId = await requireReadyWallet(request);
  const characterId = requireCharacterId(params.id);
  const text = textField(await request.formData(), 'message');
  const fault = findMessageFault(text);
  if (fault) return data({ fault, draft: text }, { status: 400 });
  const language = await languageOf(request);
  const reply = await streamReply({ userId, characterId, text, clientMessageId: null, language });
  await new Response(reply).text();
  return redirect(`/chat/${characterId}`);
}

function requireCharacterId(id: string): CharacterId {
  if (!isCharacterId(id)) throw data(null, { status: 404 });
  return id;
}

export default function Chat({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { characterId, wallet, messages } = loaderData;
  return (
    <>
      <title>{`${text.characters[characterId].name} · ${text.appName}`}</title>
      <ChatRoom
        key={characterId}
        characterId={characterId}
        wallet={wallet}
        storedMessages={messages}
        refused={actionData ?? null}
      />
    </>
  );
}
