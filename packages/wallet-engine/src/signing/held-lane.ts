import type { LeasedLane } from '../ports/lane-store.ts';

/** A lane this process holds. One transaction of it is in flight at a time. */
export interface HeldLane extends LeasedLane {
  /** The nonce in the database, as far as its holder knows: the chain may have shown a higher one. */
  storedNonce: number;
  /** Hash of the newest transaction signed here that is in no block yet; null: free to sign. */
  newestHash: string | null;
  idleSinceMs: number;
}
