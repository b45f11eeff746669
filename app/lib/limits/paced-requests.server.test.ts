import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { paceRequests } from './paced-requests.server.ts';

interface Connection {
  destroyed: boolean;
}

/** How long a request holds the turn in which it is begun. */
const WORK_MS = 3;

/** Requests of connections, and the names of those that were begun or sent away, in their order. */
function arrivals() {
  let nowMs = 0;
  const begun: string[] = [];
  const sentAway: string[] = [];
  const pace = paceRequests({
    isExposed: false,
    sendAway: (request) => sentAway.push(request.url),
    now: () => nowMs,
  });
  const arrive = (url: string, socket: Connection, address: string, path = '/') => {
    const get = (header: string) => (header === CLIENT_ADDRESS_HEADER ? address : undefined);
    const request = { url, path, socket, get } as unknown as Request;
    pace(request, {} as Response, () => {
      begun.push(url);
      nowMs += WORK_MS;
    });
  };
  /** Work of requests in progress. */
  const work = (ms: number) => {
    nowMs += ms;
  };
  return { begun, sentAway, arrive, work };
}

const open = () => ({ destroyed: false });

test('a thousand requests of one connection delay neither other networks nor other connections of theirs', async () => {
  const { begun, arrive } = arrivals();
  const flood = open();
  for (let count = 0; count < 1_000; count += 1) arrive('flood', flood, '203.0.113.1');
  arrive('neighbour', open(), '203.0.113.1');
  arrive('other network', open(), '2001:db8::1');
  arrive('this machine', open(), '127.0.0.1');
  expect(begun).toEqual([]);
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  expect(begun).toEqual(expect.arrayContaining(['neighbour', 'other network', 'this machine']));
  while (begun.length < 1_003) await nextTurn();
});

test('a turn in which much was done already begins one more request, so that a crowd does not progress in step', async () => {
  const { begun, arrive, work } = arrivals();
  for (let network = 0; network < 300; network += 1)
    arrive('/', open(), `203.0.113.${network % 250}`);
  await nextTurn();
  expect(begun).toHaveLength(3);
  for (let turn = 1; turn <= 5; turn += 1) {
    work(20);
    await nextTurn();
    expect(begun).toHaveLength(3 + turn);
  }
});

test('monitoring does not wait behind three hundred networks, nor visitors behind monitoring', async () => {
  const { begun, arrive, work } = arrivals();
  const networks = Array.from({ length: 300 }, (_, count) => `198.18.${count >> 8}.${count & 255}`);
  for (const address of networks) arrive('page', open(), address);
  for (const address of networks) arrive('health', open(), address, '/healthz');
  for (let turn = 1; turn <= 10; turn += 1) {
    work(20);
    await nextTurn();
    expect(begun.filter((name) => name === 'health')).toHaveLength(turn);
    expect(begun.filter((name) => name === 'page')).toHaveLength(turn);
  }
});

test('what would wait too long is sent away: the last of the network with the most waiting', async () => {
  const { begun, sentAway, arrive } = arrivals();
  for (let count = 0; count < 2_000; count += 1) arrive(`flood ${count}`, open(), '203.0.113.1');
  expect(sentAway).toEqual([]);
  arrive('flood 2000', open(), '203.0.113.1');
  expect(sentAway).toEqual([expect.stringContaining('flood')]);
  arrive('other network', open(), '2001:db8::1');
  expect(sentAway).toHaveLength(2);
  expect(sentAway.every((name) => name.startsWith('flood'))).toBe(true);
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  expect(begun).toContain('other network');
});

test('a request whose connection was closed meanwhile is not begun', async () => {
  const { begun, arrive } = arrivals();
  const closed = open();
  arrive('closed', closed, '203.0.113.1');
  arrive('open', open(), '203.0.113.1');
  closed.destroyed = true;
  await nextTurn();
  await nextTurn();
  expect(begun).toEqual(['open']);
});
