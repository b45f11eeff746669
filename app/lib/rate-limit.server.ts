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

/** The longest that one request waits for Redis; those after it do not wait. */
const REDIS_PATIENCE_MS = 1_000;

interface Counters {
  /** Of all processes; null: there is no Redis. */
  readonly shared: RateLimiterAbstract | null;
  readonly own: RateLimiterAbstract;
}

/**
 * Counts per key in windows that begin with the first turn: over all processes when `REDIS_URL` is
 * set, else, and while Redis is away, in this process. A Redis that falls silent holds up who asks
 * it then for a second, and nobody after.
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
  const { shared, own } = counters({ limit, windowMs });
  if (shared) {
    try {
      return await take(shared, key);
    } catch (error) {
      reconnectIfSilent(error);
    }
  }
  return take(own, key);
}

/** Connects at the start: what comes before the connection is there is counted in this process. */
export function connectLimits(): void {
  redisOfLimits();
}

async function take(limiter: RateLimiterAbstract, key: string): Promise<boolean> {
  try {
    await limiter.consume(key);
    return true;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return false;
    throw refusal;
  }
}

function counters({ limit, windowMs }: { limit: number; windowMs: number }): Counters {
  const made = remember('rate limiters', () => new Map<string, Counters>());
  const name = `choonsim-limit-${limit}-${windowMs}`;
  let found = made.get(name);
  if (!found) {
    const options = { keyPrefix: name, points: limit, duration: windowMs / 1000 };
    const redis = redisOfLimits();
    const shared = redis ? new RateLimiterRedis({ ...options, storeClient: redis }) : null;
    found = { shared, own: new RateLimiterMemory(options) };
    made.set(name, found);
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
      commandTimeout: REDIS_PATIENCE_MS,
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

/** A connection that looks sound and answers nothing would hold up each request anew. */
function reconnectIfSilent(error: unknown): void {
  const redis = redisOfLimits();
  if (redis?.status !== 'ready') return;
  log().warn({ err: error }, 'limits are counted in this process: Redis does not answer');
  redis.disconnect(true);
}
