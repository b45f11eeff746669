import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import { CLIENT_ADDRESS_HEADER, networksOf, parseAddress } from '../http/client-address.server.ts';
import { FairQueue } from './fair-queue.ts';

/** Requests begun in one turn of the event loop: a page takes one or two milliseconds. */
const MOST_IN_A_TURN = 16;

/**
 * Begins a few requests in each turn of the event loop, in turn between networks and, within one, between
 * connections. Node parses a thousand pipelined requests at once and would begin them all in one turn;
 * every other client would wait for the last of them. Requests in progress are not limited: one that waits
 * for a model or the chain delays no other.
 */
export function paceRequests({ isExposed }: { isExposed: boolean }): RequestHandler {
  const waiting = new FairQueue<() => void>();
  const connections = new WeakMap<Socket, string>();
  let lastConnection = 0;
  let isScheduled = false;

  const connectionOf = (socket: Socket) => {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    lastConnection += 1;
    connections.set(socket, String(lastConnection));
    return String(lastConnection);
  };
  const schedule = () => {
    if (isScheduled || waiting.size === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      for (let begun = 0; begun < MOST_IN_A_TURN; begun += 1) waiting.shift()?.();
      schedule();
    });
  };

  return (request, _response, next) => {
    const { socket } = request;
    const address = parseAddress(request.get(CLIENT_ADDRESS_HEADER) ?? '');
    const networks = networksOf(address, { isExposed }).map(({ key }) => key);
    waiting.push([...networks.reverse(), connectionOf(socket)], () => {
      // The client has disconnected.
      if (!socket.destroyed) next();
    });
    schedule();
  };
}
