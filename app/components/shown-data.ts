import { useEffect } from 'react';
import { type DataStrategyResult, useLocation, useMatches } from 'react-router';
import { mayPass } from '../lib/forms/lost-request.ts';

type Results = Record<string, DataStrategyResult>;

interface Shown {
  /** Path and search. */
  readonly address: string;
  /** One entry per route, from the root to the page. */
  readonly routes: readonly { readonly id: string; readonly data: unknown }[];
}

let shown: Shown = { address: '', routes: [] };

/** Remembers the page's loader data for {@link keepShownData}. */
export function useShownData(): void {
  const { pathname, search } = useLocation();
  const matches = useMatches();
  useEffect(() => {
    const routes = matches.map(({ id, loaderData }) => ({ id, data: loaderData }));
    shown = { address: pathname + search, routes };
  }, [pathname, search, matches]);
}

/**
 * If a reload fails, keeps the data already shown: for the layouts around every page, so that a lost
 * request costs only the page that was requested, and for the page itself if it was only refreshed.
 */
export function keepShownData(url: URL, results: Results): void {
  const isRefresh = url.pathname + url.search === shown.address;
  for (const [index, { id, data }] of shown.routes.entries()) {
    const isFrame = index < shown.routes.length - 1;
    const result = results[id];
    if (result?.type !== 'error' || data === undefined || !mayPass(result.result)) continue;
    if (isFrame || isRefresh) results[id] = { type: 'data', result: data };
  }
}
