import { expect, it } from 'vitest';
import { afterBegun, afterRefused, areRefused, beginsAt, noRefusals } from './refusal-break.ts';

const ofAnn = afterRefused(noRefusals, 'ann', 1_000);
const ofBoth = afterRefused(ofAnn, 'bob', 2_000);

it('one refused wallet, however often, keeps no other from being tried again', () => {
  expect(areRefused(afterRefused(ofAnn, 'ann', 3_000))).toBe(false);
  expect(beginsAt(ofAnn, 1_000)).toBe('all');
  expect(afterBegun(ofAnn, 1_000)).toBe(ofAnn);
});

it('after a second one, one of those refused is tried again ten seconds later', () => {
  expect(areRefused(ofBoth)).toBe(true);
  expect(beginsAt(ofBoth, 11_999)).toBe('untried');
  expect(beginsAt(ofBoth, 12_000)).toBe('one');
});

it('those that were under way do not prolong the break', () => {
  expect(afterRefused(ofBoth, 'cleo', 9_000)).toBe(ofBoth);
});

it('each one tried again doubles the break, up to ten minutes; a new one in between does not', () => {
  let refusals = ofBoth;
  const breaks: number[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    const nowMs = refusals.notBeforeMs;
    expect(afterBegun(refusals, nowMs - 1)).toBe(refusals);
    refusals = afterBegun(refusals, nowMs);
    expect(beginsAt(refusals, refusals.notBeforeMs - 1)).toBe('untried');
    breaks.push((refusals.notBeforeMs - nowMs) / 1_000);
  }
  expect(breaks).toEqual([20, 40, 80, 160, 320, 600, 600, 600]);
});
