import { data, Link } from 'react-router';
import { RoomList } from '../components/chat/RoomList.tsx';
import { RoomOpening } from '../components/chat/RoomOpening.tsx';
import { Icon } from '../components/Icon.tsx';
import { Page } from '../components/page/Page.tsx';
import { languageOf } from '../i18n/language.server.ts';
import { useText } from '../i18n/use-language.ts';
import { HOST_ID } from '../lib/chat/characters.ts';
import { listLastMessages } from '../lib/chat/conversation.server.ts';
import { takeTalk } from '../lib/chat/guest-talk.server.ts';
import { requireWalletOwner } from '../lib/session.server.ts';
import { readWelcomeGift } from '../lib/wallet/welcome-gift.server.ts';
import type { Route } from './+types/home.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { userId, name, wallet } = await requireWalletOwner(request);
  const language = await languageOf(request);
  const headers = (await takeTalk(request, { userId, language })) ?? {};
  const lastMessages = await listLastMessages(userId);
  return data(
    {
      name,
      walletStatus: wallet.status,
      canChat: wallet.isReady,
      lastMessages,
      gift: await readWelcomeGift(userId, wallet),
    },
    { headers },
  );
}

export default function Home({ loaderData }: Route.ComponentProps) {
  const text = useText();
  const { name, lastMessages, gift } = loaderData;
  const isNew = Object.values(lastMessages).every(({ isFromGuest }) => isFromGuest);
  return (
    <Page
      title={text.home.title}
      heading={text.home.greeting(name)}
      {...(isNew ? {} : { lead: text.home.lead })}
    >
      {isNew ? (
        <Welcome userName={name} isKnown={HOST_ID in lastMessages} gift={gift} />
      ) : (
        <Link to="/search" prefetch="intent" className="field mb-3 flex items-center gap-2.5">
          <Icon name="search" className="size-4" />
          <span className="text-muted">{text.search.title}</span>
        </Link>
      )}
      <RoomList label={text.home.characters} lastMessages={lastMessages} />
    </Page>
  );
}

interface WelcomeProps {
  readonly userName: string;
  readonly isKnown: boolean;
  readonly gift: string | null;
}

/** Until the first message: the host's opening and the gift. */
function Welcome(props: WelcomeProps) {
  const text = useText().scene;
  return (
    <section aria-label={text.label} className="mb-6 max-w-xl">
      <RoomOpening characterId={HOST_ID} {...props} />
      <Link to={`/chat/${HOST_ID}`} prefetch="intent" viewTransition className="button w-full">
        {text.toRoom}
      </Link>
    </section>
  );
}
