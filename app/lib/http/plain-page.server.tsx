import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import { renderToStaticMarkup } from 'react-dom/server';
import stylesheet from '../../app.css?url';
import type { Catalogue } from '../../i18n/catalogue.ts';
import { limitSentence } from '../../i18n/error-sentence.ts';
import { languageOf } from '../../i18n/language.server.ts';
import { catalogueOf, type Language } from '../../i18n/language.ts';
import { themeOf } from '../../theme/theme.server.ts';
import type { Theme } from '../../theme/theme.ts';
import { isApiPath } from '../forms/doors.ts';
import { HEADER_MAX_LENGTHS } from '../forms/field-lengths.ts';
import { type LimitNotice, limitHeaders } from '../forms/limit-notice.ts';
import { BUSY_CODE, RETRY_AFTER_SECONDS } from './busy.server.ts';
import type { Refusal } from './http-guard.server.ts';

/** No script: it is sent under load. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'";

/**
 * Answers a rate-limited request: a browser gets a page in its language with
 * the time to wait, a program JSON.
 */
export function answerLimit(
  request: ExpressRequest,
  response: ExpressResponse,
  notice: LimitNotice,
): Promise<void> {
  response.status(429).set(limitHeaders(notice));
  return answer({ request, response, json: notice }, (text) => ({
    name: 'limit',
    title: text.limits.title,
    sentence: limitSentence(text, notice),
    way: wayToAgain(request, text),
  }));
}

/** Answers a request for which there is no room: nothing was done, and it may succeed soon. */
export function answerCrowded(request: ExpressRequest, response: ExpressResponse): Promise<void> {
  response.status(503).set({
    'Retry-After': String(RETRY_AFTER_SECONDS),
    'Cache-Control': 'no-store',
    // What was not read of a body would be taken for the next request.
    Connection: 'close',
  });
  return answer({ request, response, json: { error: BUSY_CODE, code: BUSY_CODE } }, (text) => ({
    name: 'crowded',
    title: text.refusals.title,
    sentence: text.refusals.crowded,
    way: wayToAgain(request, text),
  }));
}

/** Answers a rejected request: a page with a sentence, or JSON for programs. */
export function answerRefusal(
  request: ExpressRequest,
  response: ExpressResponse,
  { status, kind, ...json }: Refusal,
): Promise<void> {
  response.status(status).set('Cache-Control', 'no-store');
  return answer({ request, response, json }, (text) => ({
    name: kind,
    title: text.refusals.title,
    sentence: text.refusals[kind],
    way: { to: '/', label: text.errors.home },
  }));
}

/** A link cannot send a form again. Two slashes at its beginning would lead to another site. */
function wayToAgain({ method, originalUrl }: ExpressRequest, text: Catalogue) {
  const to = method === 'GET' ? `/${originalUrl.replace(/^[/\\]+/, '')}` : '/';
  return { to, label: text.errors.again };
}

interface Asked {
  readonly request: ExpressRequest;
  readonly response: ExpressResponse;
  readonly json: object;
}

async function answer(
  { request, response, json }: Asked,
  wordsOf: (text: Catalogue) => PageWords,
): Promise<void> {
  if (!wantsPage(request)) return void response.json(json);
  const { language, theme } = await shownTo(request);
  const page = renderToStaticMarkup(
    <PlainPage language={language} theme={theme} {...wordsOf(catalogueOf(language))} />,
  );
  response.set('Content-Security-Policy', POLICY).type('html').send(`<!DOCTYPE html>${page}`);
}

/** Overlong headers are not read. */
async function shownTo({ headers }: ExpressRequest) {
  const { cookie = '', 'accept-language': languages = '' } = headers;
  const asked = new Request('http://localhost/', {
    headers: {
      ...(cookie.length <= HEADER_MAX_LENGTHS.cookie && { Cookie: cookie }),
      ...(languages.length <= HEADER_MAX_LENGTHS['accept-language'] && {
        'Accept-Language': languages,
      }),
    },
  });
  return { language: await languageOf(asked), theme: await themeOf(asked) };
}

function wantsPage(request: ExpressRequest): boolean {
  const isData = isApiPath(request.path) || request.path.endsWith('.data');
  return !isData && (request.get('accept') ?? '').includes('text/html');
}

interface PageWords {
  /** For tests: which page it is. */
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  readonly way: { readonly to: string; readonly label: string };
}

function PlainPage({
  language,
  theme,
  name,
  title,
  sentence,
  way,
}: PageWords & { readonly language: Language; readonly theme: Theme }) {
  const text = catalogueOf(language);
  return (
    <html lang={language} data-theme={theme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
        <title>{`${title} · ${text.appName}`}</title>
        <link rel="stylesheet" href={stylesheet} />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      </head>
      <body className="min-h-dvh">
        <main
          id="content"
          data-error={name}
          className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-5 px-4 text-center"
        >
          <h1 className="font-bold text-2xl tracking-tight">{title}</h1>
          <p className="text-muted">{sentence}</p>
          <a href={way.to} className="button">
            {way.label}
          </a>
        </main>
      </body>
    </html>
  );
}
