/**
 * Wakes workers. The wallet's row is the queue: a lost message delays a wallet until the next poll of the
 * table, and does nothing else.
 */
export interface WalletQueue {
  /**
   * Announces that the user's wallet is due; returns without waiting for another machine. A message
   * that cannot be delivered is dropped.
   */
  enqueue(userId: string): Promise<void>;

  /**
   * Calls `processQueue` when a user is enqueued and at every tick, one call at a time; requests during a
   * call lead to one more. Errors are reported, never thrown. A process that never starts its queue only
   * enqueues.
   */
  start(processQueue: () => Promise<void>): void;

  /** No further call begins; resolves when the running one has ended. */
  stop(): Promise<void>;

  /** A code: why other machines are not woken at the moment; null when they are. */
  errorCode(): string | null;
}
