import { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { env } from './env.server.ts';
import { log } from './log.server.ts';
import { remember } from './remember.server.ts';

/**
 * Counts per key in windows that begin with the first turn: over all processes when `REDIS_URL` is
 * set, else, and while Redis is away, in this process.
 * @returns whether one more is within the limit (and counts it)
 */
export async function takeTurn({
  key,
  limit,
  windowMs,
}: {
  key: string;
  limit: number;
  windowMs: number;
}): Promise<boolean> {
  try {
    await limiter({ limit, windowMs }).consume(key);
    return true;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return false;
    throw refusal;
  }
}

function limiter({ limit, windowMs }: { limit: number; windowMs: number }): RateLimiterAbstract {
  const limiters = remember('rate limiters', () => new Map<string, RateLimiterAbstract>());
  const name = `choonsim-limit-${limit}-${windowMs}`;
  let found = limiters.get(name);
  if (!found) {
    const options = { keyPrefix: name, points: limit, duration: windowMs / 1000 };
    const inMemory = new RateLimiterMemory(options);
    const redis = redisOfLimits();
    found = redis
      ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: inMemory })
      : inMemory;
    limiters.set(name, found);
  }
  return found;
}

/** Fails at once while it is away: a sign-up does not wait for it. */
function redisOfLimits(): Redis | null {
  return remember('redis of limits', () => {
    const { redisUrl } = env();
    if (redisUrl === null) return null;
    const redis = new Redis(redisUrl, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 1_000,
    });
    let isAway = false;
    redis.on('ready', () => {
      isAway = false;
    });
    redis.on('error', (error) => {
      if (!isAway) log().warn({ err: error }, 'limits are counted in this process: no Redis');
      isAway = true;
    });
    return redis;
  });
}
