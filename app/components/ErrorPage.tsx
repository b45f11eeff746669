import { Link, useLocation } from 'react-router';
import { useText } from '../i18n/use-language.ts';
import { CharacterFace } from './CharacterFace.tsx';

/** Says what to do next; what went wrong inside is for the logs. */
export function ErrorPage({ kind }: { kind: 'not-found' | 'broken' }) {
  const text = useText();
  const location = useLocation();
  const isNotFound = kind === 'not-found';
  const title = isNotFound ? text.errors.notFoundTitle : text.errors.brokenTitle;
  return (
    <main
      id="content"
      data-error={kind}
      className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-5 px-4 text-center"
    >
      <title>{`${title} · ${text.appName}`}</title>
      <CharacterFace
        id={isNotFound ? 'mir' : 'byeol'}
        className="size-28 rounded-full shadow-card"
      />
      <h1 className="font-bold text-2xl tracking-tight">{title}</h1>
      <p className="text-muted">{isNotFound ? text.errors.notFound : text.errors.broken}</p>
      <div className="flex gap-3">
        {isNotFound ? null : (
          <Link to={location} reloadDocument className="button-outline">
            {text.errors.again}
          </Link>
        )}
        <Link to="/" reloadDocument className="button">
          {text.errors.home}
        </Link>
      </div>
    </main>
  );
}
