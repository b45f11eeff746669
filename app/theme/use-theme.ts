import { useRouteLoaderData } from 'react-router';
import { isTheme, type Theme } from './theme.ts';

/** The page's theme; the document's own when the root's data could not be loaded. */
export function useTheme(): Theme {
  const root = useRouteLoaderData('root') as { theme?: unknown } | undefined;
  if (isTheme(root?.theme)) return root.theme;
  const shown = typeof document === 'undefined' ? null : document.documentElement.dataset.theme;
  return isTheme(shown) ? shown : 'system';
}
