import { describe, expect, it } from 'vitest';
import { simulate } from './simulation.ts';

describe('a simulation', { timeout: 60_000 }, () => {
  it('gives the same run for the same seed', async () => {
    const first = await simulate(7);
    await simulate(8);
    expect(await simulate(7)).toEqual(first);
    expect(first.violations).toEqual([]);
  });

  it('gives the same run with web processes that seal keys outside of its clock', async () => {
    const event = 'process that seals to another key';
    const first = await simulate(1, { event });
    expect(await simulate(1, { event })).toEqual(first);
    expect(first.violations).toEqual([]);
    expect(first.counts.get(`event: ${event}`)).toBeGreaterThan(0);
    expect(
      first.trace.filter((line) => line.includes('the workers open what is sealed to')),
    ).not.toEqual([]);
  });
});
