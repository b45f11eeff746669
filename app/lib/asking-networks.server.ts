import { AsyncLocalStorage } from 'node:async_hooks';
import { countedNetworks } from './network-limits.server.ts';

const requests = new AsyncLocalStorage<readonly string[]>();

/** One request: where it comes from is known to whatever it waits for, through any library. */
export function askedFrom<Answer>(
  address: string | null,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const networks = countedNetworks(address).map(({ key }) => key);
  return requests.run(networks.reverse(), act);
}

/** The networks of whoever asks, the widest first; none outside of a request. */
export function askingNetworks(): readonly string[] {
  return requests.getStore() ?? [];
}
