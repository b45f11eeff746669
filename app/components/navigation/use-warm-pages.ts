import { useEffect } from 'react';

/** Well after hydration, so that the downloads do not compete with the page's own. */
const REST_MS = 5_000;
const PAGES = ['routes/home', 'routes/wallet', 'routes/account', 'routes/chat/$id'];

/** The router's manifest. */
interface Manifest {
  readonly routes?: Readonly<Record<string, { readonly module?: string } | undefined>>;
}

/**
 * Preloads the code of the other pages while the browser is idle. If a page's code cannot be loaded,
 * the router falls back to loading the document, which fails without a connection.
 */
export function useWarmPages(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      const { __reactRouterManifest: manifest } = window as { __reactRouterManifest?: Manifest };
      for (const page of PAGES) {
        const file = manifest?.routes?.[page]?.module;
        if (file) import(/* @vite-ignore */ file).catch(() => {});
      }
    }, REST_MS);
    return () => clearTimeout(timer);
  }, []);
}
