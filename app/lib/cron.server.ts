import { walletEngine } from './near/wallet-engine.server.ts';

/**
 * Starts the background work: a request rings the queue at once, the tick (30 s by default) is the
 * safety net.
 * @throws ServiceFault `WRONG_CHAIN` when the database belongs to another chain
 */
export async function initCronJobs(): Promise<{ stop(): Promise<void> }> {
  const engine = walletEngine();
  await engine.start();
  return { stop: () => engine.stop() };
}
