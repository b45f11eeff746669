/**
 * What tells workers that there is work. The wallet's row is the queue: losing a message here delays
 * a wallet until the next look at the table, and nothing else.
 */
export interface WalletQueue {
  /**
   * Says that the user's wallet is due, at once: it waits for no other machine. A message that
   * cannot be delivered is dropped.
   */
  enqueue(userId: string): Promise<void>;

  /**
   * Calls `processQueue` when a user is enqueued and at every tick, one call at a time; calls that
   * come meanwhile are made up for by one more. Errors are reported, never thrown. A process that
   * never starts its queue only enqueues.
   */
  start(processQueue: () => Promise<void>): void;

  /** No further call begins; resolves when the running one has ended. */
  stop(): Promise<void>;

  /** Why other machines do not hear of work at the moment, a code; null when they do. */
  trouble(): string | null;
}
