import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Node publishes each HTTP request of this process before its body is written. */
const channel = 'http.client.request.created';

/** Counts RPC calls of this process by method until stopped. */
export function countRpcCalls(): { stop(): Record<string, number> } {
  const counts: Record<string, number> = {};
  const onRequest = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    const end = request.end;
    request.end = (body?: unknown) => {
      const method = /"method":"(\w+)"/.exec(String(body))?.[1];
      if (method) counts[method] = (counts[method] ?? 0) + 1;
      return end.call(request, body, 'utf8');
    };
  };
  subscribe(channel, onRequest);
  return {
    stop() {
      unsubscribe(channel, onRequest);
      return counts;
    },
  };
}
