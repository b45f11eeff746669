import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { createReadableStreamFromReadable } from '@react-router/node';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import {
  type EntryContext,
  type HandleErrorFunction,
  isRouteErrorResponse,
  ServerRouter,
} from 'react-router';
import { logFailure } from './lib/database/log-failure.server.ts';
import { waitSecondsOf } from './lib/limits/page-wait.server.ts';
import { log } from './lib/log.server.ts';

export const streamTimeout = 5_000;

export default function handleRequest(
  request: Request,
  statusCode: number,
  headers: Headers,
  routerContext: EntryContext,
): Promise<Response> {
  const nonce = randomBytes(16).toString('base64');
  let status = statusCode;
  headers.set('Content-Type', 'text/html; charset=utf-8');
  headers.set('Content-Security-Policy', contentSecurityPolicy(nonce));
  // Pages show a user's current data; otherwise going back would show a cached copy.
  headers.set('Cache-Control', 'private, no-store');
  const waitSeconds = status === 429 ? waitSecondsOf(routerContext.staticHandlerContext) : null;
  if (waitSeconds) headers.set('Retry-After', waitSeconds);
  if (request.method === 'HEAD') return Promise.resolve(new Response(null, { status, headers }));

  // Search engines do not wait for streamed content.
  const readyEvent = isbot(request.headers.get('user-agent')) ? 'onAllReady' : 'onShellReady';
  return new Promise((resolve, reject) => {
    let isShellSent = false;
    const { pipe, abort } = renderToPipeableStream(
      <ServerRouter context={routerContext} url={request.url} nonce={nonce} />,
      {
        nonce,
        [readyEvent]() {
          isShellSent = true;
          const body = new PassThrough({
            final(done) {
              clearTimeout(timeout);
              done();
            },
          });
          pipe(body);
          resolve(new Response(createReadableStreamFromReadable(body), { status, headers }));
        },
        onShellError: reject,
        onError(error: unknown) {
          status = 500;
          // An error before the shell rejects the promise and is logged by handleError.
          if (isShellSent && !request.signal.aborted)
            log().error({ err: error }, 'a page could not be rendered to its end');
        },
      },
    );
    const timeout = setTimeout(abort, streamTimeout + 1_000);
  });
}

/** Scripts must be ours or carry this response's nonce; inline styles only as attributes. */
function contentSecurityPolicy(nonce: string): string {
  const base = "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
  const rest = "object-src 'none'; img-src 'self' data:; style-src-attr 'unsafe-inline'";
  if (import.meta.env.DEV) return base.replace("default-src 'self'; ", '');
  return `${base}; ${rest}; script-src 'self' 'nonce-${nonce}'`;
}

export const handleError: HandleErrorFunction = (error, { request }) => {
  // A client that disconnected or a page that does not exist is not an error of the server.
  if (request.signal.aborted) return;
  if (isRouteErrorResponse(error) && error.status < 500) return;
  const path = new URL(request.url).pathname;
  logFailure({ error, message: 'request failed', path });
};
