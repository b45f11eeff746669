import { expect, test } from 'vitest';
import { AttemptsUnderWay } from './attempts-under-way.server.ts';

const turn = () => new Promise(setImmediate);

/** At most `atOnce` at a time under one key, while nothing is counted. */
function enterOne(attempts: AttemptsUnderWay, { key = 'a', atOnce = 1 } = {}) {
  return attempts.enter({
    keys: [key],
    ask:
      async () =>
      ({ underWay }) =>
        underWay(key) < atOnce ? 'enter' : { waitFor: key },
  });
}

test('an attempt without room waits until another ends; other keys do not wait', async () => {
  const attempts = new AttemptsUnderWay();
  const leave = await enterOne(attempts);
  let isIn = false;
  const second = enterOne(attempts).then((leaveToo) => {
    isIn = true;
    return leaveToo;
  });
  (await enterOne(attempts, { key: 'b' }))();
  await turn();
  expect(isIn).toBe(false);
  leave();
  (await second)();
  expect(isIn).toBe(true);
  (await enterOne(attempts))();
});

test('of many waiting attempts no more enter than there is room for', async () => {
  const attempts = new AttemptsUnderWay();
  let inside = 0;
  let most = 0;
  const one = async () => {
    const leave = await enterOne(attempts, { atOnce: 3 });
    inside += 1;
    most = Math.max(most, inside);
    await turn();
    inside -= 1;
    leave();
  };
  await Promise.all(Array.from({ length: 60 }, one));
  expect(most).toBe(3);
});

test('counters read before another attempt ended are read again if that matters', async () => {
  const attempts = new AttemptsUnderWay();
  const leave = await enterOne(attempts, { atOnce: 2 });
  let asked = 0;
  const entering = attempts.enter({
    keys: ['a'],
    async ask() {
      asked += 1;
      await turn();
      return ({ isFresh }) => (isFresh ? 'enter' : 'ask again');
    },
  });
  leave();
  (await entering)();
  expect(asked).toBe(2);
});

test('beyond the maximum the response is an immediate 503, and a rejection leaves nothing behind', async () => {
  const attempts = new AttemptsUnderWay();
  const leave = await enterOne(attempts);
  const waiting = Array.from({ length: 199 }, () => enterOne(attempts));
  await expect(enterOne(attempts)).rejects.toMatchObject({ statusCode: 503 });
  leave();
  for (const next of waiting) (await next)();
  const refused = attempts.enter({
    keys: ['a'],
    ask: async () => () => {
      throw new Error('a pause stands');
    },
  });
  await expect(refused).rejects.toThrow('a pause stands');
  (await enterOne(attempts))();
});
