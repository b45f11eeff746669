import { languageOf } from '../i18n/language.server.ts';
import { offlinePage } from '../lib/http/offline-page.server.tsx';
import { themeOf } from '../theme/theme.server.ts';
import type { Route } from './+types/offline.ts';

/** The offline page, in the visitor's language and theme. */
export async function loader({ request }: Route.LoaderArgs) {
  return offlinePage({ language: await languageOf(request), theme: await themeOf(request) });
}
