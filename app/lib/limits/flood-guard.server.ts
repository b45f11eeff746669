import type { Request, RequestHandler, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { SAFE_METHODS } from '../forms/doors.ts';
import type { LimitNotice, LimitScope } from '../forms/limit-notice.ts';
import { CLIENT_ADDRESS_HEADER, parseAddress } from '../http/client-address.server.ts';
import { readSessionToken } from '../sessions/session-token.server.ts';
import { findSessionUser } from '../sessions/verified-sessions.server.ts';
import { networkLimits } from './network-limits.server.ts';

const WINDOW_MS = 60_000;
const CHANGES = { name: 'changes', most: 120, windowMs: WINDOW_MS, isStrict: false };
const REQUESTS = { name: 'requests', most: 1_200, windowMs: WINDOW_MS, isStrict: false };
/** Signed-in requests of a network have its allowance this many times: sessions cost passwords. */
const SIGNED_IN_SHARE = 16;
/** Cheap, and monitoring must work during a flood. */
const UNCOUNTED_PATHS = ['/healthz', '/metrics'];
const PATHS_OF_MACHINES = [...UNCOUNTED_PATHS, '/readyz', '/api/cron/wallets'];

/** Whether the address is meant for monitoring and schedulers, not for people. */
export function isOfMachines(path: string): boolean {
  return PATHS_OF_MACHINES.includes(path);
}

interface FloodLimit {
  readonly key: string;
  readonly most: number;
  readonly scope: LimitScope;
}

/**
 * Limits requests a minute to everything except files, per process. Signed-in users are counted
 * by account, however many sessions it has, so that neighbours behind one address do
 * not lock each other out; all others by network. An invalid cookie counts as none.
 * A client over its limit waits for the end of the minute; no other does.
 * @param findUser the user of a valid session token
 */
export function limitRate(
  refuse: (request: Request, response: Response, notice: LimitNotice) => void,
  findUser: (token: string) => Promise<string | null> = findSessionUser,
): RequestHandler {
  const limiters = new Map<number, RateLimiterMemory>();
  const limiterOf = (most: number) => {
    const made = limiters.get(most) ?? new RateLimiterMemory({ points: most, duration: 60 });
    limiters.set(most, made);
    return made;
  };
  return async (request, response, next) => {
    if (UNCOUNTED_PATHS.includes(request.path)) return next();
    try {
      const token = readSessionToken(request.headers.cookie);
      const userId = token === null ? null : await findUser(token);
      for (const { key, most, scope } of floodLimits(request, userId)) {
        const { consumedPoints, msBeforeNext } = await limiterOf(most)
          .consume(key)
          .catch(asCounted);
        if (consumedPoints <= most) continue;
        const retryAfterSeconds = Math.max(Math.ceil(msBeforeNext / 1000), 1);
        return refuse(request, response, { error: 'TOO_MANY_REQUESTS', scope, retryAfterSeconds });
      }
      next();
    } catch (error) {
      next(error);
    }
  };
}

/** The library throws its counter when the limit is exceeded. */
function asCounted(thrown: unknown): RateLimiterRes {
  if (thrown instanceof RateLimiterRes) return thrown;
  throw thrown;
}

function floodLimits(request: Request, userId: string | null): FloodLimit[] {
  const policies = SAFE_METHODS.includes(request.method) ? [REQUESTS] : [REQUESTS, CHANGES];
  const address = parseAddress(request.get(CLIENT_ADDRESS_HEADER) ?? '');
  if (userId === null) return policies.flatMap((policy) => networkLimits(address, policy));
  return policies.flatMap(({ name, most, ...policy }) => [
    { key: `${name}:user:${userId}`, most, scope: 'you' as const },
    ...networkLimits(address, {
      ...policy,
      name: `${name}:signed-in`,
      most: most * SIGNED_IN_SHARE,
    }),
  ]);
}
