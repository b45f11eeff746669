import { AsyncLocalStorage } from 'node:async_hooks';
import { isApiPath } from '../forms/doors.ts';

/** Code of a 503 for programs: nothing was done, the same request may succeed soon. */
export const BUSY_CODE = 'BUSY';
export const RETRY_AFTER_SECONDS = 2;

/** Whether the database gave up on something during this request. */
const current = new AsyncLocalStorage<{ isDatabaseBusy: boolean }>();

/** Called by the database adapters, because code in between may replace the error. */
export function noteDatabaseBusy(): void {
  const request = current.getStore();
  if (request) request.isDatabaseBusy = true;
}

/**
 * Answers a request. If it failed because the database did not answer, the response becomes a 503 with
 * `Retry-After`, whatever the code in between made of it: a page keeps its body, a program gets a code.
 */
export function answerWhenFree(
  request: Request,
  answer: () => Promise<Response>,
): Promise<Response> {
  const state = { isDatabaseBusy: false };
  return current.run(state, async () => {
    const response = await answer();
    if (state.isDatabaseBusy && response.status >= 400) return asBusy(request, response);
    if (response.status === 503 && !response.headers.has('Retry-After')) {
      response.headers.set('Retry-After', String(RETRY_AFTER_SECONDS));
    }
    return response;
  });
}

function asBusy(request: Request, response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set('Retry-After', String(RETRY_AFTER_SECONDS));
  headers.set('Cache-Control', 'no-store');
  // What they refer to, such as a session, was not stored.
  headers.delete('Set-Cookie');
  if (!isApiPath(new URL(request.url).pathname)) {
    return new Response(response.body, { status: 503, headers });
  }
  for (const name of ['Content-Length', 'Content-Type']) headers.delete(name);
  return Response.json({ error: BUSY_CODE, code: BUSY_CODE }, { status: 503, headers });
}
