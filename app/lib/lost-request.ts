import { data, isRouteErrorResponse } from 'react-router';
import type { ShownError } from './form-error.ts';
import { readLimitNotice } from './limit-notice.ts';

/** What browsers say where there was no answer, in the order Chromium, Firefox, Safari. */
const NO_ANSWER = /^(Failed to fetch|NetworkError|Load failed|The network connection was lost)/;
/** The router, of an answer that ended before its end. */
const CUT_OFF = 'Unable to decode turbo-stream response';
const TOO_MANY = 429;

/** No answer, half of one, or one that is not the app's: of a proxy whose server is away. */
export function isLostRequest(error: unknown): boolean {
  if (isRouteErrorResponse(error)) return error.status >= 500;
  if (error instanceof TypeError) return NO_ANSWER.test(error.message);
  return error instanceof Error && error.message === CUT_OFF;
}

/** Whether the same request may succeed later; a page that is not there will not be. */
export function mayPass(error: unknown): boolean {
  if (!isRouteErrorResponse(error)) return error instanceof Error;
  return error.status >= 500 || error.status === TOO_MANY;
}

/**
 * Sends a form. When it is lost, that is a refusal like any other, beside what was typed, and not
 * the end of the page.
 */
export async function orRefused<Answer, Refusal>(
  send: () => Promise<Answer>,
  refuse: (error: ShownError) => Refusal,
) {
  try {
    return await send();
  } catch (cause) {
    const isTooMany = isRouteErrorResponse(cause) && cause.status === TOO_MANY;
    if (!isTooMany && !isLostRequest(cause)) throw cause;
    // With the status of an error: after a success the router would load the page again.
    const error = isTooMany ? (readLimitNotice(cause.data) ?? 'TOO_MANY_REQUESTS') : 'FAILED';
    return data(refuse(error), { status: 503 });
  }
}
