import type { Socket } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { CLIENT_ADDRESS_HEADER, networksOf, parseAddress } from '../http/client-address.server.ts';
import { FairQueue } from './fair-queue.ts';
import { isOfMachines } from './flood-guard.server.ts';

/**
 * After this much work of a turn of the event loop, only one more request is begun in it. A page takes two or three
 * milliseconds, and a request several turns: the longer a turn, the later everybody's answer.
 */
const MOST_MS_OF_A_TURN = 8;
/** At 300 pages a second the last one waits 7 s. */
const MOST_WAITING = 2_000;

interface Waiting {
  begin(): void;
  sendAway(): void;
}

/**
 * Begins a few requests in each turn of the event loop, in turn between networks and, within one, between
 * connections. Were all of a crowd begun at once, all would progress together, and each would be answered with
 * the last. Requests in progress are not limited: one that waits for a model or the chain delays no other.
 * Monitoring does not wait behind visitors: every second request begun is its own, if it has any.
 * @param sendAway answers a request that would wait too long: beyond {@link MOST_WAITING}, of the network
 * with the most waiting
 */
export function paceRequests({
  isExposed,
  sendAway,
  now = () => performance.now(),
}: {
  isExposed: boolean;
  sendAway: (request: Request, response: Response) => unknown;
  now?: () => number;
}): RequestHandler {
  const ofVisitors = new FairQueue<Waiting>();
  const ofMachines = new FairQueue<Waiting>();
  const connections = new WeakMap<Socket, string>();
  let lastConnection = 0;
  let isScheduled = false;
  let turnBeganMs = 0;

  const connectionOf = (socket: Socket) => {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    lastConnection += 1;
    connections.set(socket, String(lastConnection));
    return String(lastConnection);
  };
  const schedule = () => {
    if (isScheduled || ofVisitors.size + ofMachines.size === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      do {
        ofMachines.shift()?.begin();
        ofVisitors.shift()?.begin();
      } while (ofVisitors.size + ofMachines.size > 0 && now() - turnBeganMs < MOST_MS_OF_A_TURN);
      turnBeganMs = now();
      schedule();
    });
  };

  return (request, response, next) => {
    const { socket } = request;
    const address = parseAddress(request.get(CLIENT_ADDRESS_HEADER) ?? '');
    const networks = networksOf(address, { isExposed }).map(({ key }) => key);
    const from = [...networks.reverse(), connectionOf(socket)];
    const queue = isOfMachines(request.path) ? ofMachines : ofVisitors;
    if (queue.size >= MOST_WAITING) {
      if (!queue.yieldsTo(from)) return void sendAway(request, response);
      queue.drop()?.sendAway();
    }
    queue.push(from, {
      begin() {
        // The client has disconnected.
        if (!socket.destroyed) next();
      },
      sendAway: () => void sendAway(request, response),
    });
    if (!isScheduled) turnBeganMs = now();
    schedule();
  };
}
