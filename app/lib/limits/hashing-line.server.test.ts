import { expect, test } from 'vitest';
import { createHashingLine } from './hashing-line.server.ts';

function slowWork() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, done: () => resolve('done'), fail: () => reject(new Error('no')) };
}

const turn = () => new Promise(setImmediate);

test('runs a few at a time, queues a few, and rejects the next at once', async () => {
  const line = createHashingLine({ atOnce: 2, mostWaiting: 1, longestWaitMs: 60_000 });
  const works = [slowWork(), slowWork(), slowWork()];
  const begun: number[] = [];
  const running = works.map(({ work }, index) =>
    line.run(() => {
      begun.push(index);
      return work();
    }),
  );
  await turn();
  expect(begun).toEqual([0, 1]);
  expect(line.hasRoom()).toBe(false);
  await expect(line.run(async () => 'never')).rejects.toMatchObject({ statusCode: 503 });
  works[0]?.done();
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  expect(line.hasRoom()).toBe(true);
  works[1]?.done();
  works[2]?.done();
  expect(await Promise.all(running)).toEqual(['done', 'done', 'done']);
});

test('a failing hash frees its place', async () => {
  const line = createHashingLine({ atOnce: 1, mostWaiting: 1, longestWaitMs: 60_000 });
  const broken = slowWork();
  const first = line.run(broken.work);
  const second = line.run(async () => 'done');
  broken.fail();
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe('done');
  expect(await line.run(async () => 'again')).toBe('again');
});

test('an item that waited too long is rejected, later ones are not', async () => {
  let nowMs = 0;
  const line = createHashingLine({
    atOnce: 1,
    mostWaiting: 5,
    longestWaitMs: 1_000,
    now: () => nowMs,
  });
  const slow = slowWork();
  const first = line.run(slow.work);
  const second = line.run(async () => 'never');
  nowMs = 900;
  const third = line.run(async () => 'done');
  nowMs = 1_500;
  slow.done();
  expect(await first).toBe('done');
  await expect(second).rejects.toMatchObject({ statusCode: 503 });
  expect(await third).toBe('done');
});

test('a network that fills the queue makes room for others, and takes turns with them', async () => {
  const line = createHashingLine({ atOnce: 1, mostWaiting: 4, longestWaitMs: 60_000 });
  const slow = slowWork();
  const first = line.run(slow.work, ['flood']);
  const begun: string[] = [];
  const run = (name: string, from: string) =>
    line
      .run(async () => void begun.push(name), [from])
      .then(
        () => 'done',
        (error) => error.statusCode,
      );
  const flood = [1, 2, 3, 4].map((each) => run(`flood ${each}`, 'flood'));
  expect([line.hasRoom(['flood']), line.hasRoom(['home'])]).toEqual([false, true]);
  const others = [run('home', 'home'), run('office', 'office')];
  expect(await run('flood 5', 'flood')).toBe(503);
  slow.done();
  await first;
  expect(await Promise.all(flood)).toEqual(['done', 'done', 503, 503]);
  expect(await Promise.all(others)).toEqual(['done', 'done']);
  expect(begun).toEqual(['flood 1', 'home', 'office', 'flood 2']);
});
