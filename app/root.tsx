import type { ReactNode } from 'react';
import { Links, Meta, Outlet, Scripts, ScrollRestoration } from 'react-router';
import type { Route } from './+types/root.ts';
import stylesheet from './app.css?url';
import { PageAnnouncer } from './components/navigation/PageAnnouncer.tsx';
import { ErrorPage, kindOfError } from './components/page/ErrorPage.tsx';
import { useOfflinePage } from './components/page/use-offline-page.ts';
import { keepShownData, useShownData } from './components/shown-data.ts';
import { languageOf } from './i18n/language.server.ts';
import { useLanguage, useText } from './i18n/use-language.ts';
import { answerWhenFree } from './lib/http/busy.server.ts';
import { withoutCaching } from './lib/http/caching.server.ts';
import { refreshSessionCookie } from './lib/sessions/session-refresh.server.ts';
import { env } from './lib/settings/env.server.ts';
import { themeOf } from './theme/theme.server.ts';
import type { Theme } from './theme/theme.ts';
import { useTheme } from './theme/use-theme.ts';

export const middleware: Route.MiddlewareFunction[] = [
  async ({ request }, next) => withoutCaching(await answerWhenFree(request, next)),
  ({ request }, next) => refreshSessionCookie(request, next),
];

/** In the browser only. */
export const clientMiddleware: Route.ClientMiddlewareFunction[] = [
  async ({ request }, next) => {
    const results = await next();
    if (request.method === 'GET') keepShownData(new URL(request.url), results);
    return results;
  },
];

export const links: Route.LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  { rel: 'apple-touch-icon', href: '/apple-touch-icon.png' },
  { rel: 'manifest', href: '/site.webmanifest' },
];

export async function loader({ request }: Route.LoaderArgs) {
  const origin = env().betterAuthUrl ?? new URL(request.url).origin;
  return { language: await languageOf(request), theme: await themeOf(request), origin };
}

export function Layout({ children }: { children: ReactNode }) {
  const text = useText();
  const theme = useTheme();
  return (
    <html lang={useLanguage()} data-theme={theme}>
      <head>
        <meta charSet="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
        />
        <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
        <ThemeColors theme={theme} />
        {/* Its precedence puts it before the scripts' preloads, so the first paint waits only for it. */}
        <link rel="stylesheet" href={stylesheet} precedence="default" />
        <meta name="description" content={text.welcome.description} />
        <Meta />
        <Links />
      </head>
      <body className="min-h-dvh">
        <a
          href="#content"
          className="sr-only rounded-xl bg-surface p-3 focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
        >
          {text.skipToContent}
        </a>
        {children}
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}

/** The canvas colour, for browser UI around the page; the same as in app.css. */
const CANVAS = { light: '#fdf9f6', dark: '#150f0f' } as const;

function ThemeColors({ theme }: { theme: Theme }) {
  if (theme !== 'system') return <meta name="theme-color" content={CANVAS[theme]} />;
  return (
    <>
      <meta name="theme-color" content={CANVAS.light} media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content={CANVAS.dark} media="(prefers-color-scheme: dark)" />
    </>
  );
}

export default function App() {
  useShownData();
  useOfflinePage(`${useLanguage()} ${useTheme()}`);
  return (
    <>
      <Outlet />
      <PageAnnouncer />
    </>
  );
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return <ErrorPage kind={kindOfError(error)} />;
}
