import { expect, it } from 'vitest';
import { createOwnRequests } from './own-requests.ts';

it('knows the requests of this process in the current database', () => {
  let sinceMs = 1;
  const own = createOwnRequests({ databaseSinceMs: () => sinceMs });
  expect(own.take('ann.near')).toBe(false);
  own.begin()('ann.near');
  const remember = own.begin();
  sinceMs = 2;
  // Asked for of the one, durable when the other may have been put in its place.
  remember('bob.near');
  expect([own.take('ann.near'), own.take('bob.near')]).toEqual([false, false]);
});

it('forgets the oldest beyond the limit', () => {
  const own = createOwnRequests({ databaseSinceMs: () => 1 });
  for (let index = 0; index <= 20_000; index += 1) own.begin()(`${index}.near`);
  expect(['0.near', '1.near', '20000.near'].map(own.take)).toEqual([false, true, true]);
});

it('counts a request once, and none whose keys are requested again', () => {
  const own = createOwnRequests({ databaseSinceMs: () => 1 });
  own.begin()('ann.near');
  expect([own.take('ann.near'), own.take('ann.near')]).toEqual([true, false]);
  own.begin()('bob.near');
  own.forget('bob.near');
  expect(own.take('bob.near')).toBe(false);
});
