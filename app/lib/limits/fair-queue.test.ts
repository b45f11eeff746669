import { expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';

function drained(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

test('places are served in turn, each in order of arrival', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3']) queue.push(['a'], item);
  for (const item of ['b1', 'b2']) queue.push(['b'], item);
  queue.push(['c'], 'c1');
  expect(queue.size).toBe(6);
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect([queue.size, queue.shift(), queue.drop()]).toEqual([0, undefined, undefined]);
});

test('a site with many networks has one turn, shared by its networks', () => {
  const queue = new FairQueue<string>();
  for (const network of ['1', '2', '3']) queue.push(['site', network], `site ${network}`);
  queue.push(['site', '1'], 'site 1 again');
  queue.push(['home'], 'home');
  expect(drained(queue)).toEqual(['site 1', 'home', 'site 2', 'site 3', 'site 1 again']);
});

test('the last item of the fullest place makes room for other places, but not for its own', () => {
  const queue = new FairQueue<string>();
  for (let each = 0; each < 4; each += 1) queue.push(['many', '1'], `many ${each}`);
  queue.push(['many', '2'], 'neighbour');
  expect(queue.yieldsTo(['many', '1'])).toBe(false);
  expect([queue.yieldsTo(['many', '2']), queue.yieldsTo(['other'])]).toEqual([true, true]);
  expect(queue.drop()).toBe('many 3');
  queue.push(['other'], 'other 1');
  queue.push(['other'], 'other 2');
  expect(queue.yieldsTo(['other'])).toBe(true);
  queue.push(['other'], 'other 3');
  expect(queue.yieldsTo(['other'])).toBe(false);
  expect(new FairQueue<string>().yieldsTo(['a'])).toBe(false);
});
