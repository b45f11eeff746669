import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFairTurns } from './fair-turns.server.ts';

test('work after a full turn waits for the next turn, in which all pieces share again', async () => {
  let nowMs = 0;
  const turns = createFairTurns(() => nowMs);
  const done: [piece: number, turn: number][] = [];
  let turn = 0;
  const piece = async (number: number) => {
    const wait = turns.wait();
    if (wait) await wait;
    done.push([number, turn]);
    nowMs += 10;
  };
  const all = Promise.all([1, 2, 3, 4, 5].map(piece));
  for (turn = 1; done.length < 5; turn += 1) await nextTurn();
  await all;
  // Two fill the 15 ms; the third waits for its own turn.
  expect(done.map(([number]) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(done.slice(0, 2).map(([, at]) => at)).toEqual([0, 0]);
  expect(new Set(done.map(([, at]) => at)).size).toBe(3);
});

test('a turn that has just begun delays nothing', async () => {
  const turns = createFairTurns(() => 0);
  for (let piece = 0; piece < 100; piece += 1) expect(turns.wait()).toBeNull();
  await nextTurn();
  expect(turns.wait()).toBeNull();
});
