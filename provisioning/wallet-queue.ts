/**
 * What tells workers that there is work. The user's row is the queue: losing a message here delays
 * a wallet until the next look at the table, and nothing else.
 */
export interface WalletQueue {
  /** Says that the user's wallet is due. Never waits for another machine longer than it must. */
  enqueue(userId: string): Promise<void>;

  /**
   * Calls `processQueue` at every enqueue and at every tick, one call at a time; calls that
   * come meanwhile are made up for by one more. Errors are reported, never thrown.
   */
  start(processQueue: () => Promise<void>): void;

  /** No further call begins; resolves when the running one has ended. */
  stop(): Promise<void>;
}
