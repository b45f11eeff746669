import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { bodyLimitBytes, findDoor, METHODS, SAFE_METHODS } from '../forms/doors.ts';
import {
  ADDRESS_MAX_LENGTH,
  HEADER_MAX_LENGTHS,
  SEGMENT_MAX_LENGTH,
} from '../forms/field-lengths.ts';
import { findQueryError } from '../forms/read-fields.server.ts';

/** For responses that are no page: nothing may be loaded, no site may frame it. */
const HEADERS_OF_NO_PAGE = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const;

/** Headers of every response; a page's Content-Security-Policy with its nonce is in entry.server.tsx. */
export function securityHeaders({ isHttps }: { isHttps: boolean }): RequestHandler {
  const helmetHeaders = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: isHttps && { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    const { writeHead } = response;
    // When the response is written: a page has set its own policy, and a file its caching.
    Object.assign(response, {
      writeHead(...parts: unknown[]) {
        if (!response.headersSent) setUnlessTold(response, HEADERS_OF_NO_PAGE);
        return Reflect.apply(writeHead, response, parts);
      },
    });
    response.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
    helmetHeaders(request, response, next);
  };
}

function setUnlessTold(response: Response, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!response.hasHeader(name)) response.setHeader(name, value);
  }
}

/**
 * Rejects requests that another site makes a visitor's browser send, on every route that changes anything.
 * Browsers state where a request comes from, and no page can change that; programs state nothing and
 * carry no visitor's cookie.
 */
export function refuseCrossSite({
  publicOrigin,
  refuse,
}: {
  publicOrigin: string | null;
  refuse: Refuse;
}): RequestHandler {
  return (request, response, next) => {
    if (SAFE_METHODS.includes(request.method) || isOurOwn(request, publicOrigin)) return next();
    return refuse(request, response, {
      status: 403,
      kind: 'foreign',
      error: 'CROSS_SITE_REQUEST',
      message: 'Cross-site requests are rejected here. Send it from a page of this site.',
    });
  };
}

function isOurOwn(request: Request, publicOrigin: string | null): boolean {
  const site = request.get('sec-fetch-site');
  // Another application on a sibling domain counts as another site.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.get('origin');
  if (origin === undefined) return true;
  if (publicOrigin !== null) return origin === publicOrigin;
  return URL.canParse(origin) && new URL(origin).host === request.get('host');
}

/**
 * Rejects methods that no route has and hosts that are invalid in a URL: later code would throw.
 * @param publicOrigin its host replaces whatever a proxy sends. Null: the server is for this machine
 * only, and another site's page must not reach it by a name of its own (DNS rebinding)
 */
export function guardMethodAndHost({
  publicOrigin,
  refuse,
}: {
  publicOrigin: string | null;
  refuse: Refuse;
}): RequestHandler {
  return (request, response, next) => {
    if (!METHODS.includes(request.method)) {
      return refuse(request, response, methodRefusal(response, METHODS));
    }
    const hosts = request.rawHeaders.filter((text, at) => at % 2 === 0 && /^host$/i.test(text));
    const isNamed = publicOrigin !== null || isLoopbackHost(request.get('host') ?? '');
    if (hosts.length <= 1 && isNamed) return next();
    response.set('Connection', 'close');
    const message =
      publicOrigin === null
        ? 'Open this server as http://localhost with its port, or set BETTER_AUTH_URL to its address.'
        : 'Send one Host header.';
    const error = 'HOST_INVALID';
    return refuse(request, response, {
      status: 400,
      kind: 'header',
      error,
      field: 'host',
      message,
    });
  };
}

/** Rejects a method that the address does not have, which the router would call a server error. */
export function guardMethodOfDoor(refuse: Refuse): RequestHandler {
  return (request, response, next) => {
    const { methods } = findDoor(request.path) ?? { methods: METHODS };
    if (methods.includes(request.method)) return next();
    return refuse(request, response, methodRefusal(response, methods));
  };
}

/** Sets the header that belongs to it. */
function methodRefusal(response: Response, methods: readonly string[]): Refusal {
  const allowed = methods.join(', ');
  response.set({ Allow: allowed, Connection: 'close' });
  const message = `Use ${allowed}.`;
  return { status: 405, kind: 'address', error: 'METHOD_NOT_ALLOWED', message };
}

function isLoopbackHost(host: string): boolean {
  return (
    /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host) &&
    URL.canParse(`http://${host}`)
  );
}

/** Why a request is rejected: a code for programs, a kind of sentence for people. */
export interface Refusal {
  readonly status: number;
  readonly kind: 'address' | 'header' | 'body' | 'foreign';
  readonly error: string;
  readonly field?: string;
  readonly message: string;
}

type Refuse = (request: Request, response: Response, refusal: Refusal) => void | Promise<void>;

/**
 * Rejects overlong input before anything else reads it: address, headers, query and body are limited by
 * their door (`doors.ts`). Bodies are read into memory, so their length must be declared.
 */
export function guardLengths(refuse: Refuse): RequestHandler {
  return (request, response, next) => {
    const refusal = findLength(request);
    if (!refusal) return next();
    // The unread body stays in the connection, where it would be taken for the next request.
    response.set('Connection', 'close');
    return refuse(request, response, refusal);
  };
}

function findLength(request: Request): Refusal | null {
  const { url } = request;
  const [path = ''] = url.split('?', 1);
  const isLongPath = path.split('/').some((segment) => segment.length > SEGMENT_MAX_LENGTH);
  if (url.length > ADDRESS_MAX_LENGTH || isLongPath) {
    const message = 'Use a shorter address.';
    return { status: 414, kind: 'address', error: 'ADDRESS_TOO_LONG', message };
  }
  if (!isPlainPath(path)) {
    const message =
      'Send the path without "." and ".." segments, backslashes and control characters.';
    return { status: 400, kind: 'address', error: 'ADDRESS_INVALID', message };
  }
  const long = Object.entries(HEADER_MAX_LENGTHS).find(
    ([name, greatest]) => (request.get(name)?.length ?? 0) > greatest,
  );
  if (long) {
    const [field, greatest] = long;
    const message = `The header "${field}" can have up to ${greatest} characters.`;
    return { status: 431, kind: 'header', error: 'HEADER_TOO_LONG', field, message };
  }
  const door = findDoor(path);
  if (!door) {
    const message = 'There is no such address.';
    return { status: 404, kind: 'address', error: 'NOT_FOUND', message };
  }
  const query = new URLSearchParams(url.slice(path.length));
  // Other sites add their own query parameters to links to pages; they are ignored.
  const error = findQueryError(query, { rules: door.query, isStrict: !door.isOpen });
  if (error) {
    const { code, field, message } = error;
    return { status: 400, kind: 'address', error: code, field, message };
  }
  if (request.get('transfer-encoding') !== undefined) {
    const message = 'Send Content-Length.';
    return { status: 411, kind: 'body', error: 'LENGTH_REQUIRED', message };
  }
  const most = bodyLimitBytes(door);
  if (Number(request.get('content-length') ?? 0) > most) {
    const message = `The body can have up to ${most} bytes at this address.`;
    return { status: 413, kind: 'body', error: 'BODY_TOO_LARGE', message };
  }
  return null;
}

/** Whether every reader finds the same door: a URL parser would resolve what this guard does not. */
function isPlainPath(path: string): boolean {
  const base = 'http://localhost';
  return URL.canParse(path, base) && new URL(path, base).pathname === path && !/%00/.test(path);
}
