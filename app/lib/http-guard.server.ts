import { isIPv6 } from 'node:net';
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** The largest form or message is a tenth of it. */
export const BODY_LIMIT_BYTES = 64 * 1024;

const WRITES_PER_MINUTE = 120;
const REQUESTS_PER_MINUTE = 1_200;
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Files, data and answers for programs; a page's own policy would be met by this one beside it. */
const NO_PAGE = /^\/(api|assets)\/|\.(svg|txt|webmanifest|data)$|^\/(metrics|healthz|readyz)$/;
/** Nothing may be loaded from it, nobody may frame it. */
const NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Headers of every answer; a page's Content-Security-Policy with its nonce is in entry.server.tsx. */
export function securityHeaders({ isHttps }: { isHttps: boolean }): RequestHandler {
  const helmetHeaders = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: isHttps && { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    if (NO_PAGE.test(request.path)) response.set('Content-Security-Policy', NO_PAGE_POLICY);
    response.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
    helmetHeaders(request, response, next);
  };
}

/**
 * Refuses what another site makes a visitor's browser send, on every route that changes anything.
 * Browsers tell where a request comes from, and no page can change that; programs say nothing and
 * carry no visitor's cookie.
 */
export function refuseCrossSite({ publicOrigin }: { publicOrigin: string | null }): RequestHandler {
  return (request, response, next) => {
    if (SAFE_METHODS.includes(request.method) || isOurOwn(request, publicOrigin)) return next();
    response.status(403).json({ error: 'CROSS_SITE_REQUEST' });
  };
}

function isOurOwn(request: Request, publicOrigin: string | null): boolean {
  const site = request.get('sec-fetch-site');
  // Another application on a sibling domain is another site to us.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.get('origin');
  if (origin === undefined) return true;
  if (publicOrigin !== null) return origin === publicOrigin;
  return URL.canParse(origin) && new URL(origin).host === request.get('host');
}

/** Bodies are read whole into memory: their length must be told, and is small. */
export const limitBody: RequestHandler = (request, response, next) => {
  if (request.get('transfer-encoding') !== undefined) {
    response.status(411).json({ error: 'LENGTH_REQUIRED' });
  } else if (Number(request.get('content-length') ?? 0) > BODY_LIMIT_BYTES) {
    // What is not read stays in the connection, where it would be taken for the next request.
    response.set('Connection', 'close').status(413).json({ error: 'BODY_TOO_LARGE' });
  } else next();
};

/** So many requests from one address to anything that is no file; each process counts for itself. */
export function limitRate(): RequestHandler {
  const writes = new RateLimiterMemory({ points: WRITES_PER_MINUTE, duration: 60 });
  const all = new RateLimiterMemory({ points: REQUESTS_PER_MINUTE, duration: 60 });
  return async (request, response, next) => {
    // Those who watch us all come from one address.
    if (['/healthz', '/readyz', '/metrics'].includes(request.path)) return next();
    const key = addressKey(request.ip ?? 'unknown');
    try {
      await all.consume(key);
      if (!SAFE_METHODS.includes(request.method)) await writes.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) return next(refusal);
      response.set('Retry-After', String(Math.ceil(refusal.msBeforeNext / 1000)));
      return void response.status(429).json({ error: 'TOO_MANY_REQUESTS' });
    }
    next();
  };
}

/** A household has a whole IPv6 network of 64 bits: counted as one. */
function addressKey(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(8 - groups.length - rest.length, 0) }, () => '0');
  return [...groups, ...(address.includes('::') ? zeros : []), ...rest].slice(0, 4).join(':');
}
