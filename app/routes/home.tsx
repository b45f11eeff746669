import { CharacterCard } from '../components/CharacterCard.tsx';
import { useText } from '../i18n/use-language.ts';
import { CHARACTER_IDS } from '../lib/chat/characters.ts';
import { listLastMessages } from '../lib/chat/conversation.server.ts';
import { requireWalletOwner } from '../lib/session.server.ts';
import type { Route } from './+types/home.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { userId, name, wallet } = await requireWalletOwner(request);
  return {
    name,
    walletStatus: wallet.status,
    canChat: wallet.isReady,
    lastMessages: await listLastMessages(userId),
  };
}

export default function Home({ loaderData }: Route.ComponentProps) {
  const text = useText();
  const { name, canChat, lastMessages } = loaderData;
  return (
    <main id="content" className="mx-auto w-full max-w-3xl flex-1 px-4 py-8">
      <title>{`${text.home.title} · ${text.appName}`}</title>
      <h1 className="font-bold text-2xl tracking-tight sm:text-3xl">{text.home.greeting(name)}</h1>
      <p className="mt-1 text-muted">{text.home.lead}</p>
      <ul aria-label={text.home.characters} className="mt-6 grid gap-3 sm:grid-cols-2">
        {CHARACTER_IDS.map((id) => (
          <li key={id}>
            <CharacterCard id={id} canChat={canChat} lastMessage={lastMessages[id] ?? null} />
          </li>
        ))}
      </ul>
    </main>
  );
}
