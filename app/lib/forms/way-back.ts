import { ownPath } from './own-path.ts';

/** Where log-in leads by default. */
export const HOME = '/home';

/**
 * The log-in path for a visitor without a session, with the way back to the page. A form leads back to
 * its page, which has the same address.
 */
export function logInPath({ url }: Request): string {
  return withWayBack('/login', pageOf(new URL(url)));
}

/** The address of log-in or sign-up that keeps the way back. */
export function withWayBack(path: '/login' | '/signup', page: string): string {
  return page === HOME ? path : `${path}?${new URLSearchParams({ to: page })}`;
}

/** From the address of log-in or sign-up; home if there is none, or it leads elsewhere. */
export function wayBack(search: URLSearchParams): string {
  const page = ownPath(search.get('to') ?? '');
  return page === '/' ? HOME : page;
}

/** The page, whether its document or only its data was requested. */
function pageOf({ pathname, searchParams }: URL): string {
  const parameters = new URLSearchParams(searchParams);
  parameters.delete('_routes');
  const page = pathname.replace(/(\/_)?\.data$/, '');
  return parameters.size > 0 ? `${page}?${parameters}` : page || '/';
}
