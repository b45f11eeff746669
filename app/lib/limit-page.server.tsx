import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import { renderToStaticMarkup } from 'react-dom/server';
import stylesheet from '../app.css?url';
import { limitSentence } from '../i18n/fault-sentence.ts';
import { languageOf } from '../i18n/language.server.ts';
import { catalogueOf, type Language } from '../i18n/language.ts';
import { themeOf } from '../theme/theme.server.ts';
import type { Theme } from '../theme/theme.ts';
import { isApiPath } from './doors.ts';
import type { LimitNotice } from './limit-notice.ts';
import { limitHeaders } from './limit-reached.server.ts';

/** No script: it is sent while there is too much to do already. */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'";

/**
 * Answers a request that is one too many: who asks for a page gets one, in their language and with
 * the time to wait; programs get JSON.
 */
export async function answerLimit(
  request: ExpressRequest,
  response: ExpressResponse,
  notice: LimitNotice,
): Promise<void> {
  response.status(429).set(limitHeaders(notice));
  if (!wantsPage(request)) return void response.json(notice);
  const { cookie = '', 'accept-language': languages = '' } = request.headers;
  const asked = new Request('http://localhost/', {
    headers: { Cookie: cookie, 'Accept-Language': languages },
  });
  const [language, theme] = [await languageOf(asked), await themeOf(asked)];
  // What was sent is not sent again by a link.
  const again = request.method === 'GET' ? request.originalUrl : '/';
  const page = renderToStaticMarkup(
    <LimitPage notice={notice} language={language} theme={theme} again={again} />,
  );
  response.set('Content-Security-Policy', POLICY).type('html').send(`<!DOCTYPE html>${page}`);
}

function wantsPage(request: ExpressRequest): boolean {
  const isData = isApiPath(request.path) || request.path.endsWith('.data');
  return !isData && (request.get('accept') ?? '').includes('text/html');
}

interface LimitPageProps {
  readonly notice: LimitNotice;
  readonly language: Language;
  readonly theme: Theme;
  readonly again: string;
}

function LimitPage({ notice, language, theme, again }: LimitPageProps) {
  const text = catalogueOf(language);
  const { title } = text.limits;
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
          data-error="limit"
          className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-5 px-4 text-center"
        >
          <h1 className="font-bold text-2xl tracking-tight">{title}</h1>
          <p className="text-muted">{limitSentence(text, notice)}</p>
          <a href={again} className="button">
            {text.errors.again}
          </a>
        </main>
      </body>
    </html>
  );
}
