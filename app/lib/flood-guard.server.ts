import type { Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { CLIENT_ADDRESS_HEADER, parseAddress } from './client-address.server.ts';
import type { LimitNotice, LimitScope } from './limit-notice.ts';
import { networkLimits } from './network-limits.server.ts';
import { readSessionToken } from './session-token.server.ts';

const WINDOW_MS = 60_000;
const CHANGES = { name: 'changes', most: 120, windowMs: WINDOW_MS, isStrict: false };
const REQUESTS = { name: 'requests', most: 1_200, windowMs: WINDOW_MS, isStrict: false };
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
/** Those who watch us all come from one address. */
const WATCHED_PATHS = ['/healthz', '/readyz', '/metrics'];

interface FloodLimit {
  readonly key: string;
  readonly most: number;
  readonly scope: LimitScope;
}

/**
 * So many requests a minute to anything that is no file; each process counts for itself. Who is signed
 * in is counted by the session, so that neighbours at one address do not keep each other out; visitors
 * are counted by their networks.
 */
export function limitRate(
  refuse: (request: Request, response: Response, notice: LimitNotice) => void,
): RequestHandler {
  const limiters = new Map<number, RateLimiterMemory>();
  const limiterOf = (most: number) => {
    const made = limiters.get(most) ?? new RateLimiterMemory({ points: most, duration: 60 });
    limiters.set(most, made);
    return made;
  };
  return async (request, response, next) => {
    if (WATCHED_PATHS.includes(request.path)) return next();
    for (const { key, most, scope } of floodLimits(request)) {
      try {
        await limiterOf(most).consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) return next(refusal);
        const retryAfterSeconds = Math.max(Math.ceil(refusal.msBeforeNext / 1000), 1);
        return refuse(request, response, { error: 'TOO_MANY_REQUESTS', scope, retryAfterSeconds });
      }
    }
    next();
  };
}

function floodLimits(request: Request): FloodLimit[] {
  const policies = SAFE_METHODS.includes(request.method) ? [REQUESTS] : [REQUESTS, CHANGES];
  const session = readSessionToken(request.headers.cookie);
  if (session !== null) {
    return policies.map(({ name, most }) => ({ key: `${name}:${session}`, most, scope: 'you' }));
  }
  const address = parseAddress(request.get(CLIENT_ADDRESS_HEADER) ?? '');
  return policies.flatMap((policy) => networkLimits(address, policy));
}
