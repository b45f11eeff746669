import { useEffect } from 'react';

/** Well after the page is alive: what is fetched now is in nobody's way. */
const REST_MS = 5_000;
const PAGES = ['routes/home', 'routes/wallet', 'routes/account', 'routes/chat/$id'];

/** The router's own list of its files. */
interface Manifest {
  readonly routes?: Readonly<Record<string, { readonly module?: string } | undefined>>;
}

/**
 * Fetches the code of the other pages while the visitor rests. A page whose code is missing when it
 * is asked for has the router load the whole document, and without a connection there is none.
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
