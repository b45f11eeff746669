import { useEffect } from 'react';
import { type DataStrategyResult, useLocation, useMatches } from 'react-router';
import { mayPass } from '../lib/lost-request.ts';

type Results = Record<string, DataStrategyResult>;

interface Shown {
  /** Path and search. */
  readonly address: string;
  /** By route, from the root to the page. */
  readonly routes: readonly { readonly id: string; readonly data: unknown }[];
}

let shown: Shown = { address: '', routes: [] };

/** Remembers what the page shows, for {@link keepShownData}. */
export function useShownData(): void {
  const { pathname, search } = useLocation();
  const matches = useMatches();
  useEffect(() => {
    const routes = matches.map(({ id, loaderData }) => ({ id, data: loaderData }));
    shown = { address: pathname + search, routes };
  }, [pathname, search, matches]);
}

/**
 * What could not be loaded again stays as it is shown: the frames around every page, so that a lost
 * request costs no more than the page that was asked for; and the page itself when it was only to be
 * refreshed.
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
