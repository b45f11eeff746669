import { env } from './env.server.ts';
import { startReleasing } from './half-made-users.server.ts';
import { prepareKeys, walletEngine } from './near/wallet-engine.server.ts';

/**
 * Starts the background work: a request rings the queue at once, the tick (30 s by default) is the
 * safety net. With `WALLET_WORKER=off` there is none, and requests ring the workers of others. Master
 * keys that are stored wrapped are unwrapped first.
 * @throws MasterKeysUnavailableError
 * @throws ServiceFault `WRONG_CHAIN` or `SERVICE_ACCOUNT_CHANGED` when the database belongs to another
 */
export async function initCronJobs(): Promise<{ stop(): Promise<void> }> {
  await prepareKeys();
  const engine = walletEngine();
  if (env().walletWorker) await engine.start();
  const releasing = startReleasing();
  return {
    async stop() {
      releasing.stop();
      await engine.stop();
    },
  };
}
