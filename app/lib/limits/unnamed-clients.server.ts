import { log } from '../log.server.ts';
import { remember } from '../remember.server.ts';
import { countTurns, countUp } from './limit-counters.server.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const KEY = 'unnamed-clients';

/**
 * Records a request whose client address no proxy forwarded: logged once a process, and stored once an hour for
 * `npm run wallet -- doctor`. Never throws.
 */
export function noteUnnamedClient(nowMs = Date.now()): void {
  const state = remember('unnamed clients', () => ({ isTold: false, nextMs: 0 }));
  if (!state.isTold) log().warn(UNNAMED_CLIENTS);
  state.isTold = true;
  if (nowMs < state.nextMs) return;
  state.nextMs = nowMs + HOUR_MS;
  countUp([{ key: KEY, windowMs: DAY_MS, isPause: true }], nowMs).catch(() => {
    // The next request tries again.
    state.nextMs = 0;
  });
}

/** Whether there was one in the last day, in any process of this database. */
export async function hadUnnamedClients(nowMs = Date.now()): Promise<boolean> {
  return (await countTurns(KEY, nowMs)) > 0;
}

const UNNAMED_CLIENTS =
  'a proxy does not name the client in X-Forwarded-For: limits count all its clients together. ' +
  'Let it add the address it was asked by, and name proxies with public addresses in TRUSTED_PROXIES.';

/** An unlisted proxy with a public address, logged once a process. */
export function noteUnnamedProxy(address: string): void {
  const state = remember('unnamed proxy', () => ({ isTold: false }));
  if (!state.isTold) log().warn({ address }, UNNAMED_PROXY);
  state.isTold = true;
}

const UNNAMED_PROXY =
  'requests with X-Forwarded-For come from a public address that is not in TRUSTED_PROXIES: the header ' +
  'is not believed. If it is a proxy of yours, add its network to TRUSTED_PROXIES; if not, somebody ' +
  'reaches this server past your proxy.';
