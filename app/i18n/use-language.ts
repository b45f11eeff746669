import { useRouteLoaderData } from 'react-router';
import type { Catalogue } from './catalogue.ts';
import { catalogueOf, isLanguage, type Language } from './language.ts';

/** The page's language, or the document's if the root loader failed. */
export function useLanguage(): Language {
  const root = useRouteLoaderData('root') as { language?: unknown } | undefined;
  if (isLanguage(root?.language)) return root.language;
  const shown = typeof document === 'undefined' ? null : document.documentElement.lang;
  return isLanguage(shown) ? shown : 'ko';
}

export function useText(): Catalogue {
  return catalogueOf(useLanguage());
}
