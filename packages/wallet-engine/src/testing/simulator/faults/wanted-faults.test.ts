import { expect, it } from 'vitest';
import { isWanted } from './wanted-faults.ts';

it.each([
  ['restored backup, lane keys removed', true],
  ['restored backup,lane keys removed', true],
  ['keys removed', true],
  ['restored backup', false],
  [null, false],
])('of the events %j the removal of lane keys is wanted: %s', (event, wanted) => {
  expect(isWanted({ event }, 'lane keys removed')).toBe(wanted);
});
