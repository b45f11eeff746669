/** What happened within one interval. */
export interface TrendPoint {
  /** Start of the interval, ms. */
  readonly fromMs: number;
  readonly ready: number;
  readonly failed: number;
  /** Of those that became READY, those taken from the stock. */
  readonly taken: number;
  /** Wallets added to the stock. */
  readonly filled: number;
  /** From the request to READY, ms; null if none became READY. */
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  /** Failed attempts among all that ended, 0 to 1; null if none ended. */
  readonly failureRate: number | null;
}

/** The stock at the end of each interval, computed backwards from the current one. */
export function stockOverTime(trend: readonly TrendPoint[], readyNow: number): number[] {
  let ready = readyNow;
  return trend
    .toReversed()
    .map(({ taken, filled }) => {
      const atEnd = ready;
      ready = Math.max(ready + taken - filled, 0);
      return atEnd;
    })
    .toReversed();
}

/** 96 points: one day, narrow enough for a phone's screen. */
export const trendPoints = 96;
export const trendStepMs = 15 * 60_000;
export const trendSpanMs = trendPoints * trendStepMs;

/** Durations are counted in buckets a tenth wide: a day of any size takes a few kilobytes. */
const growth = Math.log(1.1);

interface Bucket {
  ready: number;
  failed: number;
  taken: number;
  filled: number;
  readonly durations: Map<number, number>;
}

/** Aggregates the ends of attempts over the last day. */
export class WalletTrend {
  readonly #buckets = new Map<number, Bucket>();

  /** @param tookMs from the request to READY; null if unknown */
  addReady({ atMs, tookMs }: { atMs: number; tookMs: number | null }): void {
    const bucket = this.#at(atMs);
    bucket.ready += 1;
    if (tookMs === null) return;
    const step = Math.floor(Math.log(Math.max(tookMs, 1)) / growth);
    bucket.durations.set(step, (bucket.durations.get(step) ?? 0) + 1);
  }

  /** Taken from the stock, without waiting. */
  addTaken({ atMs }: { atMs: number }): void {
    this.addReady({ atMs, tookMs: 0 });
    this.#at(atMs).taken += 1;
  }

  addFilled({ atMs }: { atMs: number }): void {
    this.#at(atMs).filled += 1;
  }

  addFailed({ atMs }: { atMs: number }): void {
    this.#at(atMs).failed += 1;
  }

  /** The intervals of the last day, oldest first, including empty ones; drops older ones. */
  points(nowMs: number): TrendPoint[] {
    const last = Math.floor(nowMs / trendStepMs);
    for (const key of this.#buckets.keys()) {
      if (key <= last - trendPoints) this.#buckets.delete(key);
    }
    return Array.from({ length: trendPoints }, (_, index) => {
      const key = last - trendPoints + 1 + index;
      const bucket = this.#buckets.get(key);
      const { ready = 0, failed = 0, taken = 0, filled = 0 } = bucket ?? {};
      const durations = bucket?.durations ?? new Map<number, number>();
      return {
        fromMs: key * trendStepMs,
        ready,
        failed,
        taken,
        filled,
        medianMs: quantile(durations, 0.5),
        p95Ms: quantile(durations, 0.95),
        failureRate: ready + failed === 0 ? null : failed / (ready + failed),
      };
    });
  }

  #at(atMs: number): Bucket {
    const key = Math.floor(atMs / trendStepMs);
    const bucket = this.#buckets.get(key) ?? {
      ready: 0,
      failed: 0,
      taken: 0,
      filled: 0,
      durations: new Map(),
    };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

function quantile(durations: ReadonlyMap<number, number>, share: number): number | null {
  const steps = [...durations].sort(([left], [right]) => left - right);
  const total = steps.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [step, count] of steps) {
    below += count;
    if (below >= share * total) return Math.round(Math.exp((step + 0.5) * growth));
  }
  return null;
}
