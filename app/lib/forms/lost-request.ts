import { data, isRouteErrorResponse } from 'react-router';
import type { ShownError } from './form-error.ts';
import { readLimitNotice } from './limit-notice.ts';

/** Browsers' messages without a response, in the order Chromium, Firefox, Safari. */
const NO_ANSWER = /^(Failed to fetch|NetworkError|Load failed|The network connection was lost)/;
/** The router's message for a truncated response. */
const CUT_OFF = 'Unable to decode turbo-stream response';
const TOO_MANY = 429;

/** No response, a truncated one, or one of a proxy whose server is unreachable. */
export function isLostRequest(error: unknown): boolean {
  if (isRouteErrorResponse(error)) return error.status >= 500;
  if (error instanceof TypeError) return NO_ANSWER.test(error.message);
  return error instanceof Error && error.message === CUT_OFF;
}

/** Whether the same request may succeed later; false for a page that does not exist. */
export function mayPass(error: unknown): boolean {
  if (!isRouteErrorResponse(error)) return error instanceof Error;
  return error.status >= 500 || error.status === TOO_MANY;
}

/**
 * Sends a form. If it is lost, that is an error like any other, beside the input, and does not replace
 * the page.
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
    // With the status of an error: after a success the router would reload the page.
    const error = isTooMany ? (readLimitNotice(cause.data) ?? 'TOO_MANY_REQUESTS') : 'FAILED';
    return data(refuse(error), { status: 503 });
  }
}
