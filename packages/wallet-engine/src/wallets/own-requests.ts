import type { ServiceGate } from '../service/service-gate.ts';

/**
 * The accounts whose keys this process made in the database that it has had without interruption since. No
 * database lost earlier knew them, so nothing was signed for them there: a wallet requested a moment ago
 * need not be looked up on the chain.
 */
export interface OwnRequests {
  /** @returns a function to call when the request is durable */
  begin(): (accountId: string) => void;
  /**
   * Whether it is one of them. True once: after the first attempt something may be on the chain, of which a
   * database put back meanwhile knows nothing.
   */
  take(accountId: string): boolean;
  /** The same keys are requested again: the database may have lost what was done with them. */
  forget(accountId: string): void;
}

/** Some 150 bytes each; the chain is asked for those beyond. */
const requestsKept = 20_000;

/** @param gate distinguishes the current database of this process from a previous one */
export function createOwnRequests(gate: Pick<ServiceGate, 'databaseSinceMs'>): OwnRequests {
  const sinceOf = new Map<string, number>();
  return {
    take(accountId) {
      const sinceMs = sinceOf.get(accountId);
      sinceOf.delete(accountId);
      return sinceMs !== undefined && sinceMs === gate.databaseSinceMs();
    },
    forget: (accountId) => void sinceOf.delete(accountId),
    begin() {
      const sinceMs = gate.databaseSinceMs();
      return (accountId) => {
        sinceOf.set(accountId, sinceMs);
        const [oldest] = sinceOf.keys();
        if (sinceOf.size > requestsKept && oldest !== undefined) sinceOf.delete(oldest);
      };
    },
  };
}
