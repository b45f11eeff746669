import { data, Form, Link, redirect } from 'react-router';
import { CharacterFace } from '../../components/CharacterFace.tsx';
import { Page } from '../../components/page/Page.tsx';
import { useText } from '../../i18n/use-language.ts';
import { type CharacterId, isCharacterId } from '../../lib/chat/characters.ts';
import { removeConversation } from '../../lib/chat/reply/remove-messages.server.ts';
import { requireUserId, requireWalletOwner } from '../../lib/session.server.ts';
import type { Route } from './+types/delete.ts';

export async function loader({ request, params }: Route.LoaderArgs) {
  await requireWalletOwner(request);
  return { characterId: requireCharacterId(params.id) };
}

export async function action({ request, params }: Route.ActionArgs) {
  const userId = await requireUserId(request);
  await removeConversation({ userId, characterId: requireCharacterId(params.id) });
  return redirect('/home');
}

function requireCharacterId(id: string): CharacterId {
  if (!isCharacterId(id)) throw data(null, { status: 404 });
  return id;
}

/** Asks for confirmation on a page of its own, so that it works without scripts. */
export default function DeleteConversation({ loaderData: { characterId } }: Route.ComponentProps) {
  const text = useText();
  const { name } = text.characters[characterId];
  return (
    <Page title={text.kept.removeRoomTitle}>
      <div className="card flex max-w-xl flex-col gap-5 p-5">
        <p className="flex flex-wrap items-start gap-4">
          <CharacterFace
            id={characterId}
            className="size-[min(3.5rem,18vw)] shrink-0 rounded-full"
          />
          <span className="min-w-0 flex-1 basis-40">{text.kept.removeRoomMeans(name)}</span>
        </p>
        <Form method="post" className="flex flex-wrap gap-3">
          <Link to={`/chat/${characterId}`} className="button-outline flex-1 basis-32">
            {text.kept.keepRoom}
          </Link>
          <button type="submit" className="button-danger flex-1 basis-32">
            {text.kept.removeRoomNow}
          </button>
        </Form>
      </div>
    </Page>
  );
}
