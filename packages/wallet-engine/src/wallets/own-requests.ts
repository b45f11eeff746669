import type { ServiceGate } from '../service/service-gate.ts';

/**
 * The accounts whose keys this process made, in the database it has had without a break since then. No
 * database that was lost before has known them, so nobody can have signed for them there: where all
 * clocks of one process agree, a wallet asked for a moment ago need not be looked up on the chain.
 */
export interface OwnRequests {
  /** @returns to be called when the request is durable */
  begin(): (accountId: string) => void;
  has(accountId: string): boolean;
}

/** Some 150 bytes each; those beyond are looked up. */
const requestsKept = 20_000;

/** @param gate tells one database of this process from the one before it */
export function createOwnRequests(gate: Pick<ServiceGate, 'databaseSinceMs'>): OwnRequests {
  const sinceOf = new Map<string, number>();
  return {
    has: (accountId) => sinceOf.get(accountId) === gate.databaseSinceMs(),
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
