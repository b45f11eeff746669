import { data, Link, redirect } from 'react-router';
import { CharacterFace } from '../components/CharacterFace.tsx';
import { GuestConversation } from '../components/chat/GuestConversation.tsx';
import { PublicPage } from '../components/page/PublicPage.tsx';
import { useText } from '../i18n/use-language.ts';
import { CHARACTER_IDS } from '../lib/chat/characters.ts';
import { keepTalk } from '../lib/chat/guest-talk.server.ts';
import { readTalk, TALK_STEPS } from '../lib/chat/guest-talk.ts';
import { findUserId } from '../lib/session.server.ts';
import type { Route } from './+types/welcome.ts';

export async function loader({ request }: Route.LoaderArgs) {
  if (await findUserId(request)) throw redirect('/home');
  const talk = readTalk(new URL(request.url).searchParams.get('talk'));
  if (talk.length === 0) return data({ talk });
  return data({ talk }, { headers: { 'Set-Cookie': await keepTalk(talk) } });
}

/** The landing page: a conversation that has already begun, and one sentence. */
export default function Welcome({ loaderData: { talk } }: Route.ComponentProps) {
  const text = useText().welcome;
  const isOver = talk.length === TALK_STEPS;
  return (
    <PublicPage title={text.title}>
      {/* In reading order, so that nothing shifts while the page streams in. */}
      <div className="mx-auto grid w-full max-w-5xl gap-6 py-4 text-center sm:py-10 lg:grid-cols-2 lg:grid-rows-[auto_1fr] lg:gap-x-12 lg:py-6 lg:text-left">
        <h1 className="text-balance font-bold text-3xl leading-tight tracking-tight sm:text-5xl lg:pt-20">
          {text.headline}
        </h1>
        <div className="flex min-w-0 flex-col items-center gap-2 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <GuestConversation talk={talk} />
          {talk.length > 0 ? (
            <p className="flex flex-wrap items-center justify-center gap-x-2 text-muted text-sm">
              {text.isKept}
              <Link to="/" replace preventScrollReset className="button-quiet text-sm">
                {text.fromStart}
              </Link>
            </p>
          ) : null}
        </div>
        <div className="mx-auto flex w-full max-w-md flex-col gap-2 lg:mx-0 lg:max-w-xs">
          <Link to="/signup" prefetch="render" className="button">
            {isOver ? text.goOn : text.start}
          </Link>
          <Link to="/login" prefetch="intent" className="button-quiet">
            {text.haveAccount}
          </Link>
          <Faces />
        </div>
      </div>
    </PublicPage>
  );
}

function Faces() {
  return (
    <div className="mt-3 flex justify-center -space-x-2 lg:justify-start">
      {CHARACTER_IDS.map((id) => (
        <CharacterFace
          key={id}
          id={id}
          className="size-[min(3.25rem,15vw)] rounded-full border-2 border-canvas shadow-card"
        />
      ))}
    </div>
  );
}
