import { expect, it } from 'vitest';
import { createSingleFlight } from './single-flight.ts';

function holding() {
  const calls: (() => void)[] = [];
  const flight = createSingleFlight({
    work: () => new Promise<void>((resolve) => calls.push(resolve)),
    onError: (error) => {
      throw error;
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { calls, flight, turn };
}

it('a request during a call resolves with the end of the next one, which all such requests share', async () => {
  const { calls, flight, turn } = holding();
  const ended: string[] = [];
  const ask = (name: string) => void flight.run().then(() => ended.push(name));
  ask('first');
  await turn();
  ask('second');
  ask('third');
  calls[0]?.();
  await turn();
  expect(ended).toEqual(['first']);
  expect(calls).toHaveLength(2);
  calls[1]?.();
  await turn();
  expect(ended).toEqual(['first', 'second', 'third']);
  expect(calls).toHaveLength(2);
});

it('a request whose call was prevented by a stop still resolves', async () => {
  const { calls, flight, turn } = holding();
  void flight.run();
  await turn();
  const waiting = flight.run();
  const stopped = flight.stop();
  calls[0]?.();
  await stopped;
  await waiting;
  await flight.run();
  expect(calls).toHaveLength(1);
});
