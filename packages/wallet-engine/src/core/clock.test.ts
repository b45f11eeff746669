import { describe, expect, it } from 'vitest';
import { steadyNow, systemClock } from './clock.ts';

const hourMs = 3_600_000;

describe('steadyNow', () => {
  const clockFrom = (wallMs: number) => {
    const at = { wallMs, runningMs: 500.25 };
    const now = steadyNow({ wallMs: () => at.wallMs, runningMs: () => at.runningMs });
    const pass = (ms: number) => {
      at.wallMs += ms;
      at.runningMs += ms;
    };
    return { at, now, pass };
  };

  it('is the wall clock', () => {
    const { now, pass } = clockFrom(1_000_000);
    expect(now()).toBe(1_000_000);
    pass(250);
    expect(now()).toBe(1_000_250);
  });

  it('continues from its last value when the wall clock is set back by hours', () => {
    const { at, now, pass } = clockFrom(10 * hourMs);
    at.wallMs -= 5 * hourMs;
    expect(now()).toBe(10 * hourMs);
    pass(2_000);
    expect(now()).toBe(10 * hourMs + 2_000);
  });

  it('follows the wall clock when it is set forward or the machine slept', () => {
    const { at, now, pass } = clockFrom(hourMs);
    at.wallMs += 8 * hourMs;
    expect(now()).toBe(9 * hourMs);
    pass(1_000);
    expect(now()).toBe(9 * hourMs + 1_000);
  });

  it('agrees with Date.now() in the clock of the system', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
  });
});
