import { isRouteErrorResponse, type StaticHandlerContext } from 'react-router';
import { limitHeaders, readLimitNotice } from '../forms/limit-notice.ts';

/**
 * The time to wait that the routes of a limited page (429) have set: in a document React Router drops all of their
 * headers but cookies.
 * @returns the value of `Retry-After`, or null
 */
export function waitSecondsOf({
  actionHeaders,
  loaderHeaders,
  errors,
}: Pick<StaticHandlerContext, 'actionHeaders' | 'loaderHeaders' | 'errors'>): string | null {
  for (const headers of Object.values({ ...loaderHeaders, ...actionHeaders })) {
    const wait = headers.get('Retry-After');
    if (wait !== null) return wait;
  }
  for (const error of Object.values(errors ?? {})) {
    const notice = isRouteErrorResponse(error) ? readLimitNotice(error.data) : null;
    if (notice) return limitHeaders(notice)['Retry-After'] ?? null;
  }
  return null;
}
