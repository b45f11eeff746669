import { walletReader } from '../near/wallet-engine.server.ts';
import { remember } from '../remember.server.ts';
import { type TrendPoint, trendSpanMs, WalletTrend } from './wallet-trend.ts';

const EVENTS_AT_A_TIME = 5_000;

interface Follower {
  readonly trend: WalletTrend;
  lastEventId: number | null;
  reading: Promise<void> | null;
}

/**
 * The last day by quarter of an hour. A process's first call reads the day's events, some thousands
 * at a time; later calls read only what is new.
 */
export async function readWalletTrend(nowMs = Date.now()): Promise<TrendPoint[]> {
  const follower = remember<Follower>('wallet trend', () => ({
    trend: new WalletTrend(),
    lastEventId: null,
    reading: null,
  }));
  follower.reading ??= catchUp(follower, nowMs).finally(() => {
    follower.reading = null;
  });
  await follower.reading;
  return follower.trend.points(nowMs);
}

async function catchUp(follower: Follower, nowMs: number): Promise<void> {
  const { trend } = follower;
  const reader = walletReader();
  follower.lastEventId ??= await reader.readLastEventIdBefore(nowMs - trendSpanMs);
  for (;;) {
    const query = { id: follower.lastEventId, limit: EVENTS_AT_A_TIME };
    const events = await reader.readAllEventsAfter(query);
    for (const { id, fromStatus, toStatus, atMs, requestedAtMs, isOfStock } of events) {
      const isTaken = fromStatus === 'READY' && toStatus === 'READY';
      const tookMs = requestedAtMs === null ? null : Math.max(atMs - requestedAtMs, 0);
      if (isTaken) trend.addTaken({ atMs });
      else if (toStatus === 'READY' && isOfStock) trend.addFilled({ atMs });
      else if (toStatus === 'READY') trend.addReady({ atMs, tookMs });
      if (toStatus === 'FAILED') trend.addFailed({ atMs });
      follower.lastEventId = id;
    }
    if (events.length < EVENTS_AT_A_TIME) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
