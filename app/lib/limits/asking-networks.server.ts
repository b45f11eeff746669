import { AsyncLocalStorage } from 'node:async_hooks';
import { countedNetworks } from './network-limits.server.ts';

const requests = new AsyncLocalStorage<readonly string[]>();

/** Runs one request with its client's networks in context, across any library. */
export function askedFrom<Answer>(
  address: string | null,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const networks = countedNetworks(address).map(({ key }) => key);
  return requests.run(networks.reverse(), act);
}

/** The networks of the current request's client, widest first; none outside of a request. */
export function askingNetworks(): readonly string[] {
  return requests.getStore() ?? [];
}
