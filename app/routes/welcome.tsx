import { Link, redirect } from 'react-router';
import { CharacterFace } from '../components/CharacterFace.tsx';
import { PublicPage } from '../components/PublicPage.tsx';
import { useText } from '../i18n/use-language.ts';
import { CHARACTER_IDS } from '../lib/chat/characters.ts';
import { env } from '../lib/env.server.ts';
import { findUserId } from '../lib/session.server.ts';
import type { Route } from './+types/welcome.ts';

export async function loader({ request }: Route.LoaderArgs) {
  if (await findUserId(request)) throw redirect('/home');
  return { rewardChoco: env().signupRewardChoco };
}

export default function Welcome({ loaderData }: Route.ComponentProps) {
  const text = useText();
  return (
    <PublicPage title={text.welcome.title}>
      <div className="mx-auto flex w-full max-w-xl flex-col items-center gap-8 py-8 text-center sm:py-16">
        <div className="flex justify-center -space-x-4">
          {CHARACTER_IDS.map((id) => (
            <CharacterFace
              key={id}
              id={id}
              className="size-[min(5rem,25vw)] rounded-full border-4 border-canvas shadow-card sm:size-24"
            />
          ))}
        </div>
        <div className="flex flex-col gap-4">
          <h1 className="text-balance font-bold text-3xl leading-tight tracking-tight sm:text-5xl">
            {text.welcome.headline}
          </h1>
          <p className="mx-auto max-w-md text-pretty text-lg text-muted">
            {text.welcome.lead(loaderData.rewardChoco)}
          </p>
        </div>
        <div className="flex w-full max-w-sm flex-col gap-3">
          <Link to="/signup" prefetch="render" className="button">
            {text.welcome.start}
          </Link>
          <Link to="/login" prefetch="intent" className="button-quiet">
            {text.welcome.haveAccount}
          </Link>
        </div>
        <ul className="grid w-full gap-3 text-left sm:grid-cols-3">
          {text.welcome.points(loaderData.rewardChoco).map((point) => (
            <li key={point.title} className="card p-5">
              <h2 className="font-semibold">{point.title}</h2>
              <p className="mt-1 text-muted text-sm">{point.text}</p>
            </li>
          ))}
        </ul>
      </div>
    </PublicPage>
  );
}
