import { ownPath } from './own-path.ts';

/** Where log-in leads when nothing else was asked for. */
export const HOME = '/home';

/**
 * Where log-in sends a visitor who was kept from a page, with the way back to it. A form leads back to
 * its page, which has the same address.
 */
export function logInPath({ url }: Request): string {
  return withWayBack('/login', pageOf(new URL(url)));
}

/** The same form's address, and the other's, keep the way back. */
export function withWayBack(path: '/login' | '/signup', page: string): string {
  return page === HOME ? path : `${path}?${new URLSearchParams({ to: page })}`;
}

/** Read from the address of log-in or sign-up; home where there is none, or one that leads elsewhere. */
export function wayBack(search: URLSearchParams): string {
  const page = ownPath(search.get('to') ?? '');
  return page === '/' ? HOME : page;
}

/** The page, whether its document or only its data was asked for. */
function pageOf({ pathname, searchParams }: URL): string {
  const parameters = new URLSearchParams(searchParams);
  parameters.delete('_routes');
  const page = pathname.replace(/(\/_)?\.data$/, '');
  return parameters.size > 0 ? `${page}?${parameters}` : page || '/';
}
