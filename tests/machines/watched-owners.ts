import { setTimeout as sleep } from 'node:timers/promises';
import type { Violation } from '../chaos/verdict.ts';
import type { Fleet } from './fleet.ts';

const POLL_MS = 100;

/** Reads every few moments who owns which wallet: neither may ever change, whatever is killed. */
export function watchOwners({ database }: Fleet) {
  const owners = new Map<string, string>();
  const wallets = new Map<string, string>();
  const violations: Violation[] = [];
  let isOver = false;
  const keep = (seen: Map<string, string>, key: string, value: string, what: string) => {
    const first = seen.get(key) ?? value;
    seen.set(key, first);
    if (first === value) return;
    violations.push({ text: `${what} ${key}: first ${first}, then ${value}`, user: null });
  };
  const read = async () => {
    for (const { accountId, ownerId } of await database.owned()) {
      keep(owners, accountId, ownerId, 'the owner of');
      keep(wallets, ownerId, accountId, 'the wallet of');
    }
  };
  const watching = (async () => {
    while (!isOver) {
      await read().catch(() => undefined);
      await sleep(POLL_MS);
    }
    await read();
  })();
  return {
    /** @returns what was seen, the last reading included */
    async stop() {
      isOver = true;
      await watching;
      return { violations, owned: owners.size };
    },
  };
}
