import { CharacterCard } from '../components/CharacterCard.tsx';
import { Page } from '../components/Page.tsx';
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
  const { name, lastMessages } = loaderData;
  return (
    <Page title={text.home.title} heading={text.home.greeting(name)} lead={text.home.lead}>
      <ul aria-label={text.home.characters} className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        {CHARACTER_IDS.map((id) => (
          <li key={id}>
            <CharacterCard id={id} lastMessage={lastMessages[id] ?? null} />
          </li>
        ))}
      </ul>
    </Page>
  );
}
