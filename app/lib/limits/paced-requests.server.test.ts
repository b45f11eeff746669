import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { paceRequests } from './paced-requests.server.ts';

interface Connection {
  destroyed: boolean;
}

/** Requests of connections, and the names of those that were begun, in their order. */
function arrivals() {
  const pace = paceRequests({ isExposed: false });
  const begun: string[] = [];
  const arrive = (name: string, socket: Connection, address: string) => {
    const get = (header: string) => (header === CLIENT_ADDRESS_HEADER ? address : undefined);
    const request = { socket, get } as unknown as Request;
    pace(request, {} as Response, () => void begun.push(name));
  };
  return { begun, arrive };
}

test('a thousand pipelined requests delay neither other networks nor other connections of theirs', async () => {
  const { begun, arrive } = arrivals();
  const flood = { destroyed: false };
  for (let count = 0; count < 1_000; count += 1) arrive('flood', flood, '203.0.113.1');
  arrive('neighbour', { destroyed: false }, '203.0.113.1');
  arrive('other network', { destroyed: false }, '2001:db8::1');
  arrive('this machine', { destroyed: false }, '127.0.0.1');
  expect(begun).toEqual([]);
  await nextTurn();
  await nextTurn();
  expect(begun.length).toBeLessThanOrEqual(32);
  expect(begun).toEqual(expect.arrayContaining(['neighbour', 'other network', 'this machine']));
  while (begun.length < 1_003) await nextTurn();
});

test('a request whose connection was closed meanwhile is not begun', async () => {
  const { begun, arrive } = arrivals();
  const closed = { destroyed: false };
  arrive('closed', closed, '203.0.113.1');
  arrive('open', { destroyed: false }, '203.0.113.1');
  closed.destroyed = true;
  await nextTurn();
  await nextTurn();
  expect(begun).toEqual(['open']);
});
