import { expect, test } from 'vitest';
import { shownDetail } from './wallet-story.server.ts';

test('the outcome of an action is shown by name, of a list as a count, of nothing as nothing', () => {
  expect(shownDetail({ changed: 1 })).toEqual([{ name: 'changed', value: '1' }]);
  expect(shownDetail({ setAside: ['a', 'b'], paused: null })).toEqual([
    { name: 'setAside', value: '2' },
  ]);
  expect(shownDetail({})).toEqual([]);
});
