import { expect, test } from 'vitest';
import { shownDetail } from './wallet-story.server.ts';

test('what came of an action is told by name; of a list how many, of nothing nothing', () => {
  expect(shownDetail({ changed: 1 })).toEqual([{ name: 'changed', value: '1' }]);
  expect(shownDetail({ setAside: ['a', 'b'], paused: null })).toEqual([
    { name: 'setAside', value: '2' },
  ]);
  expect(shownDetail({})).toEqual([]);
});
