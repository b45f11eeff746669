import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Browsers and proxies send the next request after the answer. */
const MOST_UNANSWERED = 8;

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Closes a connection on which more than a few requests wait for their answers. Node parses whatever arrives,
 * tens of thousands of requests in one turn of the event loop, and holds all of them in memory.
 * @param listener is not called for the requests beyond
 */
export function withoutPipelining(listener: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const count = unanswered.get(socket) ?? 0;
    if (count >= MOST_UNANSWERED) return void socket.destroy();
    unanswered.set(socket, count + 1);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    listener(request, response);
  };
}
