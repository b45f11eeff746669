import { describe, expect, it } from 'vitest';
import { stockOverTime, trendPoints, trendStepMs, WalletTrend } from './wallet-trend.ts';

const nowMs = 1_000 * trendStepMs + 5;

describe('the trend of the last day', () => {
  it('has a point for every quarter of an hour, the newest last', () => {
    const trend = new WalletTrend();
    trend.addReady({ atMs: nowMs, tookMs: 2_000 });
    trend.addFailed({ atMs: nowMs - trendStepMs });
    const points = trend.points(nowMs);
    expect(points).toHaveLength(trendPoints);
    expect(points.at(-1)).toMatchObject({ fromMs: nowMs - 5, ready: 1, failureRate: 0 });
    expect(points.at(-2)).toMatchObject({ failed: 1, failureRate: 1, medianMs: null });
    expect(points[0]).toMatchObject({ ready: 0, failed: 0, failureRate: null, p95Ms: null });
  });

  it('reports the median and the 95th percentile to within a tenth', () => {
    const trend = new WalletTrend();
    for (let index = 1; index <= 100; index += 1) {
      trend.addReady({ atMs: nowMs, tookMs: index <= 90 ? 3_000 : 40_000 });
    }
    const point = trend.points(nowMs).at(-1);
    expect(Math.abs(Number(point?.medianMs) - 3_000)).toBeLessThan(300);
    expect(Math.abs(Number(point?.p95Ms) - 40_000)).toBeLessThan(4_000);
  });

  it('drops older events, and counts a wallet without a request time', () => {
    const trend = new WalletTrend();
    trend.addReady({ atMs: nowMs, tookMs: null });
    expect(trend.points(nowMs).at(-1)).toMatchObject({ ready: 1, medianMs: null });
    expect(trend.points(nowMs + trendPoints * trendStepMs).some(({ ready }) => ready > 0)).toBe(
      false,
    );
    expect(trend.points(nowMs).some(({ ready }) => ready > 0)).toBe(false);
  });
});

describe('the stock over the last day', () => {
  it('is computed backwards from now, and never below zero', () => {
    const trend = new WalletTrend();
    trend.addFilled({ atMs: nowMs });
    trend.addTaken({ atMs: nowMs - trendStepMs });
    trend.addTaken({ atMs: nowMs - trendStepMs });
    for (let filled = 0; filled < 9; filled += 1)
      trend.addFilled({ atMs: nowMs - 2 * trendStepMs });
    const stock = stockOverTime(trend.points(nowMs), 3);
    expect(stock.slice(-4)).toEqual([0, 4, 2, 3]);
  });
});
