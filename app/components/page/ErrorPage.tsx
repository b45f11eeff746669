import { isRouteErrorResponse, Link, useLocation, useNavigation } from 'react-router';
import type { Catalogue } from '../../i18n/catalogue.ts';
import { limitSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import type { ShownError } from '../../lib/forms/form-error.ts';
import { type LimitNotice, readLimitNotice } from '../../lib/forms/limit-notice.ts';
import { isLostRequest } from '../../lib/forms/lost-request.ts';
import { CharacterFace } from '../CharacterFace.tsx';

export type ErrorKind = 'not-found' | 'lost' | 'busy' | 'broken' | LimitNotice;

/** Codes with which our own server answers: the connection is in order. */
const ANSWERED = new Map<unknown, ErrorKind>([
  ['BUSY' satisfies ShownError, 'busy'],
  ['FAILED' satisfies ShownError, 'broken'],
]);

export function kindOfError(error: unknown): ErrorKind {
  if (isRouteErrorResponse(error) && error.status === 404) return 'not-found';
  const answered = isRouteErrorResponse(error) && ANSWERED.get(error.data);
  if (answered) return answered;
  const limit = isRouteErrorResponse(error) ? readLimitNotice(error.data) : null;
  if (limit) return limit;
  return isLostRequest(error) ? 'lost' : 'broken';
}

interface ErrorPageProps {
  readonly kind: ErrorKind;
  /** Rendered inside the signed-in layout, which stays; otherwise it fills the screen. */
  readonly isFramed?: boolean;
}

/** Tells the visitor what to do next; the cause goes to the logs. */
export function ErrorPage({ kind, isFramed = false }: ErrorPageProps) {
  const words = useText();
  const { appName, errors: text } = words;
  const location = useLocation();
  const isLoading = useNavigation().state !== 'idle';
  const [title, sentence] =
    typeof kind === 'string'
      ? sentencesOf(words)[kind]
      : [words.limits.title, limitSentence(words, kind)];
  return (
    <main
      id="content"
      data-error={typeof kind === 'string' ? kind : 'limit'}
      className={`mx-auto flex max-w-md flex-col items-center justify-center gap-5 px-4 text-center ${isFramed ? 'flex-1 py-7' : 'min-h-dvh'}`}
    >
      <title>{`${title} · ${appName}`}</title>
      <CharacterFace
        id={kind === 'not-found' ? 'mir' : 'byeol'}
        className="size-28 rounded-full shadow-card"
      />
      <div role={kind === 'lost' ? 'alert' : undefined} className="flex flex-col gap-5">
        <h1 className="font-bold text-2xl tracking-tight">{title}</h1>
        <p className="text-muted">{sentence}</p>
      </div>
      <div className="flex gap-3">
        {kind === 'not-found' ? null : (
          // Loading a document while offline would show the browser's own error page.
          <Link
            to={location}
            replace
            reloadDocument={kind === 'broken' || kind === 'busy'}
            className="button-outline"
            aria-disabled={isLoading}
          >
            {text.again}
          </Link>
        )}
        <Link to="/" reloadDocument={kind !== 'lost'} className="button">
          {text.home}
        </Link>
      </div>
    </main>
  );
}

function sentencesOf({ errors: text, refusals }: Catalogue) {
  return {
    'not-found': [text.notFoundTitle, text.notFound],
    lost: [text.lostTitle, text.lost],
    busy: [text.brokenTitle, refusals.crowded],
    broken: [text.brokenTitle, text.broken],
  } as const;
}
